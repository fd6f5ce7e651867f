import QuantRuntime

/// What is wrong with the content of a file, with the path that its own words leave out.
struct FileFailure: RuntimeFailure {
  var path: String
  var reason: any RuntimeFailure

  /// Does what reads a file; what names it itself is left as it is.
  static func naming<T>(_ path: String, _ read: () throws -> T) throws -> T {
    do {
      return try read()
    } catch let reason as any RuntimeFailure {
      switch reason {
      case is FileError, is FileAccessError, is WeightsError: throw reason
      default: throw FileFailure(path: path, reason: reason)
      }
    }
  }

  var code: String { reason.code }
  var message: String { reason.message }
  var help: String? { reason.help }
  var notes: [String] { reason.notes + ["in the file '\(path)'"] }
  var endsStatement: Bool { reason.endsStatement }
}
