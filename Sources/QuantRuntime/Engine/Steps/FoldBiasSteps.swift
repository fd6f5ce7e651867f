/// The operands of a folded bias; moments are `[2, C]`.
struct FoldBiasOperands {
  var gamma: PlanValue
  var beta: PlanValue
  var moments: PlanValue
  var bias: PlanValue?

  var channels: Int { gamma.layout.channels }

  var buffers: [Buffer] {
    [gamma, beta, moments].map(\.buffer) + [bias?.buffer].compactMap(\.self)
  }

  /// b - mean.
  func centred(_ channel: Int) -> Double {
    Double(bias?.pointer[channel] ?? 0) - Double(moments.pointer[channel])
  }

  func variance(_ channel: Int) -> Double { Double(moments.pointer[channels + channel]) }
}

/// y = beta + (b - mean) gamma / sqrt(variance + epsilon).
final class FoldBiasForward: Step {
  let node: String
  let label = "fold bias"
  private let operands: FoldBiasOperands
  private let y: PlanValue
  private let epsilon: Double

  init(node: String, operands: FoldBiasOperands, y: PlanValue, epsilon: Double) {
    self.node = node
    self.operands = operands
    self.y = y
    self.epsilon = epsilon
  }

  var buffers: [Buffer] { operands.buffers + [y.buffer] }

  func run() throws(EngineError) {
    for channel in 0..<operands.channels {
      let factor =
        Double(operands.gamma.pointer[channel])
        / (operands.variance(channel) + epsilon).squareRoot()
      y.pointer[channel] = Float(
        Double(operands.beta.pointer[channel]) + operands.centred(channel) * factor)
    }
  }
}

/// The gradients of all operands that have one.
final class FoldBiasBackward: Step {
  let node: String
  let label = "fold bias"
  private let operands: FoldBiasOperands
  private let epsilon: Double
  private let dy: Buffer
  private let dGamma: Buffer?
  private let dBeta: Buffer?
  private let dMoments: Buffer?
  private let dBias: Buffer?

  init(
    node: String, operands: FoldBiasOperands, epsilon: Double, dy: Buffer, dGamma: Buffer?,
    dBeta: Buffer?, dMoments: Buffer?, dBias: Buffer?
  ) {
    self.node = node
    self.operands = operands
    self.epsilon = epsilon
    self.dy = dy
    self.dGamma = dGamma
    self.dBeta = dBeta
    self.dMoments = dMoments
    self.dBias = dBias
  }

  var buffers: [Buffer] {
    operands.buffers + [dy] + [dGamma, dBeta, dMoments, dBias].compactMap(\.self)
  }

  func run() throws(EngineError) {
    let channels = operands.channels
    for channel in 0..<channels {
      let dy = Double(dy.floats[channel])
      let inverse = 1 / (operands.variance(channel) + epsilon).squareRoot()
      let factor = Double(operands.gamma.pointer[channel]) * inverse
      let centred = operands.centred(channel)
      dGamma?.floats[channel] = Float(dy * centred * inverse)
      dBeta?.floats[channel] = Float(dy)
      dBias?.floats[channel] = Float(dy * factor)
      dMoments?.floats[channel] = Float(-dy * factor)
      dMoments?.floats[channels + channel] = Float(-dy * centred * factor * inverse * inverse / 2)
    }
  }
}

/// y = sqrt(running + epsilon) / sqrt(variance + epsilon).
final class DeviationRatioForward: Step {
  let node: String
  let label = "deviation ratio"
  private let running: PlanValue
  private let moments: PlanValue
  private let y: PlanValue
  private let epsilon: Double

  init(node: String, running: PlanValue, moments: PlanValue, y: PlanValue, epsilon: Double) {
    self.node = node
    self.running = running
    self.moments = moments
    self.y = y
    self.epsilon = epsilon
  }

  var buffers: [Buffer] { [running.buffer, moments.buffer, y.buffer] }

  func run() throws(EngineError) {
    let channels = running.layout.channels
    for channel in 0..<channels {
      let variance = Double(moments.pointer[channels + channel]) + epsilon
      y.pointer[channel] = Float(
        ((Double(running.pointer[channel]) + epsilon) / variance).squareRoot())
    }
  }
}

/// dvariance = -dy y / (2 (variance + epsilon)).
final class DeviationRatioBackward: Step {
  let node: String
  let label = "deviation ratio"
  private let ratio: PlanValue
  private let moments: PlanValue
  private let epsilon: Double
  private let dy: Buffer
  private let dMoments: Buffer

  init(
    node: String, ratio: PlanValue, moments: PlanValue, epsilon: Double, dy: Buffer,
    dMoments: Buffer
  ) {
    self.node = node
    self.ratio = ratio
    self.moments = moments
    self.epsilon = epsilon
    self.dy = dy
    self.dMoments = dMoments
  }

  var buffers: [Buffer] { [ratio.buffer, moments.buffer, dy, dMoments] }

  func run() throws(EngineError) {
    let channels = ratio.layout.channels
    for channel in 0..<channels {
      let variance = Double(moments.pointer[channels + channel]) + epsilon
      let slope = -Double(ratio.pointer[channel]) / (2 * variance)
      dMoments.floats[channel] = 0
      dMoments.floats[channels + channel] = Float(Double(dy.floats[channel]) * slope)
    }
  }
}
