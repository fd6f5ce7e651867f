import CKernels
import Foundation
import Testing

@testable import QuantRuntime

/// The small kernels alone, against Double.
@Suite("Kernels")
struct KernelTests {
  private func numbers(_ count: Int, lane: UInt64 = 0) -> [Float] {
    var random = RandomStream(seed: 2, purpose: .syntheticData, lane: lane)
    return (0..<count).map { _ in random.normal() }
  }

  @Test("cross entropy and its gradient, also for logits that overflow exp")
  func crossEntropy() {
    let logits: [Float] = [1000, 999, -1000, 0.5, -0.25, 2]
    let labels: [Int32] = [1, 2]
    var gradient = [Float](repeating: .nan, count: 6)
    let found = mq_f32_softmax_cross_entropy(logits, labels, &gradient, 0.3, 2, 3)
    var loss = 0.0
    for row in 0..<2 {
      let z = logits[row * 3..<row * 3 + 3].map { Double($0) }
      let largest = z.max() ?? 0
      let total = z.map { exp($0 - largest) }.reduce(0, +)
      for k in 0..<3 {
        let target = 0.1 + (k == Int(labels[row]) ? 0.7 : 0)
        loss -= target * (z[k] - largest - log(total))
        let expected = (exp(z[k] - largest) / total - target) / 2
        #expect(abs(Double(gradient[row * 3 + k]) - expected) < 1e-7)
      }
    }
    #expect(abs(found - loss) < 1e-9 * loss)
  }

  @Test("of equal logits the first class ranks first")
  func ties() {
    let logits = [Float](repeating: 1, count: 12)
    #expect(mq_f32_count_top(logits, [0, 1], 1, 2, 6) == 1)
    #expect(mq_f32_count_top(logits, [4, 5], 5, 2, 6) == 1)
  }

  @Test("plain to blocks and back gives the same images, and zeros in the padding")
  func layouts() {
    for (channels, lanes) in [(1, 8), (8, 8), (21, 8), (3, 16), (16, 16), (33, 16)] {
      let layout = kernelLayout(images: 2, channels: channels, pixels: 15, lanes: lanes)
      let x = numbers(layout.count)
      var blocked = [Float](repeating: .nan, count: layout.floats)
      var back = [Float](repeating: .nan, count: layout.count)
      mq_f32_from_plain(x, &blocked, layout, 0, layout.slabs)
      mq_f32_to_plain(blocked, &back, layout, 0, layout.slabs)
      #expect(back == x, "\(channels) channels, \(lanes) lanes")
      let padding = layout.floats - layout.count
      let zeros = blocked.filter { $0 == 0 }.count
      #expect(zeros == padding, "\(channels) channels, \(lanes) lanes")
    }
  }

  @Test("observation leaves the padding out")
  func observation() {
    let layout = kernelLayout(images: 1, channels: 3, pixels: 500, lanes: 16)
    let x = numbers(layout.count).map { abs($0) + 1 }
    var blocked = [Float](repeating: .nan, count: layout.floats)
    mq_f32_from_plain(x, &blocked, layout, 0, layout.slabs)
    let found = mq_f32_observe(blocked, 500, 16, mq_valid_lanes(layout, 0))
    let sum = x.map { Double($0) }.reduce(0, +)
    let squares = x.map { Double($0) * Double($0) }.reduce(0, +)
    #expect(found.minimum == x.min() && found.maximum == x.max())
    #expect(abs(found.sum - sum) < 1e-6 * sum)
    #expect(abs(found.absolute_sum - sum) < 1e-6 * sum)
    #expect(abs(found.square_sum - squares) < 1e-6 * squares)
  }

  @Test("the first value that is not finite is found", arguments: [Float.nan, .infinity])
  func nonFinite(value: Float) {
    var x = numbers(1000)
    #expect(mq_f32_first_non_finite(x, 1000) == -1)
    x[777] = value
    x[801] = -value
    #expect(mq_f32_first_non_finite(x, 1000) == 777)
  }

  @Test("activations keep a NaN and clip as they say")
  func activations() {
    let x: [Float] = [-1, 0, 3, 7, .nan, -.infinity, .infinity]
    var y = [Float](repeating: 0, count: x.count)
    mq_f32_activate(x, &y, Int32(MQ_RELU), x.count)
    #expect(y[..<4] == [0, 0, 3, 7] && y[4].isNaN && y[5] == 0 && y[6] == .infinity)
    mq_f32_activate(x, &y, Int32(MQ_RELU6), x.count)
    #expect(y[..<4] == [0, 0, 3, 6] && y[4].isNaN && y[5] == 0 && y[6] == 6)
  }
}
