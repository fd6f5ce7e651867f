import Foundation
import Testing

@testable import QuantRuntime

@Suite("Quantizers that start from an observed range")
struct ObserverStartTests {
  /// A model after one step at rate 0.
  private func started(
    _ weights: QuantizerChoice?, _ activations: QuantizerChoice?, backend: String
  ) throws -> (before: Model, after: Model) {
    let data = try TrainingFixture.data()
    let model = try quantize(
      TrainingFixture.model(data),
      QuantizeConfiguration(
        profile: HardwareCatalog.profile(backend), weights: weights, activations: activations,
        fold: "none"))
    var fixture = TrainingFixture(length: .steps(1))
    fixture.peak = 0
    return (model, try fixture.train(model, data).model)
  }

  @Test(
    "every channel of a weight covers the range of its values", arguments: ObserverCatalog.names)
  func channels(name: String) throws {
    let observer = ObserverChoice(name)
    let (before, after) = try started(
      QuantizerChoice("lsq", bits: 4, observer: observer), nil, backend: "tensorrt")
    let quantizers = after.quantizers()
    #expect(quantizers.count == 22)
    for quantizer in quantizers {
      let layer = quantizer.name.replacing(".weight_quantizer", with: "")
      let weight = try #require(before.state["\(layer).weight"])
      let size = weight.values.count / weight.shape.dimensions[0]
      #expect(quantizer.maps.count == weight.shape.dimensions[0])
      for (channel, map) in quantizer.maps.enumerated() {
        let values = Array(weight.values[channel * size..<(channel + 1) * size])
        let range = try observer.ranges(of: ObservedTensor(values), for: quantizer.spec)[0]
        let expected = quantizer.spec.map(covering: range).scale
        #expect(abs(map.scale / expected - 1) < 1e-5, "\(layer) \(channel)")
      }
    }
  }

  @Test("activations cover what the observer found, padded channels left out")
  func activations() throws {
    let plain = QuantizerChoice("lsq", bits: 4)
    var observed = plain
    observed.observer = ObserverChoice("min_max")
    var clipped = plain
    clipped.observer = ObserverChoice("quantile", setting: 0.98)
    let own = try started(nil, plain, backend: "academic").after.quantizers()
    let whole = try started(nil, observed, backend: "academic").after.quantizers()
    let inner = try started(nil, clipped, backend: "academic").after.quantizers()
    for (own, (whole, inner)) in zip(own, zip(whole, inner)) {
      #expect(own.maps != whole.maps)
      // More than 2 % of an image's values are its largest.
      let isImage = own.name == "conv1.input_quantizer"
      #expect(isImage || inner.maps[0].scale < whole.maps[0].scale, "\(own.name)")
      #expect(inner.maps[0].scale > 0.05 * whole.maps[0].scale, "\(own.name)")
    }
  }

  @Test("every algorithm takes an observer where it learns a number, or says why not")
  func algorithms() throws {
    for algorithm in QuantizerCatalog.all {
      for site in [FakeQuant.Site.weight, .activation] where algorithm.sites.contains(site) {
        let choice = QuantizerChoice(
          algorithm.name, bits: 4, observer: ObserverChoice("mse"))
        let profile = try HardwareCatalog.profile("academic")
        let quantizer = FakeQuant(
          algorithm: algorithm.name, spec: profile.spec(for: site, bits: 4), site: site)
        let configuration = QuantizeConfiguration(
          profile: profile, weights: site == .weight ? choice : nil,
          activations: site == .activation ? choice : nil)
        if algorithm.rule.parameterNames(for: quantizer).isEmpty {
          #expect(
            throws: QuantizeError.idleObserver("mse", algorithm: algorithm.name, site: site)
          ) { try configuration.check() }
        } else {
          try configuration.check()
        }
      }
    }
  }

  @Test("a choice of an older file has no observer")
  func decoding() throws {
    let old = #"{"algorithm":"lsq","bits":4}"#
    let choice = try JSONDecoder().decode(QuantizerChoice.self, from: Data(old.utf8))
    #expect(choice == QuantizerChoice("lsq", bits: 4))
  }
}
