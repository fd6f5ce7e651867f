import Foundation

/// A file that could not be read or written, with the reason of the operating system.
public enum FileError: RuntimeFailure, Equatable {
  case unreadable(path: String, reason: String)
  case unwritable(path: String, reason: String)

  public var code: String {
    switch self {
    case .unreadable: "file.unreadable"
    case .unwritable: "file.unwritable"
    }
  }

  public var message: String {
    switch self {
    case .unreadable(let path, let reason): "cannot read '\(path)': \(reason)"
    case .unwritable(let path, let reason): "cannot write '\(path)': \(reason)"
    }
  }
}

/// The operating system's words for an error number, lower-cased at the start as our messages are.
public func systemErrorText(_ code: Int32) -> String {
  let text = String(cString: strerror(code))
  return text.prefix(1).lowercased() + text.dropFirst()
}
