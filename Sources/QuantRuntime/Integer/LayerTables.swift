/// Memory for a plan's constants: weights, offsets, factors.
struct LayerTables {
  private(set) var arenas: [Arena] = []

  var byteCount: Int { arenas.reduce(0) { $0 + $1.byteCount } }

  mutating func buffer(byteCount: Int) throws(EngineError) -> Buffer {
    // Kernels may read a whole vector from the last element on.
    let buffer = Buffer(byteCount: byteCount + 64)
    try pin(buffer)
    return buffer
  }

  mutating func ints(_ values: [Int32]) throws(EngineError) -> Buffer {
    let result = try buffer(byteCount: 4 * values.count)
    for (index, value) in values.enumerated() { result.ints[index] = value }
    return result
  }

  /// Gives a buffer memory of its own, out of reach of the placement.
  mutating func pin(_ buffer: Buffer) throws(EngineError) {
    guard !buffer.isPlaced else { return }
    let arena = try Arena(byteCount: buffer.byteCount)
    buffer.place(at: arena.base)
    arenas.append(arena)
  }
}
