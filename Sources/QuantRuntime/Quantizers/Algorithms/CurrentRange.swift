/// A uniform quantizer whose scale and zero point follow from the minimum and the maximum of the
/// tensor that is quantized: in training those of the current batch, in evaluation those of the last
/// one (MQBench's code for the 8-bit ends of the network).
///
/// Nothing is learned and nothing is clipped in training, so the gradient passes everywhere but
/// beyond a power-of-two scale that was rounded down.
struct CurrentRange: UntrainedRangeRule {
  static let algorithm = QuantizerAlgorithm(
    rule: CurrentRange(), type: "CurrentRange", kind: .range,
    summary: "Scale and zero point from the minimum and maximum of the current batch.",
    citation: nil,
    formula: """
      y = s (clip(round(x / s) + z, Nmin, Nmax) - z)
      s and z cover min(x) to max(x) of the batch; evaluation keeps the last ones
      """)

  let name = "current_range"
  let isClipping = false

  func statisticNames(for quantizer: FakeQuant) -> [String] { ["minimum", "maximum"] }

  func statistics(
    for quantizer: FakeQuant, after values: ObservedValues, previous: FakeQuantNumbers?
  ) -> [Float] {
    values.count == 0 ? [0, 0] : [values.minimum, values.maximum]
  }

  func range(for quantizer: FakeQuant, numbers: FakeQuantNumbers) -> (low: Float, high: Float) {
    (numbers[0], numbers[1])
  }
}
