/// What is wrong with a data set or a file of one.
public enum DataError: RuntimeFailure, Equatable {
  case unknownSet(name: String, known: [String])
  case notInstalled(name: String, package: String)
  /// A folder without one of the files a set is made of.
  case missingFile(folder: String, file: String)
  case corruptGzip(path: String, reason: String)
  case wrongMagic(path: String, expected: UInt32, found: UInt32)
  case truncated(path: String, expected: Int, found: Int)
  case trailingBytes(path: String, expected: Int)
  /// Dimensions in a header that no data set has.
  case implausible(path: String, dimensions: [Int])
  case counts(images: Int, labels: Int)
  case label(value: Int, classes: Int)
  case tooFew(wanted: Int, available: Int, split: String)
  case empty(split: String)
  case imageTooSmall(size: Int, padding: Int)

  public var code: String {
    switch self {
    case .unknownSet: "data.unknown"
    case .notInstalled: "data.not_installed"
    case .missingFile: "data.missing_file"
    case .corruptGzip: "data.corrupt"
    case .wrongMagic: "data.magic"
    case .truncated: "data.truncated"
    case .trailingBytes: "data.trailing"
    case .implausible: "data.dimensions"
    case .counts: "data.counts"
    case .label: "data.label"
    case .tooFew: "data.too_few"
    case .empty: "data.empty"
    case .imageTooSmall: "data.image_size"
    }
  }

  public var message: String {
    switch self {
    case .unknownSet(let name, _): "there is no data set '\(name)', and no such folder"
    case .notInstalled(let name, _): "the data set '\(name)' is not installed"
    case .missingFile(let folder, let file): "'\(folder)' has no file '\(file)' or '\(file).gz'"
    case .corruptGzip(let path, let reason): "'\(path)' is not a whole gzip file: \(reason)"
    case .wrongMagic(let path, let expected, let found):
      "'\(path)' starts with \(hex(found)), an IDX file of its kind with \(hex(expected))"
    case .truncated(let path, let expected, let found):
      "'\(path)' ends after \(found) of \(expected) bytes"
    case .trailingBytes(let path, let expected):
      "'\(path)' goes on after the \(expected) bytes that its header announces"
    case .implausible(let path, let dimensions):
      "the header of '\(path)' announces \(dimensions.map(String.init).joined(separator: " x "))"
    case .counts(let images, let labels): "there are \(images) images but \(labels) labels"
    case .label(let value, let classes): "label \(value) is not one of \(classes) classes"
    case .tooFew(let wanted, let available, let split):
      "\(wanted) \(split) images are wanted, the set has \(available)"
    case .empty(let split): "the set has no \(split) images"
    case .imageTooSmall(let size, let padding):
      "an image of \(size) pixels cannot be cropped with a padding of \(padding)"
    }
  }

  public var help: String? {
    switch self {
    case .unknownSet(let name, let known):
      closestName(to: name, among: known).map { "did you mean \"\($0)\"?" }
    case .notInstalled(_, let package): "install the Debian package '\(package)'"
    case .tooFew(_, let available, let split): "use '\(split): \(available)' or less"
    default: nil
    }
  }

  public var notes: [String] {
    guard case .unknownSet(_, let known) = self else { return [] }
    return ["data sets are " + known.joined(separator: ", ")]
  }
}

private func hex(_ value: UInt32) -> String { "0x" + String(value, radix: 16) }
