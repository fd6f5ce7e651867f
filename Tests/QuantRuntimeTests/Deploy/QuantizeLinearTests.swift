import Foundation
import ONNXProto
import Testing

@testable import QuantRuntime

@Suite("Quantized ONNX")
struct QuantizeLinearTests {
  private static let net = Result { try DeployHarness.model("resnet20", input: [3, 16, 16]) }

  private func model(
    _ backend: String, _ algorithm: String = "lsq", bits: Int = 8, fold: String? = nil
  ) throws -> Model {
    try DeployHarness.quantized(
      Self.net.get(), backend: backend, algorithm: algorithm, bits: bits, fold: fold)
  }

  private func graph(_ model: Model, opset: Int = 13) throws -> ONNXGraphProto {
    try ONNXFile.decode(DeployHarness.encoded(model, opset: opset)).graph
  }

  @Test(
    "every backend's model is written and reads back as itself", arguments: HardwareCatalog.names,
    [4, 8])
  func backends(backend: String, bits: Int) throws {
    let model = try model(backend, bits: bits)
    let graph = try graph(model)
    let summaries = model.quantizers()
    let count = { (type: String) in graph.node.count { $0.opType == type } }
    #expect(count("QuantizeLinear") == summaries.count { $0.site == .activation })
    #expect(count("DequantizeLinear") >= summaries.count)
    #expect(count("BatchNormalization") == 0)
    #expect((count("Clip") > 0) == (bits < 8))
  }

  @Test(
    "every fold and algorithm with an integer grid is written",
    arguments: FoldingCatalog.names, ["lsq", "pact", "dorefa", "dsq", "tqt"])
  func folds(fold: String, algorithm: String) throws {
    for backend in ["acl", "tvm"] {
      let deployed = try model(backend, algorithm, bits: 4, fold: fold).foldedForInference()
      for id in deployed.graph.ids where deployed.graph[id].op.isWeighted {
        let network = Network(graph: deployed.graph, state: deployed.state)
        let weight = try #require(
          try QuantizedWeight(of: deployed.graph[id].inputs[1], in: network))
        #expect(weight.scales.allSatisfy { $0 > 0 })
        #expect(weight.codes.allSatisfy { (-128...127).contains($0) })
      }
      _ = try graph(try model(backend, algorithm, bits: 4, fold: fold))
    }
  }

  @Test("algorithms without one are refused by name", arguments: ["qil", "apot"])
  func refused(algorithm: String) throws {
    let model = try model("academic", algorithm, bits: 4)
    #expect {
      _ = try DeployHarness.encoded(model)
    } throws: { error in
      guard case .levels(_, algorithm, let reason) = error as? DeployError else { return false }
      return reason.hasPrefix("its levels")
    }
  }

  @Test("an offset that is learned as a real number is refused")
  func realOffset() throws {
    let choice = QuantizerChoice("lsq_plus", bits: 4)
    let profile = try HardwareCatalog.profile("academic")
      .with([("activations_symmetry", .text("asymmetric"))])
    let quantized = try quantize(
      Self.net.get(),
      QuantizeConfiguration(profile: profile, weights: choice, activations: choice))
    let model = try PlanHarness.initialized(
      quantized, images: DeployHarness.images([3, 16, 16], batch: 4), batch: 4)
    #expect {
      _ = try DeployHarness.encoded(model)
    } throws: { error in
      guard case .levels(_, "lsq_plus", let reason) = error as? DeployError else { return false }
      return reason.hasPrefix("its offset")
    }
  }

  @Test("four bits are four bits from opset 21 on")
  func halves() throws {
    let model = try model("tensorrt", bits: 4)
    let types = { (opset: Int) in
      Set(try graph(model, opset: opset).initializer.map(\.dataType))
    }
    #expect(try types(13).isDisjoint(with: [ONNXElement.int4.rawValue]))
    #expect(try types(21).isSuperset(of: [ONNXElement.int4.rawValue, ONNXElement.int8.rawValue]))
  }

  @Test("integers give the values of the engine's kernel, behind factors of any sign")
  func weights() throws {
    let deployed = try model("acl", bits: 4, fold: "none").foldedForInference()
    let network = Network(graph: deployed.graph, state: deployed.state)
    for node in deployed.graph.nodes where node.op.isWeighted {
      let weight = try #require(try QuantizedWeight(of: node.inputs[1], in: network))
      let plan = try PlanHarness.weight(of: node.name, in: network)
      let largest = plan.map { abs($0) }.max() ?? 0
      #expect(isClose(weight.values.values, plan, within: 4 * .ulpOfOne * largest), "\(node.name)")
    }
  }

  @Test("a bias is rounded to even and clipped to 32 bits")
  func bias() {
    let bias = Tensor([4], values: [0.25, 0.75, -0.25, 1e12])
    let codes = QuantizedBias(bias, scales: [0.5, 0.5, 0.5, 0.25])
    #expect(codes.codes == [0, 2, 0, .max])
    #expect(codes.saturated == 1)
  }
}

extension PlanHarness {
  /// What a layer of a folded network multiplies with, from the engine: the responses of a linear layer
  /// with that weight to unit vectors.
  static func weight(of layer: String, in network: Network) throws -> [Float] {
    var graph = Graph()
    var state = network.state
    guard let id = network.graph.node(named: layer) else { return [] }
    let rows = try network.graph.types()[network.graph[id].inputs[1].index].shape
    let x = graph.append(
      .input([rows[1], rows.rank == 4 ? rows[2] : 1, rows.rank == 4 ? rows[3] : 1]), name: "input")
    var places: [NodeID: NodeID] = [:]
    func copy(_ id: NodeID) -> NodeID {
      if let place = places[id] { return place }
      let node = network.graph[id]
      let place = graph.append(node.op, node.inputs.map(copy), name: node.name)
      places[id] = place
      return place
    }
    let weight = copy(network.graph[id].inputs[1])
    let pixels = rows.count / rows[0]
    if rows.rank == 4 {
      let y = graph.append(.convolution(Convolution()), [x, weight], name: "y")
      graph.output = graph.append(.flatten, [y], name: "flat")
    } else {
      let flat = graph.append(.flatten, [x], name: "flat")
      graph.output = graph.append(.linear, [flat, weight], name: "y")
    }
    state = state.filter { Set(graph.stateEntries.map(\.name)).contains($0.key) }
    var images = Array(repeating: Float(0), count: pixels * pixels)
    for index in 0..<pixels { images[index * pixels + index] = 1 }
    let responses = try evaluate(
      Network(graph: graph, state: state), images: images, batch: pixels)
    // [pixel][row] to [row][pixel].
    return (0..<rows[0]).flatMap { row in (0..<pixels).map { responses[$0 * rows[0] + row] } }
  }
}
