import Testing

@testable import QuantRuntime

@Suite("Quantizers around concatenations")
struct ConcatenationTests {
  /// SqueezeNet's fire module between a stem and a head: two branches that only the concatenation
  /// reads.
  private func fire() -> Graph {
    var net = NetworkBuilder(input: [3, 8, 8])
    var x = net.convolution(net.input, channels: 6, window: 3, name: "stem")
    x = net.relu(x, name: "stem_relu")
    x = net.convolution(x, channels: 3, window: 1, name: "squeeze")
    x = net.relu(x, name: "squeeze_relu")
    let narrow = net.relu(
      net.convolution(x, channels: 5, window: 1, name: "expand1"), name: "expand1_relu")
    let wide = net.relu(
      net.convolution(x, channels: 7, window: 3, name: "expand3"), name: "expand3_relu")
    x = net.concatenate([narrow, wide], name: "concat")
    x = net.relu(net.convolution(x, channels: 8, window: 3, name: "conv"), name: "conv_relu")
    let logits = net.classifier(x, classes: 4, name: "fc")
    return net.finished(output: logits)
  }

  /// A dense block of two layers: what is concatenated has other readers too.
  private func dense() -> Graph {
    var net = NetworkBuilder(input: [3, 8, 8])
    let x0 = net.relu(
      net.convolution(net.input, channels: 6, window: 3, name: "stem"), name: "x0")
    let x1 = net.relu(net.convolution(x0, channels: 4, window: 3, name: "layer1"), name: "x1")
    let joined = net.concatenate([x0, x1], name: "concat1")
    let x2 = net.relu(net.convolution(joined, channels: 4, window: 3, name: "layer2"), name: "x2")
    let all = net.concatenate([joined, x2], name: "concat2")
    let logits = net.classifier(all, classes: 4, name: "fc")
    return net.finished(output: logits)
  }

  private func quantized(_ graph: Graph, mode: Int) throws -> Model {
    let choice = QuantizerChoice("lsq", bits: 4)
    let state = initialState(of: graph, seed: 1)
    return try quantize(
      Model(name: "test", graph: graph, state: state),
      QuantizeConfiguration(
        profile: try HardwareCatalog.profile("tvm"), weights: choice, activations: choice,
        graphMode: try GraphModeCatalog.mode(number: mode).name, fold: "none"))
  }

  private func activations(_ model: Model) -> [String] {
    model.quantizers().filter { $0.site == .activation }.map(\.name)
  }

  private func operands(_ model: Model, _ name: String) throws -> [String] {
    let id = try #require(model.graph.node(named: name))
    return model.graph[id].inputs.map { model.graph[$0].name }
  }

