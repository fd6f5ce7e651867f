import Foundation
import Testing

@testable import QuantRuntime

@Suite("Learning rate")
struct LearningRateTests {
  private let paper = LearningRate(.cosine(end: 0), peak: 0.004, start: 1e-4, warmup: .epochs(1))

  @Test("the warm-up runs from start to just below the peak, which is step W")
  func warmup() {
    let rates = (1...10).map { paper.rate(step: $0, of: 100, stepsPerEpoch: 10) }
    #expect(rates[0] == 1e-4)
    #expect(abs(rates[8] - (1e-4 + 0.0039 * 8 / 9)) < 1e-15)
    #expect(rates[9] == 0.004)
  }

  @Test("the cosine passes its half at the middle of the decay and ends at end")
  func cosine() {
    #expect(abs(paper.rate(step: 55, of: 100, stepsPerEpoch: 10) - 0.002) < 1e-15)
    #expect(abs(paper.rate(step: 100, of: 100, stepsPerEpoch: 10)) < 1e-15)
    let ending = LearningRate(.cosine(end: 0.001), peak: 0.004)
    #expect(abs(ending.rate(step: 100, of: 100, stepsPerEpoch: 10) - 0.001) < 1e-15)
  }

  @Test(
    "a run shorter than its warm-up, or of one step, stays finite", arguments: [0.0, 0.1, 1, 3])
  func shortRuns(warmup: Double) {
    let schedule = LearningRate(.cosine(end: 0), peak: 0.1, warmup: .epochs(warmup))
    for step in 1...10 {
      let rate = schedule.rate(step: step, of: 10, stepsPerEpoch: 10)
      #expect(rate.isFinite && rate >= 0 && rate <= 0.1)
    }
    #expect(schedule.rate(step: 1, of: 1, stepsPerEpoch: 1).isFinite)
  }

  @Test("steps multiply at the start of their epochs")
  func steps() {
    let schedule = LearningRate(.step(at: [.epochs(2), .epochs(3)], factor: 0.1), peak: 1)
    let rates = [1, 20, 21, 30, 31].map { schedule.rate(step: $0, of: 40, stepsPerEpoch: 10) }
    for (rate, expected) in zip(rates, [1, 1, 0.1, 0.1, 0.01]) {
      #expect(abs(rate - expected) < 1e-15)
    }
  }

  /// In the order of `Tests/Vectors/learning_rates.json`, whose epochs have 10 steps.
  private static let schedules = [
    LearningRate(.cosine(end: 0), peak: 0.004, start: 1e-4, warmup: .steps(12)),
    LearningRate(.cosine(end: 0.001), peak: 0.01, warmup: .epochs(2)),
    LearningRate(
      .step(at: [.steps(25), .steps(40)], factor: 0.1), peak: 0.1, start: 0.01, warmup: .steps(3)),
    LearningRate(.step(at: [.epochs(2), .epochs(2.5)], factor: 0.5), peak: 0.1),
    LearningRate(.constant, peak: 0.2, warmup: .steps(5)),
  ]

  private struct Vectors: Decodable {
    struct Schedule: Decodable {
      let name: String
      let rates: [Double]
    }
    let schedules: [Schedule]
  }

  @Test("every step has the rate of an independent table", arguments: schedules.indices)
  func vector(index: Int) throws {
    let vectors: Vectors = try storedVector("learning_rates.json")
    let expected = vectors.schedules[index]
    for (place, rate) in expected.rates.enumerated() {
      let found = Self.schedules[index].rate(
        step: place + 1, of: expected.rates.count, stepsPerEpoch: 10)
      #expect(abs(found - rate) < 1e-15, "\(expected.name), step \(place + 1)")
    }
  }
}
