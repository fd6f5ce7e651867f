import Testing

@testable import QuantRuntime

@Suite("Legality")
struct LegalityTests {
  private func algorithm(
    sites: Set<FakeQuant.Site> = [.weight, .activation], _ limits: AlgorithmLimit...
  ) -> QuantizerAlgorithm {
    QuantizerAlgorithm(
      rule: LSQ(), type: "Test", kind: .learned, summary: "A test.", citation: nil, formula: "",
      sites: sites, limits: limits)
  }

  /// The name of the broken rule; nil when it is allowed.
  private func broken(
    _ algorithm: QuantizerAlgorithm, _ site: FakeQuant.Site = .weight, on name: String,
    fold: Int? = nil, bits: Int? = nil, per: QuantSpec.Granularity? = nil,
    change: [(field: String, value: ProfileField.Value)] = []
  ) throws -> String? {
    let profile = try HardwareCatalog.profile(name).with(change)
    let strategy =
      try fold.map { number throws(QuantizeError) in try FoldingCatalog.strategy(number: number) }
      ?? FoldingCatalog.strategy(profile.defaultFold)
    let legality = Legality(
      algorithm, at: site, on: profile, fold: strategy, bits: bits, granularity: per)
    guard case .forbidden(let prohibition) = legality else { return nil }
    #expect(!prohibition.reason.isEmpty && prohibition.backend == profile.name)
    return prohibition.rule
  }

  @Test("what the catalog lists without limits goes everywhere", arguments: HardwareCatalog.names)
  func everywhere(name: String) throws {
    for fold in FoldingCatalog.all {
      #expect(try broken(algorithm(), on: name, fold: fold.number) == nil)
      #expect(try broken(algorithm(), .activation, on: name, fold: fold.number) == nil)
    }
  }

  @Test("levels that are no integer grid run where nothing is computed with integers")
  func integerLevels() throws {
    let powers = algorithm(.simulationOnly(reason: "its levels are sums of powers of two"))
    #expect(try broken(powers, on: "academic") == nil)
    for name in HardwareCatalog.names where name != "academic" {
      #expect(try broken(powers, on: name) == "integer_levels")
      #expect(try broken(powers, .activation, on: name) == "integer_levels")
    }
    let free = [(field: "integer_arithmetic", value: ProfileField.Value.flag(false))]
    #expect(try broken(powers, on: "tvm", change: free) == nil)
  }

  @Test("an algorithm for one kind of tensor is refused for the other")
  func sites() throws {
    let clip = algorithm(sites: [.activation])
    #expect(try broken(clip, .weight, on: "academic") == "site")
    #expect(try broken(clip, .activation, on: "academic") == nil)
  }

  @Test("an algorithm that excludes folding takes weights without it, and activations always")
  func folding() throws {
    let standardized = algorithm(.noFolding(reason: "its weights are standardized"))
    #expect(try broken(standardized, on: "academic") == nil)
    #expect(try broken(standardized, on: "academic", fold: 4) == "folding")
    #expect(try broken(standardized, on: "academic", fold: 0) == "folding")
    #expect(try broken(standardized, on: "tensorrt") == "folding")
    #expect(try broken(standardized, on: "tensorrt", fold: -1) == nil)
    #expect(try broken(standardized, .activation, on: "academic", fold: 4) == nil)
  }

