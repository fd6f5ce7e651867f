/// The state of a model in aligned memory, shared by every plan that is compiled for its graph.
///
/// Values and gradients are row-major. Per-channel vectors are followed by zeros up to the next
/// multiple of 16, so that kernels can read whole blocks.
public final class ParameterStore {
  private let arena: Arena
  private let entries: [StateEntry]
  private let buffers: [String: Buffer]

  /// - Throws: `EngineError.state` listing all that is missing or has another shape.
  public init(graph: Graph, state: [String: Tensor]) throws(EngineError) {
    try Processor.check()
    entries = graph.stateEntries
    try Self.check(entries, state)
    var offset = 0
    var offsets: [Int] = []
    for entry in entries {
      offsets.append(offset)
      offset += (entry.shape.count + 15) / 16 * 64
    }
    arena = try Arena(byteCount: offset)
    var buffers: [String: Buffer] = [:]
    for (entry, offset) in zip(entries, offsets) {
      let buffer = Buffer(floats: entry.shape.count)
      buffer.place(at: arena.base + offset)
      if let tensor = state[entry.name] {
        tensor.values.withUnsafeBufferPointer { values in
          guard let base = values.baseAddress else { return }
          buffer.floats.update(from: base, count: values.count)
        }
      }
      buffers[entry.name] = buffer
    }
    self.buffers = buffers
  }

  private static func check(
    _ entries: [StateEntry], _ state: [String: Tensor]
  ) throws(EngineError) {
    let missing = entries.map(\.name).filter { state[$0] == nil }
    let misshapen = entries.compactMap { entry -> EngineError.Misshapen? in
      guard let found = state[entry.name]?.shape, found != entry.shape else { return nil }
      return EngineError.Misshapen(name: entry.name, expected: entry.shape, found: found)
    }
    guard missing.isEmpty && misshapen.isEmpty else {
      throw .state(missing: missing, misshapen: misshapen)
    }
  }

  func buffer(for entry: StateEntry) -> Buffer {
    guard let buffer = buffers[entry.name] else {
      preconditionFailure("the store was made for another graph: no '\(entry.name)'")
    }
    return buffer
  }

  /// One tensor of the state, row-major, as it is now and will be.
  func values(of entry: StateEntry) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: buffer(for: entry).floats, count: entry.shape.count)
  }

  /// The state as it is now.
  public func snapshot() -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    for entry in entries {
      let values = UnsafeBufferPointer(start: buffer(for: entry).floats, count: entry.shape.count)
      result[entry.name] = Tensor(entry.shape, values: Array(values))
    }
    return result
  }
}
