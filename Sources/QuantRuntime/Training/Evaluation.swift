/// What a model scores on a test set.
public struct Evaluation: Hashable, Codable, Sendable {
  /// Share of images whose true class is the model's first choice, 0...1.
  public var top1: Double
  /// Share of images whose true class is among the model's five first choices, 0...1; 1 when there
  /// are no more than five classes.
  public var top5: Double
  /// Mean cross entropy, without label smoothing.
  public var loss: Double
  /// Images scored.
  public var count: Int

  public init(top1: Double, top5: Double, loss: Double, count: Int) {
    self.top1 = top1
    self.top5 = top5
    self.loss = loss
    self.count = count
  }
}
