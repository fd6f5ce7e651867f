import ONNXProto

/// A node of an ONNX file with the questions that reading it asks.
struct ONNXNode {
  let proto: ONNXNodeProto
  private let attributes: [String: ONNXAttributeProto]

  init(_ proto: ONNXNodeProto) {
    self.proto = proto
    attributes = Dictionary(proto.attribute.map { ($0.name, $0) }, uniquingKeysWith: { a, _ in a })
  }

  var type: String { proto.opType }

  /// Its name, or that of its first result where it has none.
  var name: String { proto.name.isEmpty ? proto.output.first ?? "" : proto.name }

  /// The name of an operand; nil where it is left out.
  func input(_ index: Int) -> String? {
    guard index < proto.input.count, !proto.input[index].isEmpty else { return nil }
    return proto.input[index]
  }

  /// The node breaks a rule.
  func failure(_ rule: String) -> ONNXError { .rule(node: name, op: type, rule: rule) }

  func require(_ condition: Bool, _ rule: String) throws(ONNXError) {
    guard condition else { throw failure(rule) }
  }

  func int(_ name: String, default value: Int64) throws(ONNXError) -> Int64 {
    guard let attribute = attributes[name] else { return value }
    try require(attribute.hasI, "needs a number as its '\(name)'")
    return attribute.i
  }

  func float(_ name: String, default value: Float) throws(ONNXError) -> Float {
    guard let attribute = attributes[name] else { return value }
    try require(attribute.hasF, "needs a number as its '\(name)'")
    return attribute.f
  }

  func text(_ name: String) -> String? {
    attributes[name].map { String(decoding: $0.s, as: UTF8.self) }
  }

  /// Numbers that fit an `Int` of 32 bits, so that sums of a few do not overflow; nil without the
  /// attribute.
  func ints(_ name: String) throws(ONNXError) -> [Int]? {
    guard let attribute = attributes[name] else { return nil }
    try require(
      attribute.ints.allSatisfy { abs($0.magnitudeClamped) <= 1 << 30 },
      "has numbers out of range in its '\(name)'")
    return attribute.ints.map { Int($0) }
  }

  /// The value of a `Constant` node.
  ///
  /// - Throws: `ONNXError.rule` for one of text or of a sparse tensor.
  func constant() throws(ONNXError) -> ONNXTensorProto {
    if let attribute = attributes["value"], attribute.hasT { return attribute.t }
    if let attribute = attributes["value_float"], attribute.hasF {
      return .scalar(name, attribute.f)
    }
    if let attribute = attributes["value_ints"] { return .int64s(name, attribute.ints) }
    if let attribute = attributes["value_int"], attribute.hasI {
      var tensor = ONNXTensorProto.int64s(name, [attribute.i])
      tensor.dims = []
      return tensor
    }
    if let attribute = attributes["value_floats"] {
      return .floats(name, Tensor([attribute.floats.count], values: attribute.floats))
    }
    throw failure("has no value that is read here")
  }
}

extension Int64 {
  /// Without the one number whose negative does not exist.
  fileprivate var magnitudeClamped: Int64 { self == .min ? .max : self }
}
