/// The range whose grid has the least square error (MQBench, equation 8).
enum MSEObserver {
  static let kind = ObserverKind(
    name: "mse", type: "MSEObserver",
    summary: "The range whose grid has the least mean square error.",
    formula: "argmin over [0.3 max, max] of mean (x - xhat)^2",
    memory: HistogramObserver.memory, source: "MQBench, appendix C, equation 8",
    deviations: [
      "Of asymmetric ranges the minimum is searched too; the released code keeps it.",
      "All batches count; the released code takes the first, the toolkit joins each batch's range.",
      "The error is that of the uniform grid, whatever the algorithm's levels.",
    ],
    make: { _ in
      HistogramObserver.searching { loss, map, grid, _ in loss.squareError(map, on: grid) }
    })
}
