import CKernels
import Testing

@testable import QuantRuntime

/// What `quantizers` lists, against what the kernels compute.
@Suite("Maps and padding of quantizers")
struct QuantizerMapTests {
  private static let names = QuantizerCatalog.names

  /// A rule with the numbers it starts from.
  private func started(
    _ name: String, _ spec: QuantSpec, _ site: FakeQuant.Site, on x: [Float]
  ) throws -> (harness: RuleHarness, numbers: [Float]) {
    let harness = try RuleHarness(name, spec, site: site)
    let statistics = harness.statistics(ObservedValues(x), after: nil)
    return (harness, harness.initial(x) + statistics)
  }

  @Test("every level is an integer of the grid in the listed scale", arguments: names)
  func levels(name: String) throws {
    var random = RandomStream(seed: 12, purpose: .syntheticData)
    let samples = (0..<300).map { _ in random.normal() } + [0, .infinity, -.infinity]
    for site in try QuantizerCatalog.algorithm(name).sites {
      for spec in UniformQuantizerTests.specs {
        let observed = samples.dropLast(2).map { spec.sign == .unsigned ? abs($0) : $0 }
        let (harness, numbers) = try started(name, spec, site, on: observed)
        let map = harness.rule.affineMap(for: harness.quantizer, numbers: .padded(numbers))
        guard let map else {
          #expect(["apot", "qil"].contains(name))
          continue
        }
        let grid = IntegerGrid(spec)
        for level in harness.forward(samples, numbers) {
          let integer = Double(level) / Double(map.scale) + Double(map.zeroPoint)
          #expect(abs(integer - integer.rounded()) < 1e-3, "\(spec) \(site): \(level)")
          #expect(Double(grid.lowest) - 1e-3...Double(grid.highest) + 1e-3 ~= integer)
        }
      }
    }
  }

  @Test("the padding of a blocked layout stays zero, also where zero moves", arguments: names)
  func padding(name: String) throws {
    guard try QuantizerCatalog.algorithm(name).sites.contains(.activation) else { return }
    for spec in UniformQuantizerTests.specs where spec.granularity == .tensor {
      // All positive, so that zero is not among the values.
      let observed: [Float] = [1, 2, 3, 4]
      let (harness, numbers) = try started(name, spec, .activation, on: observed)
      let layout = kernelLayout(images: 2, channels: 11, pixels: 3, lanes: 8)
      let (x, y) = (PlanValue(layout: layout), PlanValue(layout: layout))
      let operands = numbers.map { _ in PlanValue(layout: mq_layout(fixed: [1])) }
      let step = FakeQuantForward(
        id: NodeID(0), node: "quantizer", quantizer: harness.quantizer, rule: harness.rule,
        x: ValueSource(stored: x), work: ChunkedWork(layout, .whole), numbers: operands, y: y,
        isTraining: false)
      let arenas = try step.buffers.map { buffer in
        let arena = try Arena(byteCount: buffer.byteCount)
        buffer.place(at: arena.base)
        return arena
      }
      try withExtendedLifetime(arenas) {
        for (operand, number) in zip(operands, numbers) { operand.pointer[0] = number }
        try step.run()
        let values = (0..<layout.floats).map { y.pointer[$0] }
        let moved = harness.forward([0], numbers)[0]
        #expect(values.count { $0 == 0 } >= 2 * 3 * 5, "\(spec)")
        #expect(values.count { $0 == moved } >= layout.count, "\(spec)")
      }
    }
  }
}
