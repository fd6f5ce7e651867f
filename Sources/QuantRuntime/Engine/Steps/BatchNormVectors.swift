import CKernels

/// Per-channel numbers of a batch norm, padded to whole blocks, for each shard of the batch; shared by
/// forward and backward:
///
///     v = (x - mean) scale + offset
///
/// Where x is still to be divided by a fold factor, the numbers do that too, so that the quotient is
/// never in memory.
final class BatchNormVectors {
  let layout: mq_layout
  let mean: Buffer
  /// gamma times `inverseDeviation`.
  let scale: Buffer
  let offset: Buffer
  /// 1 / sqrt(variance + epsilon) of the quotient, divided by the factor.
  let inverseDeviation: Buffer
  /// Parts of the batch with statistics of their own, of equally many images.
  let shards: Int
  /// Whether the forward pass takes the statistics of the batch.
  let takesMoments: Bool
  /// The least and the greatest x, `[slab][2][lanes]`, taken with the moments when somebody asks.
  private(set) var extremes: Buffer?

  init(_ layout: mq_layout, shards: Int, takesMoments: Bool) {
    self.layout = layout
    self.shards = shards
    self.takesMoments = takesMoments
    let floats = layout.paddedChannels * shards
    mean = Buffer(floats: floats)
    scale = Buffer(floats: floats)
    offset = Buffer(floats: floats)
    inverseDeviation = Buffer(floats: floats)
  }

  /// What normalizes.
  var all: [Buffer] { [mean, scale, offset, inverseDeviation] }

  func keepExtremes() {
    extremes = extremes ?? Buffer(floats: layout.slabs * 2 * layout.lanes)
  }

  /// The images of a shard.
  func images(of shard: Int) -> Range<Int> {
    let size = layout.images / shards
    return shard * size..<(shard + 1) * size
  }

  /// Where the numbers of a channel are.
  func place(_ channel: Int, shard: Int) -> Int { shard * layout.paddedChannels + channel }

  /// Where the numbers of a slab's channels begin.
  func place(ofSlab slab: Int) -> Int {
    let blocks = layout.slabs / layout.images
    return slab / blocks / (layout.images / shards) * layout.paddedChannels
      + slab % blocks * layout.lanes
  }

  /// Sets what normalizes one channel of one shard.
  ///
  /// - Parameters:
  ///   - mean: of x.
  ///   - variance: of x over the factor.
  ///   - factor: what x is to be divided by.
  func set(
    _ channel: Int, shard: Int, mean: Double, variance: Double, factor: Double, _ norm: BatchNorm,
    _ operands: BatchNormOperands
  ) {
    let inverse = 1 / (variance + norm.epsilon).squareRoot() / factor
    let place = place(channel, shard: shard)
    self.mean.floats[place] = Float(mean)
    inverseDeviation.floats[place] = Float(inverse)
    scale.floats[place] = Float(Double(operands.gamma.pointer[channel]) * inverse)
    offset.floats[place] = operands.beta.pointer[channel]
  }

  /// (0 - 0) * 0 + 0 keeps padding lanes zero.
  func clearPadding() {
    for shard in 0..<shards {
      for channel in layout.channels..<layout.paddedChannels {
        for buffer in all { buffer.floats[place(channel, shard: shard)] = 0 }
      }
    }
  }

  /// y = activation(v + addend) for a chunk of a slab; the pointers are those of the chunk.
  func apply(
    _ x: UnsafePointer<Float>, _ addend: UnsafePointer<Float>?,
    to y: UnsafeMutablePointer<Float>, activation: Int32, _ chunk: ChunkedWork.Chunk
  ) {
    let at = place(ofSlab: chunk.run)
    mq_f32_bn_apply(
      x, addend, y, mean.floats + at, scale.floats + at, offset.floats + at, activation,
      chunk.count / layout.lanes, layout.lanes)
  }
}

/// The operands of a batch norm.
struct BatchNormOperands {
  var x: PlanValue
  var gamma: PlanValue
  var beta: PlanValue
  var runningMean: PlanValue
  var runningVariance: PlanValue
  /// What x is divided by first, `[C]`: the factor of a fold.
  var divisor: PlanValue?
  /// What is added to the normalized values in the same pass, of x's layout: a residual's shortcut.
  var addend: PlanValue?

  var buffers: [Buffer] {
    ([x, gamma, beta, runningMean, runningVariance] + [divisor, addend].compactMap(\.self))
      .map(\.buffer)
  }

  func factor(_ channel: Int) -> Double { divisor.map { Double($0.pointer[channel]) } ?? 1 }
}
