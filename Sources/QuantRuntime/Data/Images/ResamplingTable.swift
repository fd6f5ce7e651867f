import CKernels

/// How pixels between pixels are found.
public enum Interpolation: String, Hashable, Sendable, CaseIterable {
  case bilinear
  case bicubic

  /// Half the width of the filter, in pixels.
  var support: Double { self == .bilinear ? 1 : 2 }

  /// The triangle, or Keys' cubic convolution (1981) with a = -0.5.
  func weight(_ distance: Double) -> Double {
    let x = abs(distance)
    switch self {
    case .bilinear: return x < 1 ? 1 - x : 0
    case .bicubic:
      let a = -0.5
      if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
    }
  }
}

/// The weights of one pass of resampling, as Pillow's `Image.resize` computes them: when an image
/// shrinks, the filter widens with it, which keeps fine patterns from turning into coarse ones.
struct ResamplingTable {
  /// Pixels that an output is made of, at most.
  let taps: Int
  /// The first pixel of each output; `first + taps` lies within the input.
  let first: [Int32]
  /// In fixed point with `MQ_RESAMPLE_BITS` bits behind the point; tap t of output o at
  /// `[t * outputs + o]`.
  let weights: [Int32]

  init(from input: Int, to output: Int, _ filter: Interpolation) {
    let scale = Double(input) / Double(output)
    let widening = max(scale, 1)
    let support = filter.support * widening
    let windows = (0..<output).map { place -> Range<Int> in
      let center = (Double(place) + 0.5) * scale
      let low = max(Int(center - support + 0.5), 0)
      return low..<max(low, min(Int(center + support + 0.5), input))
    }
    let taps = windows.lazy.map(\.count).max() ?? 0
    var first = [Int32](repeating: 0, count: output)
    var weights = [Int32](repeating: 0, count: taps * output)
    var values = [Double](repeating: 0, count: taps)
    for (place, window) in windows.enumerated() {
      let center = (Double(place) + 0.5) * scale
      var sum = 0.0
      for (tap, pixel) in window.enumerated() {
        values[tap] = filter.weight((Double(pixel) - center + 0.5) * (1 / widening))
        sum += values[tap]
      }
      // Moved so that all taps lie within the input; those before the window weigh nothing.
      let start = min(window.lowerBound, input - taps)
      first[place] = Int32(start)
      for tap in 0..<window.count {
        let value = sum == 0 ? values[tap] : values[tap] / sum
        weights[(window.lowerBound - start + tap) * output + place] = Self.fixed(value)
      }
    }
    (self.taps, self.first, self.weights) = (taps, first, weights)
  }

  /// Rounded half away from zero.
  private static func fixed(_ value: Double) -> Int32 {
    let scaled = value * Double(1 << Int(MQ_RESAMPLE_BITS))
    return Int32(value < 0 ? scaled - 0.5 : scaled + 0.5)
  }
}
