import CKernels
import Testing

@testable import QuantRuntime

/// Field by field: the imported memberwise initializer and the engine's own have the same labels.
func kernelLayout(images: Int, channels: Int, pixels: Int, lanes: Int) -> mq_layout {
  var layout = mq_layout()
  layout.images = images
  layout.channels = channels
  layout.pixels = pixels
  layout.lanes = lanes
  return layout
}

/// Batch norm's kernels alone, against Double, in every layout they know.
@Suite("Batch norm kernels")
struct BatchNormKernelTests {
  /// Relative error of a mean, in deviations, and of a variance: float sums of 256 terms.
  private static let tolerance = 2e-6

  private let lanes: [Int] = [1, 8, 16]

  private func layout(_ lanes: Int, images: Int = 3, channels: Int = 21) -> mq_layout {
    kernelLayout(images: images, channels: channels, pixels: 37 * 19, lanes: lanes)
  }

  /// Normal values about `mean`, zero in the padding; the first pixel of each channel is `first`.
  private func values(_ layout: mq_layout, mean: Float, first: Float) -> [Float] {
    var random = RandomStream(seed: 11, purpose: .syntheticData)
    var result = [Float](repeating: 0, count: layout.floats)
    for image in 0..<layout.images {
      for channel in 0..<layout.channels {
        for pixel in 0..<layout.pixels {
          let isFirst = image == 0 && pixel == 0
          result[index(layout, image, channel, pixel)] = isFirst ? first : mean + random.normal()
        }
      }
    }
    return result
  }

  private func index(_ layout: mq_layout, _ image: Int, _ channel: Int, _ pixel: Int) -> Int {
    let blocks = (layout.channels + layout.lanes - 1) / layout.lanes
    let slab = image * blocks + channel / layout.lanes
    return (slab * layout.pixels + pixel) * layout.lanes + channel % layout.lanes
  }

  /// Mean and biased variance of every channel from the kernel's sums, computed in two parts.
  private func moments(_ x: [Float], _ layout: mq_layout, split: Int) -> [(Double, Double)] {
    var shift = [Float](repeating: 0, count: layout.paddedChannels)
    for channel in 0..<layout.channels { shift[channel] = x[index(layout, 0, channel, 0)] }
    var partial = [Double](repeating: .nan, count: layout.slabs * 2 * layout.lanes)
    mq_f32_bn_moments(x, shift, &partial, nil, layout, 0, split)
    mq_f32_bn_moments(x, shift, &partial, nil, layout, split, layout.slabs)
    let count = Double(layout.perChannel)
    return (0..<layout.channels).map { channel in
      let s = layout.total(partial, channel: channel, width: 2, item: 0) / count
      let q = layout.total(partial, channel: channel, width: 2, item: 1) / count
      return (Double(shift[channel]) + s, q - s * s)
    }
  }

  @Test(
    "statistics stay accurate far from zero",
    arguments: [(Float(0), Float(0)), (17, 17), (1000, 1000)])
  func accuracy(mean: Float, first: Float) {
    for lanes in lanes {
      let layout = layout(lanes)
      let x = values(layout, mean: mean, first: first)
      for (channel, found) in moments(x, layout, split: 2).enumerated() {
        var all: [Double] = []
        for image in 0..<layout.images {
          for pixel in 0..<layout.pixels {
            all.append(Double(x[index(layout, image, channel, pixel)]))
          }
        }
        let truth = all.reduce(0, +) / Double(all.count)
        let variance = all.map { ($0 - truth) * ($0 - truth) }.reduce(0, +) / Double(all.count)
        #expect(abs(found.0 - truth) < Self.tolerance * variance.squareRoot(), "lanes \(lanes)")
        #expect(abs(found.1 - variance) < Self.tolerance * variance, "lanes \(lanes)")
      }
    }
  }

  @Test("the number of threads does not change a bit of the statistics")
  func partition() {
    for lanes in lanes {
      let layout = layout(lanes)
      let x = values(layout, mean: 3, first: 1)
      let whole = moments(x, layout, split: 0)
      for split in [1, 2, layout.slabs - 1] {
        let parts = moments(x, layout, split: split)
        #expect(zip(whole, parts).allSatisfy { $0 == $1 }, "lanes \(lanes), split \(split)")
      }
    }
  }

  @Test("a constant channel has its value as mean and no variance", arguments: [Float(0), 7.1])
  func constant(value: Float) {
    let layout = layout(16)
    var x = [Float](repeating: 0, count: layout.floats)
    for channel in 0..<layout.channels {
      for image in 0..<layout.images {
        for pixel in 0..<layout.pixels { x[index(layout, image, channel, pixel)] = value }
      }
    }
    for (mean, variance) in moments(x, layout, split: 0) {
      #expect(mean == Double(value) && variance == 0)
    }
  }

  @Test("padding lanes stay zero through the normalization")
  func padding() {
    let layout = layout(16)
    let x = values(layout, mean: 2, first: 2)
    let mean = (0..<layout.paddedChannels).map { $0 < layout.channels ? Float(2) : 0 }
    let scale = mean.map { $0 == 0 ? Float(0) : 0.5 }
    let offset = mean.map { $0 == 0 ? Float(0) : 0.25 }
    var y = [Float](repeating: .nan, count: layout.floats)
    for slab in 0..<layout.slabs {
      let (at, channel) = (slab * layout.slabSize, slab % 2 * layout.lanes)
      y.withUnsafeMutableBufferPointer { y in
        mq_f32_bn_apply(
          Array(x[at..<at + layout.slabSize]), nil, y.baseAddress! + at,
          Array(mean[channel...]), Array(scale[channel...]), Array(offset[channel...]),
          Int32(MQ_LINEAR), layout.pixels, layout.lanes)
      }
    }
    for slab in 0..<layout.slabs where slab % 2 == 1 {
      for pixel in 0..<layout.pixels {
        let start = (slab * layout.pixels + pixel) * layout.lanes
        #expect(y[start + 5..<start + 16].allSatisfy { $0 == 0 })
        #expect(y[start] == (x[start] - 2) * 0.5 + 0.25)
      }
    }
  }
}
