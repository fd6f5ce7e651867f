import Testing

@testable import QuantRuntime

/// Where the three graph modes put activation quantizers: MQBench, figure 4 and appendix G.
@Suite("Graph modes")
struct GraphModeTests {
  private func quantized(
    _ name: String, mode: Int, profile: String = "tensorrt", fold: String = "none"
  ) throws -> Model {
    let graph = try ModelCatalog.graph(name, input: [3, 64, 64], classes: 10)
    let choice = QuantizerChoice("lsq", bits: 4)
    return try quantize(
      Model(name: name, graph: graph, state: [:]),
      QuantizeConfiguration(
        profile: try HardwareCatalog.profile(profile), weights: choice, activations: choice,
        graphMode: try GraphModeCatalog.mode(number: mode).name, fold: fold))
  }

  /// Names of the nodes whose results are quantized, in mode 1 of the layers whose input is.
  private func places(_ model: Model) -> Set<String> {
    Set(
      model.quantizers().filter { $0.site == .activation }
        .map { $0.name.replacing(/\.(in|out)put_quantizer$/, with: "") })
  }

  /// The same within a block, without the block's own name.
  private func places(_ model: Model, in block: String) -> Set<String> {
    let prefix = "\(block)."
    return Set(
      places(model).filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) })
  }

  /// "Number of activation quantizers expected from the rules", 8 bits at the ends.
  @Test(
    "the counts of five networks in three modes, whatever the folding",
    arguments: [
      (name: "resnet18", weights: 21, activations: [21, 21, 29]),
      ("resnet50", 54, [54, 54, 70]), ("mobilenet_v2", 53, [53, 53, 63]),
      ("efficientnet_lite0", 50, [50, 50, 59]), ("regnetx_600mf", 54, [54, 54, 70]),
    ])
  func counts(name: String, weights: Int, activations: [Int]) throws {
    for (mode, expected) in zip(1...3, activations) {
      // Merging computes numbers, which these networks do not have.
      for fold in FoldingCatalog.names where fold != MergeFold.strategy.name {
        let rows = try quantized(name, mode: mode, fold: fold).quantizers()
        #expect(rows.count { $0.site == .weight } == weights, "\(name) \(mode) \(fold)")
        #expect(rows.count { $0.site == .activation } == expected, "\(name) \(mode) \(fold)")
        // The image, the last layer's input, the first and the last weight.
        #expect(rows.count { $0.spec.bits == 8 } == 4, "\(name) \(mode) \(fold)")
      }
    }
  }

  @Test("the basic block")
  func basicBlock() throws {
    let plain = "layer1.0"
    let strided = "layer2.0"
    let one = try quantized("resnet18", mode: 1)
    #expect(places(one, in: plain) == ["conv1", "conv2"])
    #expect(places(one, in: strided) == ["conv1", "conv2", "downsample.0"])
    let two = try quantized("resnet18", mode: 2)
    #expect(places(two, in: plain) == ["relu1", "relu2"])
    #expect(places(two, in: strided) == ["relu1", "downsample.1", "relu2"])
    let three = try quantized("resnet18", mode: 3)
    #expect(places(three, in: plain) == ["relu1", "bn2", "relu2"])
    #expect(places(three, in: strided) == ["relu1", "bn2", "downsample.1", "relu2"])
  }

  @Test("the bottleneck")
  func bottleneck() throws {
    let block = "layer1.0"
    #expect(
      places(try quantized("resnet50", mode: 1), in: block)
        == ["conv1", "conv2", "conv3", "downsample.0"])
    #expect(
      places(try quantized("resnet50", mode: 2), in: block)
        == ["relu1", "relu2", "downsample.1", "relu3"])
    #expect(
      places(try quantized("resnet50", mode: 3), in: block)
        == ["relu1", "relu2", "bn3", "downsample.1", "relu3"])
    #expect(
      places(try quantized("resnet50", mode: 3), in: "layer1.1")
        == ["relu1", "relu2", "bn3", "relu3"])
  }

  @Test("the RegNet X block, whose shortcut is the addition's first operand")
  func regnet() throws {
    let strided = "trunk_output.block2.block2-0"
    let plain = "trunk_output.block2.block2-1"
    let one = try quantized("regnetx_600mf", mode: 1)
    #expect(places(one, in: strided) == ["f.a.0", "f.b.0", "f.c.0", "proj.0"])
    let two = try quantized("regnetx_600mf", mode: 2)
    #expect(places(two, in: strided) == ["f.a.2", "f.b.2", "proj.1", "activation"])
    #expect(places(two, in: plain) == ["f.a.2", "f.b.2", "activation"])
    let three = try quantized("regnetx_600mf", mode: 3)
    #expect(places(three, in: plain) == ["f.a.2", "f.b.2", "f.c.1", "activation"])
  }

  @Test(
    "the inverted residual: quantizers after ReLU6, and none after the project conv of a residual")
  func invertedResidual() throws {
    let residual = "features.3"
    let strided = "features.4"
    let first = "features.1"
    let one = try quantized("mobilenet_v2", mode: 1)
    #expect(places(one, in: residual) == ["conv.0.0", "conv.1.0", "conv.2"])
    #expect(places(one, in: first) == ["conv.0.0", "conv.1"])
    let two = try quantized("mobilenet_v2", mode: 2)
    #expect(places(two, in: residual) == ["conv.0.2", "conv.1.2", "add"])
    #expect(places(two, in: strided) == ["conv.0.2", "conv.1.2", "conv.3"])
    #expect(places(two, in: first) == ["conv.0.2", "conv.2"])
    let three = try quantized("mobilenet_v2", mode: 3)
    #expect(places(three, in: residual) == ["conv.0.2", "conv.1.2", "conv.3", "add"])
    #expect(places(three, in: strided) == ["conv.0.2", "conv.1.2", "conv.3"])
  }

  /// The released code drops the quantizer of the addition's first operand, the shortcut's; the paper's
  /// figure leaves the main branch in the accumulator, and so does every residual block here.
  @Test("one operand of every MobileNetV2 addition is quantized, and it is the shortcut")
  func singleOperand() throws {
    for name in ["mobilenet_v2", "efficientnet_lite0"] {
      let graph = try quantized(name, mode: 2).graph
      let additions = graph.ids.filter { graph[$0].op == .add }
      #expect(additions.count == (name == "mobilenet_v2" ? 10 : 9))
      for id in additions {
        let operands = graph[id].inputs.map { graph[$0] }
        let quantized = operands.filter { if case .fakeQuant = $0.op { true } else { false } }
        let plain = operands.filter { if case .batchNorm = $0.op { true } else { false } }
        #expect(quantized.count == 1 && plain.count == 1, "\(graph[id].name)")
        let block = graph[id].name.dropLast(".add".count)
        #expect(plain.allSatisfy { $0.name.hasPrefix(block) }, "\(graph[id].name)")
        // The shortcut comes from another block, on the grid that its convolution reads too.
        #expect(quantized.allSatisfy { !$0.name.hasPrefix("\(block).") }, "\(graph[id].name)")
      }
    }
  }

  @Test("stem with max pool, head, ends and logits")
  func ends() throws {
    for mode in 2...3 {
      let model = try quantized("resnet18", mode: mode)
      let graph = model.graph
      let names = places(model)
      #expect(names.isSuperset(of: ["input", "maxpool", "layer4.1.relu2"]))
      #expect(names.isDisjoint(with: ["relu", "bn1", "avgpool", "flatten", "fc"]))
      #expect(graph[graph.output].op == .linear)
      let bits = Dictionary(
        uniqueKeysWithValues: model.quantizers().map { ($0.name, $0.spec.bits) })
      #expect(bits["input.output_quantizer"] == 8 && bits["maxpool.output_quantizer"] == 4)
      #expect(bits["conv1.weight_quantizer"] == 8 && bits["fc.weight_quantizer"] == 8)
      #expect(bits["layer4.1.relu2.output_quantizer"] == 8)
    }
    let mobile = places(try quantized("mobilenet_v2", mode: 3))
    #expect(mobile.contains("features.18.2"))
    #expect(mobile.isDisjoint(with: ["avgpool", "flatten", "classifier.0", "classifier.1"]))
    let academic = try quantized("mobilenet_v2", mode: 1, profile: "academic")
    let head = academic.quantizers().first { $0.name == "classifier.1.input_quantizer" }
    #expect(head?.spec.bits == 8)
  }

  @Test("ReLU6 comes before the quantizer, and the quantizer before its reader")
  func relu6() throws {
    let graph = try quantized("mobilenet_v2", mode: 3).graph
    let id = try #require(graph.node(named: "features.3.conv.0.2.output_quantizer"))
    #expect(graph[graph[id].inputs[0]].op == .activation(.relu6))
    let depthwise = try #require(graph.node(named: "features.3.conv.1.0"))
    #expect(graph[depthwise].inputs[0] == id)
  }
}
