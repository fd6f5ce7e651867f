/// An ONNX file that cannot be read as a network.
public enum ONNXError: RuntimeFailure, Equatable {
  /// No ONNX model, or one that is cut off.
  case damaged
  /// The file goes beyond what is read; `rule` says in what.
  case limit(rule: String)
  case opset(found: Int64, supported: ClosedRange<Int64>)
  /// A tensor whose numbers lie in another file.
  case externalData(String)
  case tensor(String, rule: String)
  case duplicateName(String)
  /// A node reads what no node before it makes.
  case undefined(node: String, op: String, input: String)
  case unsupported(node: String, op: String)
  /// An operator with an attribute or operand that the network cannot have.
  case rule(node: String, op: String, rule: String)
  /// The images or the logits.
  case boundary(String, rule: String)

  public var code: String {
    switch self {
    case .damaged: "onnx.damaged"
    case .limit: "onnx.limit"
    case .opset: "onnx.opset"
    case .externalData: "onnx.external_data"
    case .tensor: "onnx.tensor"
    case .duplicateName: "onnx.duplicate_name"
    case .undefined: "onnx.undefined"
    case .unsupported: "onnx.unsupported"
    case .rule: "onnx.rule"
    case .boundary: "onnx.boundary"
    }
  }

  public var message: String {
    switch self {
    case .damaged: "the file is no ONNX model, or it is cut off"
    case .limit(let rule): "an ONNX file \(rule)"
    case .opset(let found, let supported):
      "opsets \(supported.lowerBound) to \(supported.upperBound) are read, and the file has \(found)"
    case .externalData(let name): "the numbers of tensor '\(shown(name))' lie in another file"
    case .tensor(let name, let rule): "tensor '\(shown(name))' \(rule)"
    case .duplicateName(let name): "two values are named '\(shown(name))'"
    case .undefined(let node, let op, let input):
      "\(shown(op)) '\(shown(node))' reads '\(shown(input))', which nothing before it makes"
    case .unsupported(let node, let op):
      "operator \(shown(op)) of node '\(shown(node))' is not read"
    case .rule(let node, let op, let rule): "\(shown(op)) '\(shown(node))' \(rule)"
    case .boundary(let name, let rule): "'\(shown(name))' \(rule)"
    }
  }

  public var help: String? {
    switch self {
    case .externalData: "save the model in one file: onnx.save(onnx.load(path), \"one_file.onnx\")"
    case .unsupported(_, let op) where op.contains("Quantize") || op.hasPrefix("QLinear"):
      "load the float network and quantize it here"
    case .unsupported:
      "networks of convolutions, batch norm, ReLU, pools, additions and linear layers are read"
    case .opset: "convert it: onnx.version_converter.convert_version(model, 13)"
    case .boundary: "export it with one input of a fixed height and width, and one output"
    default: nil
    }
  }
}

/// A name from a file in a message: short, and in one line.
private func shown(_ name: String) -> String {
  let line = name.unicodeScalars.prefix(80).map {
    $0.properties.generalCategory == .control ? "?" : String($0)
  }
  return line.joined() + (name.unicodeScalars.count > 80 ? "..." : "")
}
