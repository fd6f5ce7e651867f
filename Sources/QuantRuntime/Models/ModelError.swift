/// A network that cannot be built as asked.
public enum ModelError: RuntimeFailure, Equatable {
  case unknownModel(name: String, known: [String])
  /// Not `[C, H, W]`, or an extent outside its range.
  case inputShape(Shape, rule: String)
  case classes(Int, allowed: ClosedRange<Int>)

  public var code: String {
    switch self {
    case .unknownModel: "model.unknown"
    case .inputShape: "model.input_shape"
    case .classes: "model.classes"
    }
  }

  public var message: String {
    switch self {
    case .unknownModel(let name, _): "unknown model '\(name)'"
    case .inputShape(let shape, let rule): "a model's input \(rule), not \(shape)"
    case .classes(let count, let allowed):
      "a model has \(allowed.lowerBound) to \(allowed.upperBound) classes, not \(count)"
    }
  }

  public var help: String? {
    guard case .unknownModel(let name, let known) = self else { return nil }
    return closestName(to: name, among: known).map { "did you mean '\($0)'?" }
  }

  public var notes: [String] {
    guard case .unknownModel(_, let known) = self else { return [] }
    return ["models are \(known.joined(separator: ", "))"]
  }
}
