/// A weight file that cannot be read. A file is named by the last part of its path.
public enum WeightsError: RuntimeFailure, Equatable {
  case unknownFormat(file: String)
  case damaged(file: String, part: Part, offset: Int, rule: String)
  /// A pickle that names something outside the allow-list.
  case refused(file: String, global: String)
  /// A well-formed file with something that is not read here.
  case unsupported(file: String, rule: String)
  /// More objects than any state dict has.
  case limit(file: String, rule: String)
  /// A tensor that does not lie within its storage.
  case storage(file: String, tensor: String, rule: String)
  case noTensors(file: String)

  /// Where the damage is.
  public enum Part: String, Sendable {
    case archive, pickle
  }

  public var code: String {
    switch self {
    case .unknownFormat: "weights.format"
    case .damaged: "weights.damaged"
    case .refused: "weights.refused"
    case .unsupported: "weights.unsupported"
    case .limit: "weights.limit"
    case .storage: "weights.storage"
    case .noTensors: "weights.empty"
    }
  }

  public var message: String {
    switch self {
    case .unknownFormat(let file): "'\(file)' is no weight file"
    case .damaged(let file, let part, let offset, let rule):
      "the \(part) in '\(file)' is damaged: at byte \(offset) it \(rule)"
    case .refused(let file, let global):
      "'\(file)' wants to call '\(global)', which a weight file has no need of"
    case .unsupported(let file, let rule): "'\(file)' \(rule)"
    case .limit(let file, let rule): "'\(file)' has more than \(rule)"
    case .storage(let file, let tensor, let rule): "tensor '\(tensor)' of '\(file)' \(rule)"
    case .noTensors(let file): "'\(file)' holds no tensors with names"
    }
  }

  public var help: String? {
    switch self {
    case .unknownFormat: "files of safetensors and of torch.save are read"
    case .refused: "save the numbers alone: torch.save(model.state_dict(), \"weights.pth\")"
    default: nil
    }
  }
}