  @Test("in float in the academic mode")
  func academic() throws {
    let model = try quantized(fire(), mode: 1)
    #expect(
      activations(model)
        == ["stem", "squeeze", "expand1", "expand3", "conv", "fc"].map { "\($0).input_quantizer" })
    #expect(try operands(model, "concat") == ["expand1_relu", "expand3_relu"])
  }

  @Test("one quantizer behind the concatenation in the hardware modes", arguments: [2, 3])
  func hardware(mode: Int) throws {
    let model = try quantized(fire(), mode: mode)
    #expect(
      activations(model)
        == ["input", "stem_relu", "squeeze_relu", "concat", "conv_relu"].map {
          "\($0).output_quantizer"
        })
    #expect(try operands(model, "concat") == ["expand1_relu", "expand3_relu"])
    #expect(try operands(model, "conv")[0] == "concat.output_quantizer")
  }

  @Test("an operand with other readers has a grid of its own before the shared one")
  func denseBlock() throws {
    let model = try quantized(dense(), mode: 3)
    #expect(
      activations(model)
        == ["input", "x0", "concat1", "concat2"].map { "\($0).output_quantizer" })
    #expect(try operands(model, "layer1")[0] == "x0.output_quantizer")
    #expect(try operands(model, "concat1") == ["x0.output_quantizer", "x1"])
    #expect(try operands(model, "concat2") == ["concat1.output_quantizer", "x2"])
    #expect(try operands(model, "avgpool") == ["concat2.output_quantizer"])
    let last = model.quantizers().first { $0.name == "concat2.output_quantizer" }
    #expect(last?.spec.bits == 8)
  }

  @Test("the graph's text names the operands and the sum of their channels")
  func text() throws {
    #expect(
      try fire().text().contains("concat = concatenate(expand1_relu, expand3_relu) [12, 8, 8]\n"))
  }

  @Test("a quantizer behind the concatenation equals one shared by all its operands")
  func sharedScale() throws {
    let model = try quantized(fire(), mode: 3)
    let graph = model.graph
    let shared = sharingConcatenationQuantizer(graph)
    #expect(try shared.types()[shared.output.index].shape == [4])
    var state = model.state
    for entry in graph.stateEntries where entry.role == .quantizer {
      state[entry.name] = Tensor(entry.shape, repeating: 0.07)
    }
    var random = RandomStream(seed: 5, purpose: .syntheticData)
    let images = (0..<2 * 3 * 64).map { _ in random.uniform(-1, 1) }
    func logits(_ graph: Graph) throws -> [Float] {
      try PlanHarness.evaluate(Network(graph: graph, state: state), images: images, batch: 2)
    }
    let behind = try logits(graph)
    #expect(try logits(shared) == behind)
    #expect(Set(behind).count > 2)
  }

  /// The graph with the concatenation's quantizer put on each operand, all with the same scale.
  private func sharingConcatenationQuantizer(_ graph: Graph) -> Graph {
    let scale = "concat.output_quantizer.scale"
    var placed: NodeID?
    return graph.rewritten { id, node, inputs, into in
      if node.name == scale, let placed { return placed }
      if node.name == "concat.output_quantizer" { return inputs[0] }
      guard node.name == "concat", let reader = graph.node(named: "concat.output_quantizer"),
        let parameter = graph.node(named: scale)
      else { return into.append(node.op, inputs, name: node.name) }
      let shared = into.append(graph[parameter].op, name: scale)
      placed = shared
      let quantized = inputs.enumerated().map { index, input in
        into.append(graph[reader].op, [input, shared], name: "shared\(index)")
      }
      return into.append(node.op, quantized, name: node.name)
    }
  }

  @Test("a network with concatenations trains on every backend", arguments: HardwareCatalog.all)
  func training(profile: HardwareProfile) throws {
    for graph in [fire(), dense()] {
      let choice = QuantizerChoice("lsq", bits: 4)
      let model = try quantize(
        Model(name: "test", graph: graph, state: initialState(of: graph, seed: 2)),
        QuantizeConfiguration(profile: profile, weights: choice, activations: choice))
      var random = RandomStream(seed: 8, purpose: .syntheticData)
      let images = (0..<3 * 3 * 64).map { _ in random.uniform(-1, 1) }
      let ready = try PlanHarness.initialized(model, images: images, batch: 3)
      let result = try PlanHarness.train(
        Network(graph: ready.graph, state: ready.state), images: images, batch: 3,
        upstream: (0..<12).map { Float($0 % 5) - 2 })
      #expect(result.logits.allSatisfy(\.isFinite) && Set(result.logits).count > 4)
      for (name, gradient) in result.gradients where name.hasSuffix(".weight") {
        #expect(gradient.allSatisfy(\.isFinite) && gradient.contains { $0 != 0 }, "\(name)")
      }
    }
  }

  @Test("extents that differ and operands without pixels are refused")
  func shapes() {
    func types(_ shapes: [Shape]) throws {
      var graph = Graph()
      let input = graph.append(.input([2, 4, 4]), name: "input")
      let parts = shapes.enumerated().map { index, shape in
        graph.append(.parameter(StateEntry("p\(index)", shape, .weight)), name: "p\(index)")
      }
      graph.output = graph.append(.concatenate, [input] + parts, name: "concat")
      _ = try graph.types()
    }
    #expect(throws: Never.self) { try types([]) }
    #expect(throws: GraphError.self) { try types([[2, 4, 4]]) }
    var graph = Graph()
    let input = graph.append(.input([2, 4, 4]), name: "input")
    let pooled = graph.append(.pool(Pool(.max, window: 2, stride: 2)), [input], name: "pool")
    graph.output = graph.append(.concatenate, [input, pooled], name: "concat")
    #expect(throws: GraphError.self) { try graph.types() }
  }
}
