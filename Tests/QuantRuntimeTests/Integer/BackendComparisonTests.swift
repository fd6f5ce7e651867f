import Testing

@testable import QuantRuntime

@Suite("One network on several backends")
struct BackendComparisonTests {
  private func configuration() -> CalibrationConfiguration {
    CalibrationConfiguration(
      images: 16, batch: 8, activations: ObserverChoice("min_max"),
      weights: ObserverChoice("min_max"), seed: 4)
  }

  private func compare(
    _ model: Model, _ data: Dataset, _ backends: [String]
  ) throws -> [BackendComparison.Row] {
    try BackendComparison.compare(
      model, on: data, backends.map { try HardwareCatalog.profile($0) }, configuration(),
      rules: QuantizerCatalog.rules, interruption: Interruption())
  }

  @Test("each row is what quantizing, calibrating and scoring by hand gives")
  func rows() throws {
    let data = try TrainingFixture.data()
    let model = try CalibratorTests.calibrated("snpe", data, images: 16)
    let float = try TrainingFixture.model(data).foldedForInference()
    let choice = QuantizerChoice("static_uniform", bits: 8)
    for row in try compare(model, data, ["tensorrt", "academic", "tvm"]) {
      let byHand = try Calibrator.calibrate(
        quantize(
          float,
          QuantizeConfiguration(
            profile: HardwareCatalog.profile(row.backend), weights: choice, activations: choice)),
        on: data, configuration(), rules: QuantizerCatalog.rules, interruption: Interruption())
      #expect(
        row.simulated
          == (try Evaluator.evaluate(
            byHand, on: data, batch: 8, rules: QuantizerCatalog.rules, interruption: Interruption()))
      )
      #expect((row.integer == nil) == (row.backend == "academic"))
      #expect((row.note != nil) == (row.backend == "academic"))
      #expect((row.gap?.layers.isEmpty == false) == (row.backend != "academic"))
    }
  }

  @Test("factors behind quantizers become part of the weights")
  func unfolded() throws {
    let data = try TrainingFixture.data()
    let choice = QuantizerChoice("static_uniform", bits: 8)
    var rows: [[BackendComparison.Row]] = []
    for fold in ["none", "merge"] {
      let model = try Calibrator.calibrate(
        quantize(
          TrainingFixture.model(data),
          QuantizeConfiguration(
            profile: HardwareCatalog.profile("academic"), weights: choice, activations: choice,
            fold: fold)),
        on: data, configuration(), rules: QuantizerCatalog.rules, interruption: Interruption())
      rows.append(try compare(model, data, ["tensorrt"]))
    }
    #expect(rows[0][0].simulated?.top1 == rows[1][0].simulated?.top1)
    #expect(rows[0][0].integer != nil)
  }

  @Test("what has no float network, and what a backend refuses, is said")
  func refusals() throws {
    let data = try TrainingFixture.data()
    let float = try TrainingFixture.model(data)
    func quantized(_ algorithm: String, _ bits: Int) throws -> Model {
      let choice = QuantizerChoice(algorithm, bits: bits)
      return try quantize(
        float,
        QuantizeConfiguration(
          profile: HardwareCatalog.profile("academic"), weights: choice, activations: choice))
    }
    #expect(throws: BackendComparisonError.self) {
      try compare(quantized("dorefa", 4), data, ["tensorrt"])
    }
    #expect(throws: QuantizeError.notQuantized(model: "resnet20")) {
      try compare(float, data, ["tensorrt"])
    }
  }
}
