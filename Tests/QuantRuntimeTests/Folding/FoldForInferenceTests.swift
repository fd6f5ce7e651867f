import Testing

@testable import QuantRuntime

@Suite("Folding for inference")
struct FoldForInferenceTests {
  private let batch = 4
  private let images: [Float] = {
    var stream = RandomStream(seed: 4, purpose: .syntheticData)
    return (0..<4 * 3 * 12 * 12).map { _ in stream.normal() }
  }()

  /// A network whose batch norms are far from the identity, with negative and zero gammas.
  private func model() throws -> Model {
    var model = try ModelCatalog.make("resnet20", input: [3, 12, 12], classes: 5, seed: 2)
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

  private func check(_ model: Model, tolerance: Float) throws {
    let network = Network(graph: model.graph, state: model.state)
    let before = try PlanHarness.evaluate(network, images: images, batch: batch)
    let plain = try network.foldedForInference()
    _ = try plain.graph.types()
    #expect(!plain.graph.nodes.contains { $0.op.label == "batch norm" })
    #expect(Set(plain.state.keys) == Set(plain.graph.stateEntries.map(\.name)))
    let after = try PlanHarness.evaluate(plain, images: images, batch: batch)
    let scale = before.map { abs($0) }.max() ?? 1
    #expect(before.allSatisfy { $0.isFinite })
    #expect(isClose(before, after, within: tolerance * scale), "\(before) \(after)")
  }

  @Test("a float network keeps its values")
  func float() throws {
    try check(try model(), tolerance: 1e-5)
    let merged = try MergeFold.merged(Network(graph: model().graph, state: model().state))
    #expect(merged.state["layer1.0.conv1.bias"]?.shape == [16])
    #expect(merged.state["layer1.0.bn1.weight"] == nil)
  }

  @Test(
    "a network with quantized weights keeps its values under every strategy",
    arguments: FoldingCatalog.names, HardwareCatalog.names)
  func quantizedWeights(fold: String, profile: String) throws {
    let configuration = QuantizeConfiguration(
      profile: try HardwareCatalog.profile(profile), weights: QuantizerChoice("lsq", bits: 4),
      activations: nil, fold: fold)
    let quantized = try quantize(try model(), configuration)
    let model = try PlanHarness.initialized(quantized, images: images, batch: batch)
    #expect(model.quantization?.isInitialized == true)
    let scales = model.quantizers().flatMap { $0.maps.map(\.scale) }
    #expect(!scales.isEmpty && scales.allSatisfy { $0 > 0 && $0.isFinite })
    try check(model, tolerance: 2e-5)
  }

  @Test("a weight that is transformed before it is quantized", arguments: FoldingCatalog.names)
  func transformedWeights(fold: String) throws {
    let configuration = QuantizeConfiguration(
      profile: try HardwareCatalog.profile("tensorrt"), weights: QuantizerChoice("dorefa", bits: 4),
      activations: nil, fold: fold)
    let quantized = try quantize(try model(), configuration)
    #expect(quantized.graph.nodes.contains { $0.op == .weightTransform(.tanhNormalize) })
    let model = try PlanHarness.initialized(quantized, images: images, batch: batch)
    try check(model, tolerance: 2e-5)
  }

  /// Activations round differently where the two graphs differ in the last bit, which moves a logit
  /// by far less than one step of 4 bits; the bound is a fraction of the largest logit.
  @Test("a wholly quantized network keeps its values", arguments: FoldingCatalog.names)
  func quantizedEverywhere(fold: String) throws {
    for profile in HardwareCatalog.all {
      let configuration = QuantizeConfiguration(
        profile: profile, weights: QuantizerChoice("lsq", bits: 4),
        activations: QuantizerChoice("lsq", bits: 4), fold: fold)
      let quantized = try quantize(try model(), configuration)
      let model = try PlanHarness.initialized(quantized, images: images, batch: batch)
      try check(model, tolerance: 0.02)
      let plain = try model.foldedForInference()
      #expect(plain.quantizers().map(\.name) == model.quantizers().map(\.name))
    }
  }

  @Test("adaptive signs follow the data: unsigned behind a relu, signed for the images")
  func adaptiveSigns() throws {
    let configuration = QuantizeConfiguration(
      profile: try HardwareCatalog.profile("academic"), weights: QuantizerChoice("lsq", bits: 4),
      activations: QuantizerChoice("lsq", bits: 4))
    let quantized = try quantize(try model(), configuration)
    let model = try PlanHarness.initialized(quantized, images: images, batch: batch)
    for row in model.quantizers() {
      let isSigned = row.site == .weight || row.name == "conv1.input_quantizer"
      #expect(row.spec.sign == (isSigned ? .signed : .unsigned), "\(row.name)")
    }
  }

  @Test("gamma 0 trains without infinities in torch fold")
  func zeroGamma() throws {
    let configuration = QuantizeConfiguration(
      profile: try HardwareCatalog.profile("tensorrt"), weights: QuantizerChoice("lsq", bits: 4),
      activations: QuantizerChoice("lsq", bits: 4))
    let quantized = try quantize(try model(), configuration)
    let model = try PlanHarness.initialized(quantized, images: images, batch: batch)
    let result = try PlanHarness.train(
      Network(graph: model.graph, state: model.state), images: images, batch: batch,
      upstream: (0..<20).map { Float($0 % 7) * 0.1 - 0.3 })
    #expect(result.logits.allSatisfy { $0.isFinite })
    for (name, gradient) in result.gradients {
      #expect(gradient.allSatisfy { $0.isFinite }, "\(name)")
    }
    let numbers = result.state.values.flatMap(\.values)
    #expect(numbers.allSatisfy { $0.isFinite })
  }

  @Test("missing state is an error, not a crash")
  func missingState() throws {
    var network = Network(graph: try model().graph, state: try model().state)
    network.state["bn1.weight"] = nil
    #expect(throws: FoldingError.missingState(name: "bn1.weight")) {
      try network.foldedForInference()
    }
    #expect(throws: FoldingError.missingState(name: "bn1.weight")) {
      try MergeFold.strategy.apply(network)
    }
  }
}
