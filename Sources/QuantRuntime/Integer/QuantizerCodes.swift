import Foundation

/// Codes and scales behind the quantizers of a network, as integer hardware takes them.
///
/// Everything is read off the rules that simulate them, so that simulated and integer values are the
/// same numbers by construction.
struct QuantizerCodes {
  let network: Network
  let rules: FakeQuantRules

  /// A quantizer of an activation, and the codes that its algorithm reaches: fewer than the grid's where
  /// it clips further, as PACT does on a power-of-two scale.
  ///
  /// - Throws: `IntegerError.levels`, `.numbers`; `FoldingError` for missing state.
  func activation(_ id: NodeID) throws -> (map: CodeMap, reach: ClosedRange<Int>) {
    let (quantizer, rule, numbers) = try parts(id)
    let map = try map(id, quantizer, rule, numbers[0])
    var constants = rule.constants(for: quantizer, numbers: numbers[0], count: 1)
    // Far beyond every scale, and far from overflow when divided by the smallest one.
    var ends: [Float] = [-1e30, 1e30]
    withUnsafeBytes(of: &constants) { bytes in
      guard let constants = bytes.baseAddress?.assumingMemoryBound(to: Float.self) else { return }
      let kernel = rule.kernels(for: quantizer).forward
      ends.withUnsafeMutableBufferPointer { ends in
        guard let base = ends.baseAddress else { return }
        kernel(base, base, ends.count, constants)
      }
    }
    let codes = ends.map { map.code(of: $0, within: map.grid) }
    return (map, min(codes[0], codes[1])...max(codes[0], codes[1]))
  }

  /// One map, or one for each channel.
  func maps(_ id: NodeID) throws -> [CodeMap] {
    let (quantizer, rule, numbers) = try parts(id)
    return try numbers.map { try map(id, quantizer, rule, $0) }
  }

  private func parts(
    _ id: NodeID
  ) throws -> (FakeQuant, any FakeQuantRule, [FakeQuantNumbers]) {
    let node = network.graph[id]
    guard case .fakeQuant(let quantizer) = node.op, let rule = rules[quantizer.algorithm] else {
      throw IntegerError.op(node: node.name, op: node.op.label)
    }
    let tensors = try node.inputs.dropFirst().map { try network.tensor($0).values }
    // Without numbers of its own, a rule has the same map everywhere.
    let channels = tensors.map(\.count).min() ?? 1
    let numbers = (0..<channels).map { channel in
      var values = FakeQuantNumbers.zero
      for (index, tensor) in tensors.enumerated() { values[index] = tensor[channel] }
      return values
    }
    return (quantizer, rule, numbers)
  }

  private func map(
    _ id: NodeID, _ quantizer: FakeQuant, _ rule: any FakeQuantRule, _ numbers: FakeQuantNumbers
  ) throws(IntegerError) -> CodeMap {
    let name = network.graph[id].name
    guard let map = rule.affineMap(for: quantizer, numbers: numbers) else {
      throw .levels(quantizer: name, algorithm: quantizer.algorithm)
    }
    let grid = IntegerGrid(quantizer.spec)
    guard map.scale.isFinite, map.scale > 0, let zero = Int(exactly: map.zeroPoint),
      (grid.lowest...grid.highest).contains(zero)
    else { throw .numbers(quantizer: name) }
    return CodeMap(
      lowest: grid.lowest, highest: grid.highest, scale: map.scale, zeroPoint: zero)
  }
}
