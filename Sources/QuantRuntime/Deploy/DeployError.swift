/// A model that cannot be written in a format for other programs.
public enum DeployError: RuntimeFailure, Equatable {
  case unknownFormat(name: String, known: [String])
  /// The path does not end as the format's files do.
  case suffix(path: String, format: String, suffix: String)
  case opset(Int, allowed: ClosedRange<Int>)
  /// The quantizers have met no data: their scales are placeholders.
  case uninitialized(model: String)
  /// A quantizer whose levels are no integers times a scale.
  case levels(quantizer: String, algorithm: String, reason: String)
  /// A scale or zero point that no file can hold, as after a training that diverged.
  case numbers(quantizer: String, algorithm: String, scale: Float, zeroPoint: Float)
  /// A node that the format has no operator for.
  case node(String, op: String, format: String)
  /// A quantizer of a form that the format cannot say.
  case form(quantizer: String, format: String, rule: String)
  /// A layer without the quantizers that the format needs around it.
  case layer(String, format: String, rule: String)
  /// The format is for quantized models.
  case float(model: String, format: String)
  /// Two quantizers with different ranges on one tensor, where the format has one range for it.
  case rangeConflict(tensor: String, quantizers: [String], format: String)
  /// What was written reads back as something else.
  case check(format: String, rule: String)

  public var code: String {
    switch self {
    case .unknownFormat: "deploy.unknown_format"
    case .suffix: "deploy.suffix"
    case .opset: "deploy.opset"
    case .uninitialized: "deploy.uninitialized"
    case .levels: "deploy.levels"
    case .numbers: "deploy.numbers"
    case .node: "deploy.node"
    case .form: "deploy.form"
    case .layer: "deploy.layer"
    case .float: "deploy.float"
    case .rangeConflict: "deploy.range_conflict"
    case .check: "deploy.check"
    }
  }

  public var message: String {
    switch self {
    case .unknownFormat(let name, _): "unknown deployment format '\(name)'"
    case .suffix(let path, let format, let suffix):
      "format '\(format)' is written to a path ending in \(suffix), not to '\(path)'"
    case .opset(let opset, let allowed):
      "opsets from \(allowed.lowerBound) to \(allowed.upperBound) are written, not \(opset)"
    case .uninitialized(let model): "the quantizers of '\(model)' have met no data"
    case .levels(let quantizer, let algorithm, let reason):
      "quantizer '\(quantizer)' of algorithm '\(algorithm)' cannot be deployed: \(reason)"
    case .numbers(let quantizer, let algorithm, let scale, let zeroPoint):
      "quantizer '\(quantizer)' of algorithm '\(algorithm)' has scale \(scale) and zero point \(zeroPoint)"
    case .node(let node, let op, let format): "format '\(format)' has no \(op), which '\(node)' is"
    case .form(let quantizer, let format, let rule):
      "quantizer '\(quantizer)' does not fit format '\(format)', which \(rule)"
    case .layer(let layer, let format, let rule):
      "layer '\(layer)' does not fit format '\(format)', which \(rule)"
    case .float(let model, let format):
      "format '\(format)' is for quantized models, and '\(model)' is a float model"
    case .rangeConflict(let tensor, let quantizers, let format):
      "format '\(format)' has one range for a tensor, and '\(tensor)' has those of "
        + quantizers.map { "'\($0)'" }.joined(separator: " and ")
    case .check(let format, let rule):
      "what was written as '\(format)' does not read back as the model: \(rule)"
    }
  }

  public var help: String? {
    switch self {
    case .unknownFormat(let name, let known):
      closestName(to: name, among: known).map { "did you mean '\($0)'?" }
    case .suffix(_, _, let suffix): "end the path in \(suffix)"
    case .uninitialized: "train it for a step, which initializes them from the first batch"
    case .levels: "quantize with an algorithm of integer levels, such as lsq"
    case .float: "quantize it, or write it in the format \"onnx\""
    case .rangeConflict: "quantize with a backend whose graph mode shares quantizers"
    default: nil
    }
  }

  public var notes: [String] {
    guard case .unknownFormat(_, let known) = self else { return [] }
    return ["formats are \(known.joined(separator: ", "))"]
  }
}
