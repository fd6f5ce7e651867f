import CKernels

/// Work outside of plans: updates and scores. Runs on the compute thread.
public enum Kernels {
  /// One update of one tensor, see `SGD` for the formula.
  ///
  /// - Parameter velocity: zeros before the first update; as long as `value`.
  public static func sgd(
    value: UnsafeMutableBufferPointer<Float>, gradient: UnsafeMutableBufferPointer<Float>,
    velocity: UnsafeMutableBufferPointer<Float>, learningRate: Float, momentum: Float,
    weightDecay: Float, nesterov: Bool
  ) {
    guard let w = value.baseAddress, let g = gradient.baseAddress, let v = velocity.baseAddress
    else { return }
    Parallel.elements(value.count) { part in
      let i = part.lowerBound
      mq_f32_sgd(
        w + i, g + i, v + i, learningRate, momentum, weightDecay, nesterov ? 1 : 0, part.count)
    }
  }

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
