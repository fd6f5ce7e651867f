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
    let weight = network.graph.unquantizedWeight(of: layer)
    let point = QuantizerPoint(
      name: "conv.weight_quantizer", value: weight.value, readers: [weight.reader],
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

  /// A row of the released code's results.
  private func check(
    _ strategy: FoldingStrategy, y: [Float], dWeight: [Float], dScale: Float, dGamma: [Float],
    mean: [Float], variance: [Float], varianceBefore: [Float] = [0.4, 0.9]
  ) throws {
    var network = try quantized(strategy)
    network.state["bn.running_var"]?.values = varianceBefore
    let result = try PlanHarness.train(network, images: images, batch: 2, upstream: upstream)
    expect(result.logits, y, "y")
    expect(result.gradients["conv.weight"], dWeight, "dW")
    expect(result.gradients["conv.weight_quantizer.scale"], [dScale], "ds")
    expect(result.gradients["bn.weight"], dGamma, "dgamma")
    expect(result.gradients["bn.bias"], [-0.4, -0.4], "dbeta")
    expect(result.state["bn.running_mean"]?.values, mean, "mean")
    expect(result.state["bn.running_var"]?.values, variance, "variance")
  }

  @Test("1: freeze")
  func freeze() throws {
    try check(
      FreezeFold.strategy,
      y: [
        -1.518584, -1.278584, -1.338584, -0.978584, -0.607358, -0.601358, -0.355358, -0.445358,
        -1.278584, -1.518584, -0.138584, -0.258584, 0.784642, 1.174642, 0.268642, 0.562642,
      ], dWeight: [0, -3.263431, -0.53126, -1.251412], dScale: -0.485366,
      dGamma: [0.684309, -1.455483], mean: [0.05, 0.3], variance: [0.4, 0.9])
  }

  @Test("2: naive fold")
  func naiveFold() throws {
    try check(
      NaiveFold.strategy,
      y: [
        1.158098, 1.416098, 1.194098, 1.644097, -0.946326, -0.940326, -0.694326, -0.784326,
        0.534098, 0.024097, 2.106098, 1.788098, 0.445674, 0.835674, -0.070326, 0.223674,
      ], dWeight: [1.922643, 3.204949, 0.15, -0.037517], dScale: 1.664087,
      dGamma: [-0.68696, -1.415853], mean: [0.0018, 0.3392],
      variance: runningVariance([0.372653, 0.959469]))
  }

  /// The result depends on the running variance after the step: ours begins where it ends at the
  /// released code's, whose correction is another.
  @Test("3: white-paper fold")
  func whitePaperFold() throws {
    let published: [Float] = [0.372653, 0.959469]
    try check(
      WhitePaperFold.strategy,
      y: [
        -0.964197, -0.381751, -0.527362, 0.346308, -0.971076, -0.964278, -0.685544, -0.78752,
        -0.38175, -0.964197, 2.384874, 2.093651, 0.606149, 1.048044, 0.021488, 0.354609,
      ], dWeight: [-1.880008, -6.388134, 0.200383, 0.025074], dScale: -1.305884,
      dGamma: [0.95411, -1.415854], mean: [0.0018, 0.3392], variance: published,
      varianceBefore: zip(published, [Float(0.4), 0.9]).map { published, before in
        let batch = (published - 0.9 * before) / 0.2
        return (published - 0.1 * batch * 8 / 7) / 0.9
      })
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
      (try quantized(FreezeFold.strategy), [], -1.518584),
      (try quantized(NaiveFold.strategy), [0.0018, 0.3392, 0.372653, 0.959469], -1.404423),
      (try quantized(WhitePaperFold.strategy), [0.0018, 0.3392, 0.372653, 0.959469], -1.404423),
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
