@testable import QuantRuntime

/// Runs a network once through the engine.
enum PlanHarness {
  struct Result {
    var logits: [Float]
    var gradients: [String: [Float]]
    var state: [String: Tensor]
  }

  static func train(
    _ network: Network, images: [Float], batch: Int, upstream: [Float]
  ) throws -> Result {
    try ComputeThread.run { () throws in
      let store = try ParameterStore(graph: network.graph, state: network.state)
      let plan = try Plan(
        network.graph, store: store, batch: batch, mode: .train(labelSmoothing: 0),
        rules: QuantizerCatalog.rules)
      for (index, value) in images.enumerated() { plan.images[index] = value }
      for index in plan.labels.indices { plan.labels[index] = 0 }
      try plan.forward()
      let logits = Array(plan.logits)
      try plan.backward(fromLogits: upstream)
      let gradients = plan.trainables.map { ($0.entry.name, Array($0.gradient)) }
      return Result(
        logits: logits, gradients: Dictionary(uniqueKeysWithValues: gradients),
        state: store.snapshot())
    }
  }

  static func evaluate(_ network: Network, images: [Float], batch: Int) throws -> [Float] {
    try ComputeThread.run { () throws in
      let store = try ParameterStore(graph: network.graph, state: network.state)
      let plan = try Plan(
        network.graph, store: store, batch: batch, mode: .evaluate, rules: QuantizerCatalog.rules)
      for (index, value) in images.enumerated() { plan.images[index] = value }
      try plan.forward()
      return Array(plan.logits)
    }
  }

  /// The network after its quantizers met the images.
  static func initialized(_ model: Model, images: [Float], batch: Int) throws -> Model {
    try ComputeThread.run { () throws in
      let store = try ParameterStore(graph: model.graph, state: model.state)
      let plan = try Plan(
        model.graph, store: store, batch: batch, mode: .evaluate, rules: QuantizerCatalog.rules)
      for (index, value) in images.enumerated() { plan.images[index] = value }
      let specs = try plan.initializeQuantizers()
      return model.initialized(state: store.snapshot(), specs: specs)
    }
  }
}
