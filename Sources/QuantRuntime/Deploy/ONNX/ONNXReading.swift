import ONNXProto

/// The nodes and tensors of a graph by name.
struct ONNXReading {
  private let nodes: [String: ONNXNodeProto]
  private let tensors: [String: ONNXTensorProto]

  init(_ graph: ONNXGraphProto) {
    nodes = Dictionary(graph.node.map { ($0.name, $0) }, uniquingKeysWith: { a, _ in a })
    tensors = Dictionary(graph.initializer.map { ($0.name, $0) }, uniquingKeysWith: { a, _ in a })
  }

  func node(named name: String) -> ONNXNodeProto? { nodes[name] }

  /// - Throws: `ONNXError.tensor` when there is none, or its numbers do not fit its extents.
  func tensor(_ name: String) throws(ONNXError) -> Tensor {
    guard let tensor = tensors[name] else { throw .tensor(name, rule: "is missing") }
    return try tensor.tensor()
  }
}
