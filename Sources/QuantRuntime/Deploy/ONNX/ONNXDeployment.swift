import Foundation
import ONNXProto

/// Writes a network as ONNX, reads the bytes and compares what they say with the network.
///
/// The reader is the one for files of others, with operators of quantization on top; it finds names
/// that occur twice, values that nothing makes, tensors of the wrong size and shapes that do not fit.
/// Then each node has to be the network's, and each weight and bias has to have its numbers.
enum ONNXDeployment {
  /// A written graph, with what it was made of for the formats that write more about it.
  struct Written<Form: QuantizerForm> {
    var deployment: Deployment
    var export: ONNXExport<Form>
  }

  /// - Parameters:
  ///   - model: folded, or float.
  ///   - domains: other operator sets that the form uses.
  /// - Throws: `DeployError`, `FoldingError`, `GraphError`, `EngineError`.
  static func encode<Form: QuantizerForm>(
    _ model: Model, _ form: Form, opset: Int, domains: [(name: String, version: Int64)] = [],
    ending: String
  ) throws -> Written<Form> {
    let network = Network(graph: model.graph, state: model.state)
    var export = try ONNXExport(network, name: model.name, form: form)
    try export.run()
    let data = try ONNXFile.encode(export.builder.model(opset: opset, domains: domains))
    var facts = export.form.facts
    facts.nodes = export.builder.graph.node.count
    facts.activations = export.quantizedActivations.count
    facts.weights = export.weights.count
    do {
      try check(data, export)
    } catch let error as ONNXError {
      throw DeployError.check(path: ending, rule: error.message)
    }
    return Written(
      deployment: Deployment(files: [(ending, data)], facts: facts), export: export)
  }

  private static func check<Form: QuantizerForm>(
    _ data: Data, _ export: ONNXExport<Form>
  ) throws {
    let file = try ONNXFile.decode(data)
    let found = try ONNXImport.network(file, ONNXOperators.readingBack)
    let expected = try expectation(export)
    func require(_ condition: Bool, _ rule: String) throws(DeployError) {
      guard condition else { throw .check(path: file.graph.name, rule: rule) }
    }
    try require(
      found.graph.layers == expected.graph.layers, "its nodes are not those of the network")
    for (name, tensor) in expected.state {
      try require(
        found.state[name].map { $0.isClose(to: tensor) } == true, "tensor '\(name)' differs")
    }
    let reading = ONNXReading(file.graph)
    for activation in export.quantizedActivations {
      try require(
        try export.form.check(activation, in: reading), "quantizer '\(activation.name)' differs")
    }
  }

  /// The network as it should read back: without quantizers and dropout, weights with the numbers that
  /// layers see.
  private static func expectation<Form: QuantizerForm>(
    _ export: ONNXExport<Form>
  ) throws -> Network {
    let weights = Dictionary(
      export.weights.map { ($0.parameter, $0) }, uniquingKeysWith: { a, _ in a })
    var state = export.network.state
    for (name, weight) in weights { state[name] = export.form.values(of: weight) }
    let graph = export.network.graph.rewritten { _, node, inputs, into in
      switch node.op {
      case .fakeQuant, .dropout, .weightTransform, .scaleChannels: inputs[0]
      default: into.append(node.op, inputs, name: node.name)
      }
    }
    for (name, scales) in export.biases {
      state[name] = state[name].map { export.form.values(ofBias: $0, scales: scales) }
    }
    return Network(graph: graph, state: state).withoutDeadState()
  }
}

extension Graph {
  /// A node that computes something, with names for the operands that do.
  fileprivate struct Layer: Hashable {
    var name: String
    var op: Op
    var inputs: [String]
  }

  /// What is computed, in order; what only training knows of batch norm is left out, and its numbers
  /// are as exact as in a file.
  fileprivate var layers: [Layer] {
    nodes.filter { $0.op.stateEntry == nil }.map { node in
      var op = node.op
      if case .batchNorm(let norm) = op {
        op = .batchNorm(BatchNorm(epsilon: Double(Float(norm.epsilon)), momentum: 0))
      }
      return Layer(name: node.name, op: op, inputs: node.inputs.map { self[$0].name })
    }
  }
}

extension Tensor {
  /// Whether all numbers agree to float32 rounding of the largest.
  fileprivate func isClose(to other: Tensor) -> Bool {
    guard shape == other.shape else { return false }
    let largest = values.reduce(Float(0)) { max($0, abs($1)) }
    return zip(values, other.values).allSatisfy { abs($0 - $1) <= 2 * .ulpOfOne * largest }
  }
}
