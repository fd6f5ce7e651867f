/// The one thread on which plans are compiled and run.
///
/// libgomp keeps a team of threads for each thread that opens a parallel region, and oneDNN's
/// primitives open them; two callers would mean two teams on the same cores. Work given from the
/// compute thread itself runs in place.
public enum ComputeThread {
  /// Runs `body` on the compute thread and waits for it.
  public static func run<T, E: Error>(_ body: () throws(E) -> T) throws(E) -> T {
    try thread.run(body)
  }

  private static let thread = DedicatedThread(name: "mqsh-compute", stackBytes: 64 << 20)
}
