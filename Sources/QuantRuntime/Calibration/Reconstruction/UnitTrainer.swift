import CKernels
import Foundation

/// Trains the rounding of one unit so that its output keeps near that of the float network.
///
/// loss = sum over channels of (y - target)^2, mean over images and pixels, + regularization * sum of
/// 1 - |2 h - 1|^beta. To be used on the compute thread.
final class UnitTrainer {
  private let unit: ReconstructionUnit
  private let configuration: ReconstructionConfiguration
  private let values: UnitValues
  private let store: ParameterStore
  private let plan: Plan
  private let roundings: [(rounding: SoftRounding, trainable: Trainable)]
  private let scales: [ScaleTraining]
  private var random: RandomStream
  private var gradient: [Float]

  /// - Parameters:
  ///   - values: of all images at the ends of the unit.
  ///   - number: of the unit, for a random stream of its own.
  init(
    _ unit: ReconstructionUnit, _ form: UnitGraph, roundings: [String: SoftRounding],
    values: UnitValues, _ configuration: ReconstructionConfiguration, number: Int,
    rules: FakeQuantRules
  ) throws {
    self.unit = unit
    self.configuration = configuration
    self.values = values
    store = try ParameterStore(graph: form.graph, state: form.state)
    plan = try Plan(
      form.graph, store: store, batch: min(configuration.batch, values.count),
      mode: .train(labelSmoothing: 0), rules: rules)
    let trainables = Dictionary(
      plan.trainables.map { ($0.entry.name, $0) }, uniquingKeysWith: { a, _ in a })
    self.roundings = form.weights.compactMap { weight in
      guard let rounding = roundings[weight.layer], let trainable = trainables[weight.entry.name]
      else { return nil }
      return (rounding, trainable)
    }
    scales = form.scales.compactMap { trainables[$0.name].map { ScaleTraining($0) } }
    random = RandomStream(
      seed: configuration.seed, purpose: .reconstruction, lane: UInt64(number))
    gradient = Array(repeating: 0, count: plan.logits.count)
  }

  /// What the scales of activations have become, by name.
  var learnedScales: [String: Tensor] {
    let state = store.snapshot()
    return Dictionary(
      uniqueKeysWithValues: scales.compactMap { scale in
        state[scale.name].map { (scale.name, $0) }
      })
  }

  /// - Parameter isStopped: asked before each step; true gives up.
  /// - Throws: `ReconstructionError.nonFinite`, `Interrupted`.
  func train(until isStopped: () -> Bool) throws {
    for step in 0..<configuration.steps {
      if isStopped() { throw Interrupted() }
      for (rounding, trainable) in roundings { rounding.write(to: trainable.value) }
      let chosen = (0..<plan.batch).map { _ in random.below(values.count) }
      values.copyInputs(
        of: chosen, to: plan.images, dropping: configuration.method.drop, &random)
      plan.setRandomness(seed: configuration.seed, step: step)
      try plan.forward(until: isStopped)
      guard setGradient(chosen).isFinite else {
        throw ReconstructionError.nonFinite(unit: unit.output, step: step)
      }
      try plan.backward(fromLogits: gradient)
      update(step)
    }
  }

  /// Fills the gradient of the loss to the output and gives the loss, without its regularizer.
  private func setGradient(_ chosen: [Int]) -> Double {
    let size = values.outputSize
    let share = 1 / Float(plan.batch * values.outputPixels)
    var loss = 0.0
    for (place, image) in chosen.enumerated() {
      values.withTarget(of: image) { target in
        for index in 0..<size {
          let difference = plan.logits[place * size + index] - target[index]
          gradient[place * size + index] = 2 * share * difference
          loss += Double(difference * difference)
        }
      }
    }
    return loss * Double(share)
  }

  private func update(_ step: Int) {
    let beta = configuration.beta(at: step)
    let adam = mq_adam(rate: configuration.rate, step: step + 1)
    for (rounding, trainable) in roundings {
      rounding.step(
        trainable.gradient, regularization: beta == nil ? 0 : Float(configuration.regularization),
        beta: Float(beta ?? 2), adam: adam)
    }
    let progress = Double(step) / Double(configuration.steps)
    let rate = configuration.scaleRate * (1 + cos(.pi * progress)) / 2
    for scale in scales { scale.step(rate: rate, number: step + 1) }
  }
}

/// Adam on the scale of an activation. A class because it moves with the steps.
private final class ScaleTraining {
  private let trainable: Trainable
  private var moments: [Float]
  private var squares: [Float]

  init(_ trainable: Trainable) {
    self.trainable = trainable
    moments = Array(repeating: 0, count: trainable.value.count)
    squares = moments
  }

  var name: String { trainable.entry.name }

  func step(rate: Double, number: Int) {
    guard let w = trainable.value.baseAddress, let g = trainable.gradient.baseAddress else {
      return
    }
    mq_f32_adam(w, g, &moments, &squares, mq_adam(rate: rate, step: number), moments.count)
    for index in moments.indices { w[index] = max(abs(w[index]), AffineMap.smallestScale) }
  }
}

extension mq_adam {
  /// With the usual constants and no decay.
  ///
  /// - Parameter step: from 1.
  fileprivate init(rate: Double, step: Int) {
    self.init()
    let (beta1, beta2) = (0.9, 0.999)
    self.step = Float(rate / (1 - pow(beta1, Double(step))))
    weight1 = Float(1 - beta1)
    self.beta2 = Float(beta2)
    weight2 = Float(1 - beta2)
    correction2 = Float(1 / (1 - pow(beta2, Double(step))).squareRoot())
    epsilon = 1e-8
    decay = 0
    shrink = 1
  }
}
