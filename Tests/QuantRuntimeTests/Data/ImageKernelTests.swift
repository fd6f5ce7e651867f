import CKernels
import Testing

@testable import QuantRuntime

@Suite("Image kernels")
struct ImageKernelTests {
  private func noise(_ count: Int) -> [UInt8] {
    var random = RandomStream(seed: 9, purpose: .syntheticData)
    return (0..<count).map { _ in UInt8(random.below(256)) }
  }

  @Test("the hue of every fifth level of each colour turns as pixel by pixel")
  func hues() {
    let levels = stride(from: 0, through: 255, by: 5).map { UInt8($0) }
    let side = levels.count
    let all: [[UInt8]] = (0..<3).map { axis in
      (0..<side * side * side).map { place in
        levels[[place % side, place / side % side, place / (side * side)][axis]]
      }
    }
    for shift in stride(from: 0, to: 256, by: 17) {
      var (fast, slow) = (all, all)
      turn(&fast, mq_u8_hue, shift)
      turn(&slow, mq_u8_hue_scalar, shift)
      #expect(fast == slow, "\(shift)")
    }
  }

  private typealias Turn = (
    UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<UInt8>?, Int32,
    Int
  ) -> Void

  private func turn(_ planes: inout [[UInt8]], _ kernel: Turn, _ shift: Int) {
    var (r, g, b) = (planes[0], planes[1], planes[2])
    kernel(&r, &g, &b, Int32(shift), r.count)
    planes = [r, g, b]
  }

  @Test(
    "vectors resample as single pixels do",
    arguments: [(1, 1), (5, 3), (7, 19), (64, 8), (100, 33), (333, 31), (40, 71), (9, 200)])
  func resampling(input: Int, output: Int) {
    for filter in Interpolation.allCases {
      let table = ResamplingTable(from: input, to: output, filter)
      for other in [1, 7, 32, 45] {
        let x = noise(input * other + Int(MQ_RESAMPLE_SLACK))
        var (fast, slow) = ([UInt8](repeating: 0, count: output * other), [UInt8]())
        slow = fast
        let (n, taps) = (output, Int32(table.taps))
        mq_u8_resample_rows(x, input, other, &fast, n, table.first, table.weights, taps)
        mq_u8_resample_rows_scalar(x, input, other, &slow, n, table.first, table.weights, taps)
        #expect(fast == slow, "rows, \(filter), \(other)")
        mq_u8_resample_columns(x, other, &fast, n, table.first, table.weights, taps)
        mq_u8_resample_columns_scalar(x, other, &slow, n, table.first, table.weights, taps)
        #expect(fast == slow, "columns, \(filter), \(other)")
      }
    }
  }

  @Test("windows of a table lie within the input, and weights add up to one")
  func tables() {
    for (input, output) in [(1, 9), (2, 1), (10, 3), (3, 10), (500, 224), (224, 224), (60_000, 2)] {
      for filter in Interpolation.allCases {
        let table = ResamplingTable(from: input, to: output, filter)
        for place in 0..<output {
          #expect(table.first[place] >= 0 && Int(table.first[place]) + table.taps <= input)
          let sum = (0..<table.taps).reduce(0) { $0 + Int(table.weights[$1 * output + place]) }
          // Each weight is rounded on its own.
          #expect(abs(sum - 1 << Int(MQ_RESAMPLE_BITS)) <= table.taps)
        }
      }
    }
  }

  @Test("interleaved pixels become planes, whatever their number", arguments: [1, 15, 16, 17, 50])
  func splitting(count: Int) {
    let pixels = noise(3 * count)
    var result = [UInt8](repeating: 0, count: 3 * count)
    mq_u8_split3(pixels, &result, count)
    #expect(result == planes(pixels))
  }
}
