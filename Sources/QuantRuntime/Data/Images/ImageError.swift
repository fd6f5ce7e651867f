/// What is wrong with the file of one image.
public enum ImageError: RuntimeFailure, Equatable {
  /// Neither JPEG nor PNG by its first bytes, whatever its name says.
  case unknownFormat(path: String)
  case corrupt(path: String, reason: String)
  case tooManyPixels(path: String, width: Int, height: Int, limit: Int)
  case tooManyBytes(path: String, bytes: Int, limit: Int)

  public var code: String {
    switch self {
    case .unknownFormat: "image.format"
    case .corrupt: "image.corrupt"
    case .tooManyPixels, .tooManyBytes: "image.too_large"
    }
  }

  public var message: String {
    switch self {
    case .unknownFormat(let path): "'\(path)' is neither a JPEG nor a PNG file"
    case .corrupt(let path, let reason): "'\(path)' cannot be decoded: \(reason)"
    case .tooManyPixels(let path, let width, let height, let limit):
      "'\(path)' makes \(width) x \(height) pixels, the limit is \(limit >> 20) Mi pixels"
    case .tooManyBytes(let path, let bytes, let limit):
      "'\(path)' has \(bytes >> 20) MiB, the limit is \(limit >> 20) MiB"
    }
  }

  /// The same of a file whose name the thrower did not know.
  func naming(_ path: String) -> ImageError {
    guard case .tooManyPixels(_, let width, let height, let limit) = self else { return self }
    return .tooManyPixels(path: path, width: width, height: height, limit: limit)
  }

  public var help: String? { "'on_error: \"skip\"' leaves such images out" }
}
