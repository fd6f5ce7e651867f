import CKernels

/// Work outside of plans: scores here, updates in `Kernels+Updates`. Runs on the compute thread.
public enum Kernels {
  /// How the first `count` rows of logits score against their labels.
  ///
  /// - Parameter logits: `[N, K]`, row-major.
  public static func score(
    logits: UnsafeBufferPointer<Float>, labels: UnsafeMutableBufferPointer<Int32>, count: Int
  ) -> BatchScore {
    guard let x = logits.baseAddress, let y = labels.baseAddress, labels.count > 0, count > 0 else {
      return BatchScore(top1: 0, top5: 0, lossSum: 0)
    }
    let classes = logits.count / labels.count
    return BatchScore(
      top1: mq_f32_count_top(x, y, 1, count, classes),
      top5: mq_f32_count_top(x, y, 5, count, classes),
      lossSum: mq_f32_softmax_cross_entropy(x, y, nil, 0, count, classes))
  }
}

/// Sums over the images of one batch.
public struct BatchScore: Hashable, Sendable {
  /// Images whose label has the largest logit; of equal logits the first counts as the largest.
  public var top1: Int
  /// Images whose label is among the five largest.
  public var top5: Int
  /// Sum of the cross entropies, without smoothing.
  public var lossSum: Double
}
