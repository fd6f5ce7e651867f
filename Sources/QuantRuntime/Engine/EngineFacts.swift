import CDNNL

/// What a bug report should say about the engine.
public enum EngineFacts {
  /// Threads of every parallel loop.
  public static var threads: Int { Processor.threads }

  /// The library's version and the channel block it works with here.
  public static var description: String {
    guard let version = dnnl_version()?.pointee else { return "oneDNN" }
    return "oneDNN \(version.major).\(version.minor).\(version.patch), "
      + "blocks of \(Processor.lanes) channels"
  }
}
