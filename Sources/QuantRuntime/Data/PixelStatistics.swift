/// Mean and deviation of each channel of a set in memory, of pixels scaled to 0...1.
struct PixelStatistics {
  private(set) var mean: [Float] = []
  /// 1 for a channel of one value.
  private(set) var deviation: [Float] = []

  /// - Throws: `Interrupted`.
  init(_ set: ImageSet, until interruption: Interruption) throws(Interrupted) {
    let (channels, plane) = (set.shape[0], set.shape[1] * set.shape[2])
    var counts = Array(repeating: Array(repeating: 0, count: 256), count: channels)
    set.pixels.withUnsafeBufferPointer { pixels in
      for (number, start) in stride(from: 0, to: pixels.count, by: plane).enumerated() {
        if interruption.isRequested { return }
        counts[number % channels].withUnsafeMutableBufferPointer { counts in
          for place in start..<start + plane { counts[Int(pixels[place])] += 1 }
        }
      }
    }
    try interruption.check()
    for histogram in counts { add(histogram) }
  }

  private mutating func add(_ histogram: [Int]) {
    let count = Double(max(histogram.reduce(0, +), 1))
    let sum = histogram.enumerated().reduce(0) { $0 + $1.offset * $1.element }
    let squares = histogram.enumerated().reduce(0) { $0 + $1.offset * $1.offset * $1.element }
    let average = Double(sum) / count
    let variance = max(Double(squares) / count - average * average, 0)
    let spread = variance.squareRoot() / 255
    mean.append(Float(average / 255))
    deviation.append(spread > 0 ? Float(spread) : 1)
  }
}
