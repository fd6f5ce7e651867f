/// A quantized model that cannot be run in integers.
public enum IntegerError: RuntimeFailure, Equatable {
  /// The model has no quantizers.
  case float(model: String)
  /// The model's backend computes with floats.
  case simulationOnly(backend: String, backends: [String])
  /// A layer whose weight or input has no quantizer.
  case floatLayer(node: String, operand: Operand)
  /// A quantizer whose levels are no integers times one scale.
  case levels(quantizer: String, algorithm: String)
  /// A scale or zero point that is not a finite number of the grid.
  case numbers(quantizer: String)
  /// An op that has no integer form.
  case op(node: String, op: String)
  /// A sum that 32 bits may not hold.
  case overflow(node: String, bits: Int)

  public enum Operand: String, Sendable {
    case weight
    case input
  }

  public var code: String {
    switch self {
    case .float: "integer.float"
    case .simulationOnly: "integer.backend"
    case .floatLayer: "integer.layer"
    case .levels: "integer.levels"
    case .numbers: "integer.numbers"
    case .op: "integer.op"
    case .overflow: "integer.overflow"
    }
  }

  public var message: String {
    switch self {
    case .float(let model): "model '\(model)' is not quantized, so it has no integers"
    case .simulationOnly(let backend, _):
      "backend '\(backend)' is a simulation: it has no integer arithmetic"
    case .floatLayer(let node, let operand):
      "layer '\(node)' cannot run in integers: its \(operand.rawValue) has no quantizer"
    case .levels(let quantizer, let algorithm):
      "quantizer '\(quantizer)' cannot run in integers: the levels of '\(algorithm)' are no "
        + "integers times a scale"
    case .numbers(let quantizer):
      "quantizer '\(quantizer)' has a scale or zero point that is no number of its grid"
    case .op(let node, let op): "\(op) '\(node)' has no integer form"
    case .overflow(let node, let bits):
      "the sums of layer '\(node)' may need \(bits) bits, and accumulators have 32"
    }
  }

  public var help: String? {
    switch self {
    case .float:
      "quantize(m, static_uniform(bits: 8), backend: tensorrt), then calibrate it"
    case .simulationOnly(_, let backends):
      "quantize for one that has: \(backends.joined(separator: ", "))"
    case .floatLayer: "quantize without 'only' and 'except', and both weights and activations"
    default: nil
    }
  }
}
