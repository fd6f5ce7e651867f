import Testing

@testable import QuantRuntime

@Suite("Placement decisions")
struct PlacementDecisionTests {
  private func quantized(
    _ name: String = "resnet18", on profile: String = "tensorrt", only: [String] = [],
    except: [String] = [], activations: Bool = true
  ) throws -> Model {
    let graph = try ModelCatalog.graph(name, input: [3, 64, 64], classes: 10)
    let choice = QuantizerChoice("lsq", bits: 4)
    return try quantize(
      Model(name: name, graph: graph, state: [:]),
      QuantizeConfiguration(
        profile: try HardwareCatalog.profile(profile), weights: choice,
        activations: activations ? choice : nil, only: only, except: except))
  }

  private func rule(
    _ model: Model, _ node: String, _ part: PlacementDecision.Part
  ) throws -> (quantizer: String?, rule: String) {
    let rows = try model.explanation(of: node).filter { $0.decision.part == part }
    let row = try #require(rows.first)
    #expect(rows.count == 1)
    return (row.decision.quantizer, row.decision.rule)
  }

  /// Every node in a decision is there, every quantizer of the graph is in one.
  @Test("decisions cover all quantizers and nothing else", arguments: HardwareCatalog.names)
  func coverage(profile: String) throws {
    for name in ["resnet18", "mobilenet_v2", "regnetx_600mf"] {
      let model = try quantized(name, on: profile)
      let named = Set(try model.explanation(of: "*").compactMap(\.decision.quantizer))
      #expect(named == Set(model.quantizers().map(\.name)), "\(name)")
      for row in try model.explanation(of: "*") {
        #expect(model.graph.node(named: row.decision.node) != nil)
        #expect(!row.decision.rule.isEmpty, "\(row.decision.node)")
        #expect((row.quantizer == nil) == (row.decision.quantizer == nil))
      }
    }
  }

  @Test("the operand that stays in the accumulator says so")
  func accumulator() throws {
    let model = try quantized()
    let output = try rule(model, "layer1.0.conv2", .output)
    #expect(output.quantizer == nil)
    #expect(
      output.rule == "one_add_branch: main branch of 'layer1.0.add', taken into the accumulator")
    #expect(
      try rule(model, "layer1.0.conv2", .input).quantizer == "layer1.0.relu1.output_quantizer")
    #expect(
      try rule(model, "layer1.0.conv2", .weight).quantizer == "layer1.0.conv2.weight_quantizer")
    let both = try rule(try quantized(on: "fbgemm"), "layer1.0.conv2", .output)
    #expect(both.quantizer == "layer1.0.bn2.output_quantizer")
  }

  @Test("batch norm and activation belong to the layer or addition before")
  func owners() throws {
    let model = try quantized()
    let norm = try rule(model, "layer1.0.bn1", .output)
    #expect(norm.quantizer == "layer1.0.relu1.output_quantizer")
    #expect(norm.rule.hasPrefix("belongs to 'layer1.0.conv1'"))
    #expect(try rule(model, "layer1.0.relu2", .output).rule.hasPrefix("belongs to 'layer1.0.add'"))
    #expect(
      try rule(model, "layer1.0.add", .output).quantizer == "layer1.0.relu2.output_quantizer")
  }

  @Test("head, logits, selectors and missing algorithms")
  func leftOut() throws {
    let model = try quantized(except: ["layer1.*", "f?"])
    #expect(try rule(model, "fc", .weight).rule == "except selector 'f?'")
    #expect(try rule(model, "layer1.0.conv1", .input).rule == "except selector 'layer1.*'")
    #expect(try rule(model, "fc", .output).rule == "the logits have no quantizer")
    let only = try quantized(only: ["fc"])
    #expect(try rule(only, "conv1", .weight).rule == "not among the layers of 'only'")
    #expect(try rule(only, "fc", .input).rule.contains("between average pool 'avgpool'"))
    #expect(try rule(only, "flatten", .output).rule.contains("between average pool 'avgpool'"))
    let weights = try quantized(activations: false)
    #expect(try rule(weights, "fc", .input).rule == "no algorithm for activations")
    let academic = try quantized(on: "academic")
    #expect(try rule(academic, "layer1.0.add", .output).rule.hasPrefix("layer_inputs: "))
    #expect(try rule(academic, "fc", .input).quantizer == "fc.input_quantizer")
  }

  @Test("names that nothing matches, and models that are not quantized")
  func errors() throws {
    let model = try quantized()
    do {
      _ = try model.explanation(of: "layer1.0.conv_2")
      Issue.record("an unknown name was accepted")
    } catch {
      #expect(error.code == "quantize.node" && error.help == "did you mean 'layer1.0.conv2'?")
    }
    let float = Model(name: "float", graph: model.graph, state: [:])
    #expect(throws: QuantizeError.notQuantized(model: "float")) { try float.explanation(of: "*") }
  }
}
