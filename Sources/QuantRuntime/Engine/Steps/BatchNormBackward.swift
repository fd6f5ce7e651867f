import CKernels

/// The gradient through batch statistics, with g = dy where the activation passed:
///
///     dbeta = sum g            dgamma = sum g (x - mean) / deviation
///     dx = scale (g - dbeta / n - (x - mean) / deviation^2 * sum(g (x - mean)) / n)
///
/// Frozen statistics are constants: then dx = scale g. The activation is judged by the normalized
/// value, computed once more: that is cheaper than reading it.
///
/// Behind a fold, x / f is normalized and f has a gradient. Normalization all but cancels a factor, and
/// what is left of -1/f^2 sum(d(x/f) x) needs no pass over memory:
///
///     df = -1/f gamma/deviation sum(g (x - mean)/f) epsilon / (variance + epsilon)
final class BatchNormBackward: Step {
  let node: String
  let label = "batch norm"
  private let operands: BatchNormOperands
  private let activation: Int32
  private let vectors: BatchNormVectors
  private let epsilon: Double
  private let isFrozen: Bool
  private let dy: Buffer
  /// May be `dy`.
  private let dx: Buffer?
  private let dGamma: Buffer?
  private let dBeta: Buffer?
  private let dDivisor: Buffer?
  private let sums: NormGradientSums
  /// Whether the step of the quantizer behind has taken the sums.
  private let hasSums: Bool
  private let meanGradient: Buffer
  private let slope: Buffer

  init(
    node: String, norm: BatchNorm, operands: BatchNormOperands, activation: Int32,
    vectors: BatchNormVectors, isFrozen: Bool, sums: NormGradientSums?, dy: Buffer, dx: Buffer?,
    dGamma: Buffer?, dBeta: Buffer?, dDivisor: Buffer?
  ) {
    self.node = node
    self.operands = operands
    self.activation = activation
    self.vectors = vectors
    epsilon = norm.epsilon
    self.isFrozen = isFrozen
    self.dy = dy
    self.dx = dx
    self.dGamma = dGamma
    self.dBeta = dBeta
    self.dDivisor = dDivisor
    self.sums = sums ?? NormGradientSums(vectors, x: operands.x, activation: activation)
    hasSums = sums != nil
    meanGradient = Buffer(byteCount: vectors.mean.byteCount)
    slope = Buffer(byteCount: vectors.mean.byteCount)
  }

  var buffers: [Buffer] {
    [operands.x.buffer, operands.gamma.buffer, dy, meanGradient, slope] + sums.buffers
      + [dx, dGamma, dBeta, dDivisor, operands.divisor?.buffer].compactMap(\.self)
  }

  func run() throws(EngineError) {
    let (x, dy) = (operands.x.pointer, self.dy.floats)
    if !hasSums {
      sums.work.forChunks { part in
        for index in part {
          sums.take(index, dy + sums.work.chunk(index).start)
        }
      }
    }
    for channel in 0..<operands.x.layout.paddedChannels { finish(channel) }
    guard let dx = dx?.floats else { return }
    let (vectors, work, activation) = (self.vectors, sums.work, self.activation)
    let (meanGradient, slope) = (self.meanGradient.floats, self.slope.floats)
    let lanes = vectors.layout.lanes
    work.forChunks { part in
      for index in part {
        let chunk = work.chunk(index)
        let at = vectors.place(ofSlab: chunk.run)
        mq_f32_bn_backward_apply(
          x + chunk.start, dy + chunk.start, dx + chunk.start, vectors.mean.floats + at,
          vectors.scale.floats + at, vectors.offset.floats + at,
          meanGradient + at, slope + at, activation, chunk.count / lanes, lanes)
      }
    }
  }

  private func finish(_ channel: Int) {
    let layout = operands.x.layout
    guard channel < layout.channels else {
      for shard in 0..<vectors.shards {
        meanGradient.floats[vectors.place(channel, shard: shard)] = 0
        slope.floats[vectors.place(channel, shard: shard)] = 0
      }
      return
    }
    let count = Double(layout.perChannel / vectors.shards)
    let factor = operands.factor(channel)
    var (beta, gamma, divisor) = (0.0, 0.0, 0.0)
    for shard in 0..<vectors.shards {
      let place = vectors.place(channel, shard: shard)
      let images = vectors.images(of: shard)
      let sum = sums.total(channel, images, item: 0)
      let product = sums.total(channel, images, item: 1)
      let inverse = Double(vectors.inverseDeviation.floats[place])
      beta += sum
      gamma += product * inverse
      let residue =
        isFrozen
        ? product + Double(vectors.mean.floats[place]) * sum
        : product * epsilon * (inverse * factor) * (inverse * factor)
      divisor -= Double(operands.gamma.pointer[channel]) * inverse / factor * residue
      meanGradient.floats[place] = isFrozen ? 0 : Float(sum / count)
      slope.floats[place] = isFrozen ? 0 : Float(product * inverse * inverse / count)
    }
    dBeta?.floats[channel] = Float(beta)
    dGamma?.floats[channel] = Float(gamma)
    dDivisor?.floats[channel] = Float(divisor)
  }
}
