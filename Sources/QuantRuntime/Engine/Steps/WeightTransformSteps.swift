import CKernels

/// Normalizes a weight over all its elements: one pass to measure it, one to divide.
final class WeightTransformForward: Step {
  let node: String
  let label = "weight transform"
  let transform: WeightTransform
  let y: PlanValue
  let work: ChunkedWork
  /// After a pass: what y was divided by.
  private(set) var divisor: Float = 1
  /// After a pass: the largest |y| of `tanhNormalize`.
  private(set) var peak: Float = 0
  /// After a pass: the deviation of `standardize`.
  private(set) var deviation = 0.0
  private let x: PlanValue
  private let partial: Buffer

  init(node: String, transform: WeightTransform, x: PlanValue, y: PlanValue) {
    self.node = node
    self.transform = transform
    self.x = x
    self.y = y
    work = ChunkedWork(x.layout, .whole)
    partial = Buffer(byteCount: work.chunks * 2 * 8)
  }

  var buffers: [Buffer] { [x.buffer, y.buffer, partial] }

  func run() throws(EngineError) {
    switch transform {
    case .tanhNormalize: normalizeTangents()
    case .standardize: standardize()
    }
  }

  private func normalizeTangents() {
    let (x, y, partial, work) = (self.x.pointer, self.y.pointer, self.partial.doubles, self.work)
    work.forChunks { part in
      for index in part {
        let chunk = work.chunk(index)
        partial[index] = Double(mq_f32_tanh(x + chunk.start, y + chunk.start, chunk.count))
      }
    }
    let largest = (0..<work.chunks).reduce(Float(0)) { max($0, Float(partial[$1])) }
    divisor = largest + WeightTransform.epsilon
    peak = largest / divisor
    divide(y, shift: 0)
  }

  /// The squares are summed around the mean, in a pass of their own, so that nothing cancels.
  private func standardize() {
    let count = Double(work.count)
    let mean = work.count == 0 ? 0 : moments(around: 0)[0] / count
    deviation = work.count < 2 ? 0 : (moments(around: mean)[1] / (count - 1)).squareRoot()
    divisor = Float(deviation) + WeightTransform.epsilon
    divide(x.pointer, shift: Float(mean))
  }

  /// The sums of x and of (x - shift)^2.
  private func moments(around shift: Double) -> SIMD2<Double> {
    let (x, partial, work) = (self.x.pointer, self.partial.doubles, self.work)
    work.forChunks { part in
      for index in part {
        let chunk = work.chunk(index)
        let sums = partial + 2 * index
        sums.update(repeating: 0, count: 2)
        mq_f32_moments(x + chunk.start, chunk.count, shift, sums)
      }
    }
    return (0..<work.chunks).reduce(.zero) { $0 + SIMD2(partial[2 * $1], partial[2 * $1 + 1]) }
  }

  private func divide(_ source: UnsafePointer<Float>, shift: Float) {
    let (y, work, divisor) = (self.y.pointer, self.work, self.divisor)
    work.forChunks { part in
      for index in part {
        let chunk = work.chunk(index)
        mq_f32_shift_divide(
          source + chunk.start, y + chunk.start, chunk.count, shift, divisor)
      }
    }
  }
}

/// The gradient to the weight, through the maximum or the mean and the deviation too.
///
///     tanhNormalize  t = tanh(w), d = max|t| + e, y = t / d
///                    dt = g / d - sign(t) sum(g y) / d / n  at the n elements of the largest |t|
///                    dw = dt (1 - t^2)
///     standardize    y = (w - m) / (s + e)
///                    dw = (g - mean g) / (s + e) - y sum(g y) / ((N - 1) s),  the last 0 where s is
final class WeightTransformBackward: Step {
  let node: String
  let label = "weight transform"
  private let forward: WeightTransformForward
  private let dy: Buffer
  private let dx: Buffer
  private let partial: Buffer

  init(forward: WeightTransformForward, dy: Buffer, dx: Buffer) {
    node = forward.node
    self.forward = forward
    self.dy = dy
    self.dx = dx
    partial = Buffer(byteCount: forward.work.chunks * 3 * 8)
  }

  var buffers: [Buffer] { [forward.y.buffer, dy, dx, partial] }

  func run() throws(EngineError) {
    let sums = sums()
    let (y, dy, dx) = (forward.y.pointer, self.dy.floats, self.dx.floats)
    let (work, divisor, peak) = (forward.work, forward.divisor, forward.peak)
    switch forward.transform {
    case .tanhNormalize:
      let share = sums[2] > 0 ? Float(-sums[1] / Double(divisor) / sums[2]) : 0
      work.forChunks { part in
        for chunk in part.map(work.chunk) {
          mq_f32_tanh_normalize_backward(
            y + chunk.start, dy + chunk.start, dx + chunk.start, chunk.count, divisor, peak, share)
        }
      }
    case .standardize:
      let mean = Float(sums[0] / Double(max(work.count, 1)))
      let scale = Double(work.count - 1) * forward.deviation
      let slope = scale > 0 ? Float(sums[1] / scale) : scale.isNaN ? .nan : 0
      work.forChunks { part in
        for chunk in part.map(work.chunk) {
          mq_f32_standardize_backward(
            y + chunk.start, dy + chunk.start, dx + chunk.start, chunk.count, mean, divisor, slope)
        }
      }
    }
  }

  private func sums() -> SIMD3<Double> {
    let (y, dy, partial) = (forward.y.pointer, self.dy.floats, self.partial.doubles)
    let (work, peak) = (forward.work, forward.peak)
    work.forChunks { part in
      for index in part {
        let chunk = work.chunk(index)
        let sums = partial + 3 * index
        sums.update(repeating: 0, count: 3)
        mq_f32_transform_sums(y + chunk.start, dy + chunk.start, chunk.count, peak, sums)
      }
    }
    return (0..<work.chunks).reduce(.zero) {
      $0 + SIMD3(partial[3 * $1], partial[3 * $1 + 1], partial[3 * $1 + 2])
    }
  }
}
