/// How far the network that is deployed, batch norm folded into its weights, is from the trained one in
/// evaluation, both in float32 arithmetic.
///
/// Both compute the same function; the difference is rounding. Where activations are quantized, the last
/// bit of a value on the edge between two levels decides, and the difference can be steps of the grid.
public struct FoldError: Hashable, Sendable {
  /// Largest difference of two logits.
  public var difference: Double
  /// Largest magnitude of a logit of the trained network.
  public var largestLogit: Double
  /// Images for which both have the same first choice.
  public var agreeing: Int
  /// Images compared.
  public var count: Int

  /// The difference over the largest logit; 0 when all logits are 0 and equal.
  public var relative: Double { difference == 0 ? 0 : difference / largestLogit }
}

extension FoldError {
  /// Runs both networks on the first test images.
  ///
  /// - Parameter images: how many, at least 1; all there are when there are fewer.
  /// - Throws: `TrainingError.notInitialized` for a quantized model that has met no data;
  ///   `FoldingError`; `Interrupted`; what loading images throws.
  public static func measure(
    _ model: Model, on data: Dataset, images: Int, rules: FakeQuantRules,
    interruption: Interruption
  ) throws -> FoldError {
    try Evaluator.check(model, data)
    let folded = try model.foldedForInference()
    let wanted = min(images, data.test.count)
    return try ComputeThread.run {
      let plans = try [model, folded].map { model in
        try Plan(
          model.graph, store: ParameterStore(graph: model.graph, state: model.state),
          batch: min(wanted, largestBatch), mode: .evaluate, rules: rules)
      }
      let loader = BatchLoader(data.test, of: data, batch: plans[0].batch, order: .sequential)
      defer { loader.stop() }
      var result = FoldError(difference: 0, largestLogit: 0, agreeing: 0, count: 0)
      while result.count < wanted {
        let loaded = try loader.next(images: plans[0].images, labels: plans[0].labels) {
          interruption.isRequested
        }
        guard loaded > 0 else { break }
        _ = plans[1].images.update(fromContentsOf: plans[0].images)
        for plan in plans { try plan.forward { interruption.isRequested } }
        result.add(
          plans[0].logits, plans[1].logits, images: min(loaded, wanted - result.count),
          classes: plans[0].logits.count / plans[0].batch)
      }
      guard result.count > 0 else { throw DataError.nothingLeft(tried: wanted) }
      return result
    }
  }

  /// Images that both networks hold at once.
  static let largestBatch = 16

  private mutating func add(
    _ trained: UnsafeBufferPointer<Float>, _ folded: UnsafeBufferPointer<Float>, images: Int,
    classes: Int
  ) {
    for image in 0..<images {
      let places = image * classes..<(image + 1) * classes
      for place in places {
        largestLogit = max(largestLogit, Double(abs(trained[place])))
        let distance = Double(abs(trained[place] - folded[place]))
        // NaN is the largest difference, and stays it.
        if !(distance <= difference), !difference.isNaN { difference = distance }
      }
      let choices = [trained, folded].map { logits in
        places.max { logits[$0] < logits[$1] }
      }
      if choices[0] == choices[1] { agreeing += 1 }
    }
    count += images
  }
}
