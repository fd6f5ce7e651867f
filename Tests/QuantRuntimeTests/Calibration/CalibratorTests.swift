import Testing

@testable import QuantRuntime

@Suite("Calibration")
struct CalibratorTests {
  /// 8-bit fixed scales on a backend, calibrated with extremes.
  static func calibrated(
    _ backend: String, _ data: Dataset, activations: String = "min_max", batch: Int = 8,
    images: Int = 32, bits: Int = 8
  ) throws -> Model {
    let choice = QuantizerChoice("static_uniform", bits: bits)
    let model = try quantize(
      TrainingFixture.model(data),
      QuantizeConfiguration(
        profile: HardwareCatalog.profile(backend), weights: choice, activations: choice))
    return try Calibrator.calibrate(
      model, on: data,
      CalibrationConfiguration(
        images: images, batch: batch, activations: ObserverChoice(activations),
        weights: ObserverChoice("min_max"), seed: 4),
      rules: QuantizerCatalog.rules, interruption: Interruption())
  }

  @Test(
    "scales cover the values of the float network, whatever the batches", arguments: [1, 7, 32])
  func ranges(batch: Int) throws {
    let data = try TrainingFixture.data()
    let model = try Self.calibrated("tensorrt", data, batch: batch)
    let float = try TrainingFixture.model(data)
    let images = try drawn(data)
    // The first activation behind the images, from the float network.
    let relu = try value("relu", of: float, images)
    let largest = relu.map { abs($0) }.max() ?? 0
    let quantizer = try #require(model.quantizers().first { $0.name == "relu.output_quantizer" })
    #expect(abs(quantizer.maps[0].scale / (largest / 127.5) - 1) < 1e-5)
    #expect(model.quantization?.isInitialized == true)
    #expect(try Self.calibrated("tensorrt", data).state == Self.calibrated("tensorrt", data).state)
  }

  @Test("an adaptive sign is decided by all images")
  func sign() throws {
    let data = try TrainingFixture.data()
    let signs = try Self.calibrated("academic", data).quantizers()
      .filter { $0.site == .activation }.map(\.spec.sign)
    #expect(!signs.contains(.adaptive))
    #expect(signs[0] == .signed && signs.dropFirst().contains(.unsigned))
  }

  @Test("more images than there are, and float models, are errors")
  func errors() throws {
    let data = try TrainingFixture.data()
    #expect(throws: CalibrationError.tooFewImages(wanted: 37, available: 36)) {
      try Self.calibrated("tensorrt", data, images: 37)
    }
    #expect(throws: QuantizeError.notQuantized(model: "resnet20")) {
      try Calibrator.calibrate(
        TrainingFixture.model(data), on: data,
        CalibrationConfiguration(
          images: 8, batch: 8, activations: ObserverChoice("mse"),
          weights: ObserverChoice("mse"), seed: 1),
        rules: QuantizerCatalog.rules, interruption: Interruption())
    }
  }

  @Test("batch norm gets the mean and the biased variance of what reaches it")
  func norms() throws {
    let data = try TrainingFixture.data()
    let float = try TrainingFixture.model(data)
    let model = try NormRecalibration.recalibrate(
      float, on: data, images: 32, batch: 32, augments: false, seed: 4,
      rules: QuantizerCatalog.rules, interruption: Interruption())
    let values = try value("conv1", of: float, drawn(data)).map(Double.init)
    let pixels = data.imageShape[1] * data.imageShape[2]
    let channels = values.count / 32 / pixels
    let means = try #require(model.state["bn1.running_mean"]).values
    let variances = try #require(model.state["bn1.running_var"]).values
    for channel in 0..<channels {
      var sums = (value: 0.0, square: 0.0)
      let count = Double(32 * pixels)
      for image in 0..<32 {
        let start = (image * channels + channel) * pixels
        for value in values[start..<start + pixels] {
          sums.value += value
          sums.square += value * value
        }
      }
      let mean = sums.value / count
      let variance = sums.square / count - mean * mean
      #expect(abs(Double(means[channel]) - mean) < 1e-5)
      #expect(abs(Double(variances[channel]) / variance - 1) < 1e-4)
    }
    #expect(model.state["conv1.weight"] == float.state["conv1.weight"])
    let folded = try float.foldedForInference()
    #expect(throws: CalibrationError.noBatchNorm(model: "resnet20")) {
      try NormRecalibration.recalibrate(
        folded, on: data, images: 8, batch: 8, augments: false, seed: 4,
        rules: QuantizerCatalog.rules, interruption: Interruption())
    }
  }

  /// The 32 images that a calibration with seed 4 draws.
  private func drawn(_ data: Dataset) throws -> ImageValues {
    let size = data.imageShape.count
    var result = ImageValues(values: Array(repeating: 0, count: 32 * size), count: 32)
    var labels = [Int32](repeating: 0, count: 32)
    let loader = BatchLoader(data.train, of: data, batch: 32, order: .shuffled, seed: 4)
    defer { loader.stop() }
    try result.values.withUnsafeMutableBufferPointer { images in
      try labels.withUnsafeMutableBufferPointer { labels in
        _ = try loader.next(images: images, labels: labels)
      }
    }
    return result
  }

  private func value(_ name: String, of model: Model, _ images: ImageValues) throws -> [Float] {
    try ComputeThread.run {
      let id = try #require(model.graph.node(named: name))
      let plan = try Plan(
        model.graph, store: ParameterStore(graph: model.graph, state: model.state),
        batch: images.count, mode: .evaluate, rules: QuantizerCatalog.rules, keeping: [id])
      _ = plan.images.update(fromContentsOf: images.values)
      try plan.forward()
      return plan.values(of: id)
    }
  }
}