  @Test("granularity is the backend's, and some algorithms have one form only")
  func granularity() throws {
    #expect(try broken(algorithm(), on: "tvm", per: .channel) == "granularity")
    #expect(try broken(algorithm(), on: "tensorrt", per: .tensor) == "granularity")
    #expect(try broken(algorithm(), on: "tensorrt", per: .channel) == nil)
    let whole = algorithm(.perTensorOnly(reason: "its statistics are of the whole tensor"))
    #expect(try broken(whole, on: "tensorrt") == "per_tensor_only")
    #expect(try broken(whole, .activation, on: "tensorrt") == nil)
    let channels = [(field: "activations_per", value: ProfileField.Value.text("channel"))]
    #expect(
      try broken(algorithm(), .activation, on: "tensorrt", change: channels)
        == "per_tensor_activations")
  }

  @Test("symmetry, sign, scale form and bits")
  func grids() throws {
    let symmetric = algorithm(.symmetricOnly(reason: "it has no zero point"))
    #expect(try broken(symmetric, on: "acl") == "symmetric_only")
    #expect(try broken(symmetric, on: "tensorrt") == nil)
    let real = algorithm(.realScaleOnly(reason: "its scale is an interval"))
    #expect(try broken(real, on: "tvm") == "scale_form")
    #expect(try broken(real, on: "snpe") == nil)
    let unsigned = [(field: "weights_sign", value: ProfileField.Value.text("unsigned"))]
    #expect(try broken(algorithm(), on: "tensorrt", change: unsigned) == "signed_weights")
    #expect(try broken(algorithm(), on: "snpe", change: unsigned) == nil)
    let few = algorithm(.bits(2...6))
    #expect(try broken(few, on: "academic", bits: 8) == "bits")
    #expect(try broken(few, on: "academic", bits: 6) == nil)
    #expect(try broken(few, on: "academic") == nil)
  }

  @Test("every rule has a name of its own and a sentence")
  func rules() {
    let rules = LegalityRules.summaries
    #expect(Set(rules.map(\.name)).count == rules.count)
    #expect(rules.allSatisfy { $0.summary.hasSuffix(".") })
  }

  @Test("quantize gives the same reason")
  func quantizeRefuses() throws {
    let graph = try ModelCatalog.graph("resnet20", input: [3, 32, 32], classes: 10)
    let tvm = try HardwareCatalog.profile("tvm")
    let configuration = QuantizeConfiguration(
      profile: tvm, weights: QuantizerChoice("lsq", bits: 4, granularity: .channel),
      activations: nil)
    do {
      _ = try quantize(Model(name: "net", graph: graph, state: [:]), configuration)
      Issue.record("per-channel weights were accepted")
    } catch let error as QuantizeError {
      #expect(error.code == "quantize.forbidden")
      for word in ["'lsq'", "weights", "'tvm'", "per tensor, not per channel"] {
        #expect(error.message.contains(word))
      }
      #expect(error.notes.first?.contains("rule 'granularity'") == true)
    }
  }

  @Test("departures from what a backend can run are allowed and noted")
  func notes() throws {
    let graph = try ModelCatalog.graph("resnet20", input: [3, 32, 32], classes: 10)
    func notes(_ name: String, mode: String?, fold: String?) throws -> [String] {
      let configuration = QuantizeConfiguration(
        profile: try HardwareCatalog.profile(name), weights: QuantizerChoice("lsq", bits: 4),
        activations: nil, graphMode: mode, fold: fold)
      return try quantize(Model(name: "net", graph: graph, state: [:]), configuration)
        .quantization?.notes ?? ["no quantization"]
    }
    #expect(try notes("tensorrt", mode: nil, fold: nil) == [])
    #expect(try notes("academic", mode: nil, fold: "torch_fold") == [])
    let both = try notes("tensorrt", mode: "layer_inputs", fold: "none")
    #expect(both.count == 2)
    #expect(both[0].contains("fold 'none'") && both[0].contains("'tensorrt'"))
    #expect(both[1].contains("'layer_inputs'") && both[1].contains("'one_add_branch'"))
  }

  @Test("a weight that something computes cannot be quantized")
  func computedWeight() throws {
    var graph = Graph()
    let input = graph.append(.input([2, 4, 4]), name: "input")
    let parameter = graph.append(
      .parameter(StateEntry("w", [3, 2, 1, 1], .weight)), name: "w")
    let clipped = graph.append(.activation(.relu), [parameter], name: "clipped")
    graph.output = graph.append(.convolution(Convolution()), [input, clipped], name: "conv")
    let configuration = QuantizeConfiguration(
      profile: try HardwareCatalog.profile("academic"), weights: QuantizerChoice("lsq", bits: 4),
      activations: nil)
    #expect(throws: QuantizeError.layer(name: "conv", source: "relu")) {
      try quantize(Model(name: "net", graph: graph, state: [:]), configuration)
    }
  }
}
