/// Bytes that are not a readable safetensors file.
public enum SafeTensorsError: RuntimeFailure, Equatable {
  case truncated(needed: Int, found: Int)
  case header(reason: String)
  case duplicateName(String)
  /// An element type that is not among those that can be read.
  case dtype(String, found: String, read: [String])
  case shape(String, found: [Int])
  case offsets(String, found: [Int])
  /// The bytes of a tensor are not those of its shape.
  case size(String, expected: Int, found: Int)
  case overlap(String)
  /// Bytes that belong to no tensor.
  case unused(bytes: Int)

  public var code: String {
    switch self {
    case .truncated: "weights.truncated"
    case .header: "weights.header"
    case .duplicateName: "weights.duplicate_name"
    case .dtype: "weights.dtype"
    case .shape, .offsets, .size: "weights.tensor"
    case .overlap: "weights.overlap"
    case .unused: "weights.unused"
    }
  }

  public var message: String {
    switch self {
    case .truncated(let needed, let found):
      "the file is cut short: it has \(found) bytes where \(needed) are needed"
    case .header(let reason): "the header of the safetensors file \(reason)"
    case .duplicateName(let name): "tensor '\(name)' is in the file twice"
    case .dtype(let name, let found, let read):
      "tensor '\(name)' has type \(found), and only \(read.joined(separator: ", ")) "
        + (read.count == 1 ? "is read" : "are read")
    case .shape(let name, let found): "tensor '\(name)' has the invalid shape \(found)"
    case .offsets(let name, let found): "tensor '\(name)' has the invalid offsets \(found)"
    case .size(let name, let expected, let found):
      "tensor '\(name)' has \(found) bytes where its shape needs \(expected)"
    case .overlap(let name): "tensor '\(name)' overlaps another one"
    case .unused(let bytes): "\(bytes) bytes of the file belong to no tensor"
    }
  }
}
