import Foundation

@testable import QuantRuntime

/// Models whose numbers are far from those of a fresh network, and images for them.
enum DeployHarness {
  /// Batch norms that are no identity, with negative and zero gammas.
  static func model(_ name: String, input: Shape, classes: Int = 5) throws -> Model {
    var model = try ModelCatalog.make(name, input: input, classes: classes, seed: 2)
    var stream = RandomStream(seed: 9, purpose: .syntheticData)
    for entry in model.graph.stateEntries {
      guard let count = model.state[entry.name]?.count else { continue }
      switch entry.role {
      case .normScale:
        model.state[entry.name]?.values = (0..<count).map { index in
          index == 3 ? 0 : index % 5 == 4 ? -0.7 : stream.uniform(0.5, 1.5)
        }
      case .runningVariance:
        model.state[entry.name]?.values = (0..<count).map { _ in stream.uniform(0.3, 3) }
      case .normShift, .runningMean:
        model.state[entry.name]?.values = (0..<count).map { _ in stream.uniform(-0.3, 0.3) }
      default: break
      }
    }
    return model
  }

  static func images(_ shape: Shape, batch: Int) -> [Float] {
    var stream = RandomStream(seed: 4, purpose: .syntheticData)
    return (0..<batch * shape.count).map { _ in stream.normal() }
  }

  /// Quantized on a backend and initialized from images.
  static func quantized(
    _ model: Model, backend: String, algorithm: String = "lsq", bits: Int = 8, fold: String? = nil
  ) throws -> Model {
    let quantized = try quantize(
      model,
      QuantizeConfiguration(
        profile: try HardwareCatalog.profile(backend),
        weights: QuantizerChoice(algorithm, bits: bits).forWeights,
        activations: QuantizerChoice(algorithm, bits: bits), fold: fold))
    return try PlanHarness.initialized(
      quantized, images: images(model.inputShape, batch: 4), batch: 4)
  }

  static func logits(_ model: Model, batch: Int = 2) throws -> [Float] {
    try PlanHarness.evaluate(
      Network(graph: model.graph, state: model.state),
      images: images(model.inputShape, batch: batch), batch: batch)
  }

  /// The first file of a format.
  static func encoded(_ model: Model, _ format: String = "onnx", opset: Int = 13) throws -> Data {
    let format = try DeployCatalog.format(format)
    let request = DeployRequest(model: model, opset: opset, format: format.name)
    return try format.encode(request).files[0].content
  }
}
