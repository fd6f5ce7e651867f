import Testing

@testable import QuantRuntime

/// One training step of a 1x1 convolution with batch norm: outputs and gradients of the prototype
/// code released with MQBench under PyTorch 1.8.1, printed there with six decimals.
@Suite("Folding strategies against the released code")
struct FoldingGoldenTests {
  private let images: [Float] = [
    -1.4, -1.2, -1, -0.8, 0.04, 0, 0.36, 0.16, 0.2, 0.4, 0.6, 0.8, 1.96, 2.56, 1, 1.44,
  ]
  private let upstream: [Float] = (0..<16).map {
    0.1 * Float($0 + 1) * ($0 % 2 == 0 ? 1 : -1)
  }

  private var float: Network {
    var net = NetworkBuilder(input: [2, 2, 2])
    let x = net.convolution(net.input, channels: 2, window: 1, name: "conv")
    let y = net.batchNorm(x, name: "bn")
    var graph = net.finished(output: y)
    graph.output = graph.append(.flatten, [y], name: "flatten")
    return Network(
      graph: graph,
      state: [
        "conv.weight": Tensor([2, 2, 1, 1], values: [0.5, -0.3, 0.2, 0.8]),
        "bn.weight": Tensor([2], values: [1.5, 0.7]), "bn.bias": Tensor([2], values: [0.1, -0.2]),
        "bn.running_mean": Tensor([2], values: [0.05, 0.3]),
        "bn.running_var": Tensor([2], values: [0.4, 0.9]),
      ])
  }

  /// The network folded, with LSQ on the weight at 4 bits per tensor and scale 0.15.
  private func quantized(_ fold: FoldingStrategy) throws -> Network {
    var network = try fold.apply(float)
    let layer = try #require(network.graph.node(named: "conv"))
    let point = QuantizerPoint(
      name: "conv.weight_quantizer", value: network.graph[layer].inputs[1], readers: [layer],
      quantizer: FakeQuant(algorithm: "lsq", spec: QuantSpec(bits: 4), site: .weight))
    network.graph = try network.graph.inserting([point])
    network.state["conv.weight_quantizer.scale"] = Tensor([1], values: [0.15])
    return network
  }

  private let tolerance: Float = 5e-6

  private func expect(_ found: [Float]?, _ expected: [Float], _ name: String) {
    #expect(
      isClose(found ?? [], expected, within: tolerance),
      "\(name): \(found ?? []) for \(expected)")
  }

  /// The released code corrects the batch variance by n / (n - 1) with n = 2, the images; PyTorch and
  /// we with n = 8, the pixels. Its numbers are converted: 0.1 * v * 2 becomes 0.1 * v * 8 / 7.
  private func runningVariance(_ published: [Float]) -> [Float] {
    zip(published, [Float(0.4), 0.9]).map { published, before in
      0.9 * before + (published - 0.9 * before) / 2 * 8 / 7
    }
  }

  @Test("-1: no fold, float weight")
  func none() throws {
    let result = try PlanHarness.train(float, images: images, batch: 2, upstream: upstream)
    expect(
      result.logits,
      [
        -1.569693, -0.901816, -0.949521, 0.004589, -0.961137, -0.954659, -0.689071, -0.786237,
        -0.233939, -0.710994, 2.676098, 2.485276, 0.541703, 0.962758, -0.015384, 0.302026,
      ], "y")
    expect(result.gradients["conv.weight"], [-3.71156, -6.186059, 0.15, -0.037517], "dW")
    expect(result.gradients["bn.weight"], [0.159019, -1.415853], "dgamma")
    expect(result.gradients["bn.bias"], [-0.4, -0.4], "dbeta")
    expect(result.state["bn.running_mean"]?.values, [0.0018, 0.3392], "mean")
    expect(
      result.state["bn.running_var"]?.values,
      runningVariance([0.372653, 0.959469]), "variance")
  }

  @Test("0: merged once")
  func merge() throws {
    let network = try quantized(MergeFold.strategy)
    #expect(
      network.state.keys.sorted() == ["conv.bias", "conv.weight", "conv.weight_quantizer.scale"])
    expect(
      network.state["conv.weight"]?.values, [1.185839, -0.711504, 0.147572, 0.590289], "w_fold")
    expect(network.state["conv.bias"]?.values, [-0.018584, -0.421358], "b_fold")
    let result = try PlanHarness.train(network, images: images, batch: 2, upstream: upstream)
    expect(
      result.logits,
      [
        -1.518584, -1.278584, -1.338584, -0.978584, -0.607358, -0.601358, -0.355358, -0.445358,
        -1.278584, -1.518584, -0.138584, -0.258584, 0.784642, 1.174642, 0.268642, 0.562642,
      ], "y")
    expect(result.gradients["conv.weight"], [0, -1.376, -0.72, -1.696], "dW")
    expect(result.gradients["conv.weight_quantizer.scale"], [-0.485366], "ds")
    expect(result.gradients["conv.bias"], [-0.4, -0.4], "db")
  }

  @Test("4: torch fold")
  func torchFold() throws {
    let network = try quantized(TorchFold.strategy)
    let result = try PlanHarness.train(network, images: images, batch: 2, upstream: upstream)
    expect(
      result.logits,
      [
        -1.309177, -0.604589, -0.780736, 0.276147, -0.961137, -0.954659, -0.689071, -0.786237,
        -0.604588, -1.309177, 2.742207, 2.389912, 0.541704, 0.962758, -0.015384, 0.302027,
      ], "y")
    expect(result.gradients["conv.weight"], [0, -7.103117, 0.147573, -0.036908], "dW")
    expect(result.gradients["conv.weight_quantizer.scale"], [-2.684563], "ds")
    expect(result.gradients["bn.weight"], [1.819805, -1.415853], "dgamma")
    expect(result.gradients["bn.bias"], [-0.4, -0.4], "dbeta")
    expect(result.state["bn.running_mean"]?.values, [0.001992, 0.340338], "mean")
    expect(
      result.state["bn.running_var"]?.values,
      runningVariance([0.36928, 0.964427]), "variance")
  }

  /// First value in evaluation with the running statistics published after the step.
  @Test("evaluation after the step, folded for inference or not")
  func evaluation() throws {
    let networks: [(Network, [Float], Float)] = [
      (float, [0.0018, 0.3392, 0.372653, 0.959469], -1.65392),
      (try quantized(MergeFold.strategy), [], -1.518584),
      (try quantized(TorchFold.strategy), [0.001992, 0.340338, 0.36928, 0.964427], -1.404918),
    ]
    for (network, statistics, expected) in networks {
      var after = network
      if !statistics.isEmpty {
        after.state["bn.running_mean"]?.values = Array(statistics[..<2])
        after.state["bn.running_var"]?.values = Array(statistics[2...])
      }
      let logits = try PlanHarness.evaluate(after, images: images, batch: 2)
      expect([logits[0]], [expected], "first")
      let plain = try after.foldedForInference()
      #expect(!plain.graph.nodes.contains { $0.op.label == "batch norm" })
      let folded = try PlanHarness.evaluate(plain, images: images, batch: 2)
      #expect(isClose(folded, logits, within: 2e-6))
    }
  }
}
