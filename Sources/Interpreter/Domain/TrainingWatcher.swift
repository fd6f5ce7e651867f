import Foundation
import QuantRuntime

/// Tells a session how a training goes on. The session's thread waits while the compute thread
/// reports.
final class TrainingWatcher {
  private let output: SessionOutput
  private let model: String
  private var hasBegun = false

  init(_ session: SessionContext, _ model: String) {
    output = session.output
    self.model = model
  }

  func report(_ event: TrainingEvent) {
    switch event {
    case .planned(let bytes, let done, let steps):
      hasBegun = true
      output.progress.begin("train \(model), plan \(Self.mebibytes(bytes)) MiB", total: steps)
      if done > 0 { output.talk("training goes on after step \(done) of \(steps)") }
    case .step(let state):
      output.progress.update(
        state.step,
        String(format: "epoch %d/%d  loss %.3f", state.epoch, state.epochs, state.loss))
    case .checkpointFailed(let error):
      output.talk("warning: no checkpoint was written, the training goes on: \(error.message)")
    }
  }

  func end() {
    if hasBegun { output.progress.end() }
  }

  /// Rounded up, so that a small plan is not 0.
  private static func mebibytes(_ bytes: Int) -> Int { (bytes + (1 << 20) - 1) >> 20 }
}
