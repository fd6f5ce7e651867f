import Testing

@testable import QuantRuntime

@Suite("Initialization")
struct InitializationTests {
  @Test("the same seed gives the same bits, another seed other bits")
  func seeds() throws {
    let a = try ModelCatalog.make("resnet20", input: [3, 32, 32], classes: 10, seed: 7)
    let b = try ModelCatalog.make("resnet20", input: [3, 32, 32], classes: 10, seed: 7)
    let c = try ModelCatalog.make("resnet20", input: [3, 32, 32], classes: 10, seed: 8)
    #expect(a == b)
    #expect(a.state["conv1.weight"] != c.state["conv1.weight"])
    #expect(a.provenance.seed == 7)
    #expect(a.state.count == a.graph.stateEntries.count)
  }

  @Test("the kernels give the bits of the stream")
  func kernelBits() {
    for lane: UInt64 in [0, 3, 1 << 40] {
      var stream = RandomStream(seed: 0xFEDC_BA98_7654_3210, purpose: .initialization, lane: lane)
      let normals = RandomStream.normals(
        101, standardDeviation: 0.25, seed: 0xFEDC_BA98_7654_3210, purpose: .initialization,
        lane: lane)
      for value in normals { #expect(value == 0.25 * stream.normal()) }
      stream = RandomStream(seed: 1, purpose: .initialization, lane: lane)
      let uniforms = RandomStream.uniforms(
        103, bound: 0.3, seed: 1, purpose: .initialization, lane: lane)
      for value in uniforms { #expect(value == stream.uniform(-0.3, 0.3)) }
    }
  }

  @Test("weights have the variances of He's and PyTorch's rules")
  func variances() throws {
    let model = try ModelCatalog.make("resnet20", input: [3, 32, 32], classes: 10, seed: 1)
    let conv = try #require(model.state["layer3.1.conv1.weight"]).values.map(Double.init)
    let variance = conv.reduce(0) { $0 + $1 * $1 } / Double(conv.count)
    // 36,864 samples: the relative standard error of a variance is sqrt(2 / n) = 0.7 %.
    #expect(abs(variance / (2.0 / (64 * 9)) - 1) < 0.03)
    let linear = try #require(model.state["fc.weight"]).values
    #expect(linear.allSatisfy { abs($0) <= 0.125 } && linear.contains { abs($0) > 0.11 })
    #expect(model.state["bn1.weight"] == Tensor([16], repeating: 1))
    #expect(model.state["bn1.running_mean"] == Tensor([16], repeating: 0))
  }
}
