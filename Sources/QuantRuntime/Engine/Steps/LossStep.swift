import CKernels

/// The mean cross entropy with smoothed targets, and its gradient to the logits in the same pass.
final class LossStep: Step {
  let node = "loss"
  let label = "loss"
  private(set) var loss = 0.0
  private let logits: PlanValue
  private let labels: Buffer
  private let gradient: Buffer
  private let smoothing: Double

  init(logits: PlanValue, labels: Buffer, gradient: Buffer, smoothing: Double) {
    self.logits = logits
    self.labels = labels
    self.gradient = gradient
    self.smoothing = smoothing
  }

  var buffers: [Buffer] { [logits.buffer, labels, gradient] }

  func run() throws(EngineError) {
    let (rows, classes) = (logits.layout.images, logits.layout.channels)
    for row in 0..<rows where !(0..<classes).contains(Int(labels.ints[row])) {
      throw .labelOutOfRange(label: Int(labels.ints[row]), classes: classes)
    }
    let sum = mq_f32_softmax_cross_entropy(
      logits.pointer, labels.ints, gradient.floats, smoothing, rows, classes)
    loss = sum / Double(rows)
  }
}
