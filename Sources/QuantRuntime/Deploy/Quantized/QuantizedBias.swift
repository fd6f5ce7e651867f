/// A bias in the integers of the accumulator that it is added to.
struct QuantizedBias {
  /// round(b / s), halves to even, in Double, clipped to 32 bits.
  let codes: [Int32]
  /// One, or one for each number: those of the input times those of the weight, as float32 products.
  let scales: [Float]
  /// How many were clipped.
  let saturated: Int

  init(_ bias: Tensor, scales: [Float]) {
    var codes: [Int32] = []
    var saturated = 0
    for (channel, value) in bias.values.enumerated() {
      let scale = scales.count == 1 ? scales[0] : scales[channel]
      let steps = (Double(value) / Double(scale)).rounded(.toNearestOrEven)
      if let code = Int32(exactly: steps) {
        codes.append(code)
      } else {
        saturated += 1
        codes.append(steps > 0 ? .max : .min)
      }
    }
    self.codes = codes
    self.scales = scales
    self.saturated = saturated
  }

  /// What the integers stand for.
  var values: Tensor {
    Tensor(
      [codes.count],
      values: codes.indices.map { Float(codes[$0]) * (scales.count == 1 ? scales[0] : scales[$0]) })
  }
}
