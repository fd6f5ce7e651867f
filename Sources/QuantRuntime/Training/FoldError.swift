/// How far the network that is deployed, batch norm folded into its weights, is from the trained one in
/// evaluation, both in float32 arithmetic.
///
/// Both compute the same function; the difference is rounding. Where activations are quantized, the last
/// bit of a value on the edge between two levels decides, and the difference can be steps of the grid.
public enum FoldError {
  /// Runs both networks on the first test images.
  ///
  /// - Parameter images: how many, at least 1; all there are when there are fewer.
  /// - Throws: `TrainingError.notInitialized` for a quantized model that has met no data;
  ///   `FoldingError`; `Interrupted`; what loading images throws.
  public static func measure(
    _ model: Model, on data: Dataset, images: Int, rules: FakeQuantRules,
    interruption: Interruption
  ) throws -> LogitDifference {
    try Evaluator.check(model, data)
    let folded = try model.foldedForInference()
    let plans = [model, folded].map { $0.inference(rules) }
    return try LogitDifference.measure(
      plans, on: data, images: images, interruption: interruption)
  }
}
