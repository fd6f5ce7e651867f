/// When a training ends before its end.
struct StopRule: Sendable {
  private let interruption: Interruption
  /// Whether a file keeps what was done so far.
  private let isSaved: Bool

  init(_ interruption: Interruption, isSaved: Bool) {
    self.interruption = interruption
    self.isSaved = isSaved
  }

  /// Whether no other step begins.
  func endsRun() -> Bool { interruption.isRequested }

  /// Whether the step under way is given up, and with it the run: its model is then good for nothing.
  ///
  /// A program that ends has no use for a model in memory, but for the checkpoint of a whole step.
  func endsStep() -> Bool {
    interruption.isUrgent || (interruption.endsProgram && !isSaved)
  }
}
