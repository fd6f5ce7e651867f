import Foundation
import ONNXProto

/// Writes a network as ONNX, its quantizers in a form, and reads the bytes again.
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
    let reading = try ONNXReadBack.check(
      data, against: expectation(export), operators: ONNXOperators.readingBack,
      format: form.format)
    for activation in export.quantizedActivations {
      guard try export.form.check(activation, in: reading) else {
        throw DeployError.check(
          format: form.format, rule: "quantizer '\(activation.name)' differs")
      }
    }
    return Written(
      deployment: Deployment(files: [(ending, data)], facts: facts), export: export)
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
