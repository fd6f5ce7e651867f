import CKernels

extension Kernels {
  /// One update of one tensor, see `SGD` for the formula.
  ///
  /// - Parameter velocity: zeros before the first update; as long as `value`.
  static func sgd(
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

  /// One update of one tensor, see `Adam` for the formula.
  ///
  /// - Parameters:
  ///   - first: the first moment; zeros before the first update; as long as `value`.
  ///   - second: the second moment; likewise.
  static func adam(
    value: UnsafeMutableBufferPointer<Float>, gradient: UnsafeMutableBufferPointer<Float>,
    first: UnsafeMutableBufferPointer<Float>, second: UnsafeMutableBufferPointer<Float>,
    constants: mq_adam
  ) {
    guard let w = value.baseAddress, let g = gradient.baseAddress, let m = first.baseAddress,
      let v = second.baseAddress
    else { return }
    Parallel.elements(value.count) { part in
      let i = part.lowerBound
      mq_f32_adam(w + i, g + i, m + i, v + i, constants, part.count)
    }
  }

  /// `sum += factor * values`, element by element.
  static func accumulate(
    _ values: UnsafeMutableBufferPointer<Float>, times factor: Float,
    into sum: UnsafeMutableBufferPointer<Float>
  ) {
    guard let x = values.baseAddress, let y = sum.baseAddress else { return }
    Parallel.elements(values.count) { part in
      mq_f32_axpy(y + part.lowerBound, x + part.lowerBound, factor, part.count)
    }
  }
}
