/// The variances behind a fold factor: a vector of running ones, or the second row of moments.
struct ChannelVariance {
  let buffer: Buffer
  let epsilon: Double
  let channels: Int
  private let start: Int

  /// - Parameter channels: of the factor; the value has one number for each, or two.
  init(_ value: PlanValue, channels: Int, epsilon: Double) {
    buffer = value.buffer
    self.epsilon = epsilon
    self.channels = channels
    start = value.layout.count - channels
  }

  /// variance + epsilon.
  subscript(channel: Int) -> Double { Double(buffer.floats[start + channel]) + epsilon }
}

/// f = gamma / sqrt(variance + epsilon), its magnitude at least `Op.smallestFoldFactor`.
final class FoldFactorForward: Step {
  let node: String
  let label = "fold factor"
  private let gamma: PlanValue
  private let variance: ChannelVariance
  private let y: PlanValue

  init(node: String, gamma: PlanValue, variance: ChannelVariance, y: PlanValue) {
    self.node = node
    self.gamma = gamma
    self.variance = variance
    self.y = y
  }

  var buffers: [Buffer] { [gamma.buffer, variance.buffer, y.buffer] }

  func run() throws(EngineError) {
    for channel in 0..<variance.channels {
      let factor = Float(Double(gamma.pointer[channel]) / variance[channel].squareRoot())
      let smallest = gamma.pointer[channel] < 0 ? -Op.smallestFoldFactor : Op.smallestFoldFactor
      y.pointer[channel] = abs(factor) < Op.smallestFoldFactor ? smallest : factor
    }
  }
}

/// df/dgamma = 1 / sqrt(variance + epsilon) and df/dvariance = -f / (2 (variance + epsilon)), both 0
/// where the factor is kept at its least magnitude.
///
/// Taken in the forward pass, before batch norm updates the variance in the same step.
final class FoldSlope: Step {
  let node: String
  let label = "fold factor"
  let variance: ChannelVariance
  /// `[2][C]`: by gamma, by variance.
  let slopes: Buffer
  private let gamma: PlanValue

  init(node: String, gamma: PlanValue, variance: ChannelVariance) {
    self.node = node
    self.gamma = gamma
    self.variance = variance
    slopes = Buffer(floats: 2 * variance.channels)
  }

  var buffers: [Buffer] { [gamma.buffer, variance.buffer, slopes] }

  func run() throws(EngineError) {
    let channels = variance.channels
    for channel in 0..<channels {
      let slope = 1 / variance[channel].squareRoot()
      let factor = Double(gamma.pointer[channel]) * slope
      let isKept = abs(Float(factor)) < Op.smallestFoldFactor
      slopes.floats[channel] = isKept ? 0 : Float(slope)
      slopes.floats[channels + channel] = isKept ? 0 : Float(-factor / (2 * variance[channel]))
    }
  }
}

/// dgamma and, where the variance is that of a batch, the gradient of its moments.
final class FoldFactorBackward: Step {
  let node: String
  let label = "fold factor"
  private let slope: FoldSlope
  private let dy: Buffer
  private let dGamma: Buffer?
  private let dMoments: Buffer?

  init(node: String, slope: FoldSlope, dy: Buffer, dGamma: Buffer?, dMoments: Buffer?) {
    self.node = node
    self.slope = slope
    self.dy = dy
    self.dGamma = dGamma
    self.dMoments = dMoments
  }

  var buffers: [Buffer] { [slope.slopes, dy] + [dGamma, dMoments].compactMap(\.self) }

  func run() throws(EngineError) {
    let channels = slope.variance.channels
    for channel in 0..<channels {
      let dy = dy.floats[channel]
      dGamma?.floats[channel] = dy * slope.slopes.floats[channel]
      dMoments?.floats[channel] = 0
      dMoments?.floats[channels + channel] = dy * slope.slopes.floats[channels + channel]
    }
  }
}
