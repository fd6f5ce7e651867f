import CKernels

/// One piece of a plan: works on fixed buffers and allocates nothing when it runs.
protocol Step: AnyObject {
  /// The name of the graph's node that it computes or differentiates.
  var node: String { get }
  /// What the node does, for profiles: `convolution`, `batch norm`.
  var label: String { get }
  /// All that it reads, writes or uses as scratch; decides how long buffers live.
  var buffers: [Buffer] { get }
  /// Called once when all buffers have their places.
  func bind() throws(EngineError)
  func run() throws(EngineError)
}

extension Step {
  func bind() throws(EngineError) {}
}

/// A value of the graph as a plan holds it.
struct PlanValue {
  var buffer: Buffer
  var layout: mq_layout

  /// Floats in memory, padding lanes included.
  var floats: Int { layout.floats }

  init(layout: mq_layout) {
    self.layout = layout
    buffer = Buffer(floats: layout.floats)
  }

  init(layout: mq_layout, buffer: Buffer) {
    self.layout = layout
    self.buffer = buffer
  }

  var pointer: UnsafeMutablePointer<Float> { buffer.floats }
}

extension mq_layout {
  init(images: Int, channels: Int, pixels: Int, lanes: Int) {
    self.init()
    self.images = images
    self.channels = channels
    self.pixels = pixels
    self.lanes = lanes
  }

  /// Of a tensor that is not per image: its first axis is the channels.
  init(fixed shape: Shape) {
    let channels = shape.dimensions.first ?? 1
    self.init(images: 1, channels: channels, pixels: shape.count / max(channels, 1), lanes: 1)
  }

  var slabs: Int { Int(mq_slabs(self)) }
  var slabSize: Int { Int(mq_slab_size(self)) }
  var floats: Int { slabs * slabSize }
  var paddedChannels: Int { Int(mq_padded_channels(self)) }
  /// Values of one channel over all images.
  var perChannel: Int { images * pixels }
  /// Values without padding.
  var count: Int { images * channels * pixels }

  /// Calls `body` with parts of the slabs, on all threads.
  func forSlabs(_ body: (Range<Int>) -> Void) {
    let perThread = (Parallel.flatGrain + slabSize - 1) / max(slabSize, 1)
    Parallel.run(slabs, grain: max(perThread, 1), body)
  }

  /// Sets the lanes that only fill blocks to zero.
  func clearPadding(_ x: UnsafeMutablePointer<Float>) {
    guard paddedChannels > channels else { return }
    forSlabs { mq_f32_clear_padding(x, self, $0.lowerBound, $0.upperBound) }
  }

  /// Adds the partial sums of one channel over some images, or all, in their order, so that the
  /// result does not depend on the number of threads.
  ///
  /// - Parameter partial: `[slab][width][lanes]`.
  func total(
    _ partial: UnsafePointer<Double>, channel: Int, _ images: Range<Int>? = nil, width: Int = 1,
    item: Int = 0
  ) -> Double {
    let blocks = paddedChannels / lanes
    var sum = 0.0
    for image in images ?? 0..<self.images {
      let slab = image * blocks + channel / lanes
      sum += partial[(slab * width + item) * lanes + channel % lanes]
    }
    return sum
  }
}

extension PlanValue {
  /// The numbers without padding, in the order of images, channels and pixels.
  func rowMajor() -> [Float] {
    Array(unsafeUninitializedCapacity: layout.count) { target, count in
      count = layout.count
      guard let base = target.baseAddress else { return }
      if layout.lanes == 1 {
        base.update(from: pointer, count: count)
      } else {
        mq_f32_to_plain(pointer, base, layout, 0, mq_slabs(layout))
      }
    }
  }
}
