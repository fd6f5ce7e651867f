import Foundation
import Testing

@testable import QuantRuntime

@Suite("ONNX round trip")
struct ONNXRoundTripTests {
  @Test(
    "a float network comes back with its names, operators and logits",
    arguments: [
      "resnet20", "resnet20_a", "resnet18", "mobilenet_v2", "efficientnet_lite0",
      "regnetx_600mf",
    ])
  func networks(name: String) throws {
    let size = name.hasPrefix("resnet20") ? 16 : 64
    let model = try DeployHarness.model(name, input: [3, size, size])
    let data = try DeployHarness.encoded(model)
    let back = try ONNXModelFile.decode(data, name: name)
    #expect(Set(back.state.keys) == Set(model.state.keys))
    #expect(back.graph.nodes.map(\.name).contains("input"))
    let (before, after) = (try DeployHarness.logits(model), try DeployHarness.logits(back))
    let scale = before.map { abs($0) }.max() ?? 1
    #expect(zip(before, after).allSatisfy { abs($0 - $1) <= 1e-5 * scale }, "\(before) \(after)")
    #expect(try DeployHarness.encoded(back) == data)
  }
}
