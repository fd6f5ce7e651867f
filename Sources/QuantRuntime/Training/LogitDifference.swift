/// How far the logits of two networks are apart on the same images.
public struct LogitDifference: Hashable, Sendable {
  /// Largest difference of two logits.
  public var difference: Double
  /// Largest magnitude of a logit of the first network.
  public var largestLogit: Double
  /// Images for which both have the same first choice.
  public var agreeing: Int
  /// Images compared.
  public var count: Int

  public init(difference: Double, largestLogit: Double, agreeing: Int, count: Int) {
    self.difference = difference
    self.largestLogit = largestLogit
    self.agreeing = agreeing
    self.count = count
  }

  /// The difference over the largest logit; 0 when all logits are 0 and equal.
  public var relative: Double { difference == 0 ? 0 : difference / largestLogit }

  /// The share of images with the same first choice.
  public var agreement: Double { Double(agreeing) / Double(max(count, 1)) }
}

extension LogitDifference {
  /// Runs both networks on the first test images.
  ///
  /// - Parameters:
  ///   - plans: compile the networks for a number of images, on the compute thread.
  ///   - images: how many, at least 1; all there are when there are fewer.
  ///   - report: called on the compute thread with the images done so far.
  /// - Throws: what compiling the plans and loading images throws; `Interrupted`.
  static func measure(
    _ plans: [(Int) throws -> any InferencePlan], on data: Dataset, images: Int,
    interruption: Interruption, report: (Int) -> Void = { _ in }
  ) throws -> LogitDifference {
    let wanted = min(images, data.test.count)
    return try ComputeThread.run {
      let plans = try plans.map { try $0(min(wanted, largestBatch)) }
      let isStopped = { interruption.isRequested }
      var result = LogitDifference(difference: 0, largestLogit: 0, agreeing: 0, count: 0)
      try TestBatches(data: data, images: wanted, batch: plans[0].batch)
        .forEach(into: plans[0].images, until: isStopped) { _, count in
          _ = plans[1].images.update(fromContentsOf: plans[0].images)
          for plan in plans { try plan.forward(until: isStopped) }
          result.add(
            plans[0].logits, plans[1].logits, images: count,
            classes: plans[0].logits.count / plans[0].batch)
          report(result.count)
        }
      return result
    }
  }

  /// Images that both networks hold at once.
  public static let largestBatch = 16

  mutating func add(
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
