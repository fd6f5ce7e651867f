/// The velocities of one run, and the update that they take part in. To be used on the compute
/// thread.
public final class SGDUpdate {
  private let optimizer: SGD
  private let trainables: [Trainable]
  private let velocities: [UnsafeMutableBufferPointer<Float>]

  /// - Parameter trainables: of a plan that lives as long as this.
  public init(_ optimizer: SGD, of trainables: [Trainable]) {
    self.optimizer = optimizer
    self.trainables = trainables
    velocities = trainables.map { trainable in
      let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: trainable.value.count)
      buffer.initialize(repeating: 0)
      return buffer
    }
  }

  deinit { for velocity in velocities { velocity.deallocate() } }

  /// Changes every trained tensor by its gradient, see `SGD`.
  public func apply(rate: Double) {
    for (trainable, velocity) in zip(trainables, velocities) {
      Kernels.sgd(
        value: trainable.value, gradient: trainable.gradient, velocity: velocity,
        learningRate: Float(rate), momentum: Float(optimizer.momentum),
        weightDecay: Float(optimizer.weightDecay), nesterov: optimizer.nesterov)
    }
  }
}
