/// What an optimizer remembers of the trained tensors of one run, and the updates that it takes part
/// in. To be used on the compute thread.
///
/// It is bound to the names of the tensors and not to a plan, because a run can go from one plan to
/// another.
public final class OptimizerState {
  private let optimizer: any Optimizer
  private let slots: [Slot]
  /// Updates applied so far.
  public private(set) var updates = 0

  /// One trained tensor.
  private struct Slot {
    var entry: StateEntry
    var rateFactor: Double
    var weightDecay: Double
    var memory: [UnsafeMutableBufferPointer<Float>]
  }

  /// - Parameter trainables: of any plan of the run.
  public init(
    _ optimizer: AnyOptimizer, groups: [ParameterGroup] = [], of trainables: [Trainable]
  ) {
    let base = optimizer.base
    self.optimizer = base
    slots = trainables.map { trainable in
      let settings = groups.settings(of: trainable.entry, weightDecay: base.weightDecay)
      let memory = base.memoryNames.map { _ in
        let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: trainable.value.count)
        buffer.initialize(repeating: 0)
        return buffer
      }
      return Slot(
        entry: trainable.entry, rateFactor: settings.rateFactor,
        weightDecay: settings.weightDecay, memory: memory)
    }
  }

  deinit { for slot in slots { for buffer in slot.memory { buffer.deallocate() } } }

  /// Changes every trained tensor by its gradient.
  ///
  /// - Parameter trainables: of a plan of the same graph; the order of its nodes is the order of
  ///   those given at the start.
  public func apply(to trainables: [Trainable], rate: Double) {
    updates += 1
    for (slot, trainable) in zip(slots, trainables) {
      optimizer.update(
        trainable.value, gradient: trainable.gradient, memory: slot.memory,
        UpdateStep(
          number: updates, rate: rate * slot.rateFactor, weightDecay: slot.weightDecay))
    }
  }

  /// What is remembered now, by the names of the memory and the tensor: `velocity.fc.weight`.
  public func snapshot() -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    for slot in slots {
      for (name, buffer) in zip(optimizer.memoryNames, slot.memory) {
        result["\(name).\(slot.entry.name)"] = Tensor(slot.entry.shape, values: Array(buffer))
      }
    }
    return result
  }

  /// Goes on from a snapshot.
  ///
  /// - Parameter updates: those applied before the snapshot.
  /// - Returns: false, and nothing is changed, when a tensor is missing or has another shape.
  public func restore(_ snapshot: [String: Tensor], updates: Int) -> Bool {
    func tensor(_ memory: String, _ slot: Slot) -> Tensor? {
      snapshot["\(memory).\(slot.entry.name)"].flatMap { $0.shape == slot.entry.shape ? $0 : nil }
    }
    let isWhole = slots.allSatisfy { slot in
      optimizer.memoryNames.allSatisfy { tensor($0, slot) != nil }
    }
    guard isWhole else { return false }
    for slot in slots {
      for (name, buffer) in zip(optimizer.memoryNames, slot.memory) {
        if let tensor = tensor(name, slot) { _ = buffer.update(fromContentsOf: tensor.values) }
      }
    }
    self.updates = updates
    return true
  }
}
