/// The range of LSQ's first scale: s = 2 mean|x| / sqrt(Nmax) (MQBench, equation 10).
enum NormObserver {
  static let kind = ObserverKind(
    name: "norm", type: "NormObserver",
    summary: "What LSQ's first scale covers, from the mean magnitude of the values.",
    formula: "s = 2 mean|x| / sqrt(Nmax)", memory: MomentsObserver.memory,
    source: "MQBench, appendix C, equation 10",
    deviations: [
      "The paper prints a norm of x; its code, as LSQ's, takes the mean magnitude.",
      "Asymmetric ranges begin at 0 where no value is negative and are symmetric otherwise; the "
        + "toolkit lets them begin at the minimum.",
    ],
    make: { _ in MomentsObserver(covered) })

  private static func covered(
    _ values: ObservedValues, _ spec: QuantSpec
  ) -> (minimum: Float, maximum: Float) {
    let grid = IntegerGrid(spec)
    let mean = values.absoluteSum / Double(values.count)
    let span = 2 * mean / Double(grid.highest).squareRoot() * Double(grid.highest - grid.lowest)
    let isFromZero = spec.symmetry == .asymmetric ? values.minimum >= 0 : spec.sign == .unsigned
    return isFromZero ? (0, Float(span)) : (Float(-span / 2), Float(span / 2))
  }
}
