/// Puts the buffers of a list of steps into as little memory as their lifetimes allow.
///
/// A buffer lives from the first step that touches it to the last. Larger buffers are placed first,
/// each at the lowest address where it overlaps no buffer that lives at the same time ("greedy by
/// size", Pisarchyk and Lee, 2020): for networks this comes within a few percent of the lower bound.
struct BufferPlacement {
  /// Bytes of the whole arena.
  private(set) var byteCount = 0
  private(set) var offsets: [(buffer: Buffer, offset: Int)] = []

  /// - Parameter touched: for each step in the order of execution, the buffers that it reads, writes
  ///   or needs as scratch. Buffers that have a place already are left alone.
  init(touched: [[Buffer]]) {
    var lifetimes: [ObjectIdentifier: Lifetime] = [:]
    for (step, buffers) in touched.enumerated() {
      for buffer in buffers where !buffer.isPlaced {
        lifetimes[ObjectIdentifier(buffer), default: Lifetime(buffer: buffer, first: step)].last =
          step
      }
    }
    // The first use breaks ties, so that the layout depends on nothing but the steps.
    let order = lifetimes.values.sorted {
      ($0.size, $1.first, $1.last) > ($1.size, $0.first, $0.last)
    }
    var placed: [Placed] = []
    for lifetime in order {
      let rivals = placed.filter { $0.lifetime.overlaps(lifetime) }.sorted { $0.offset < $1.offset }
      var offset = 0
      for rival in rivals where offset + lifetime.size > rival.offset {
        offset = max(offset, rival.end)
      }
      placed.append(Placed(lifetime: lifetime, offset: offset))
      byteCount = max(byteCount, offset + lifetime.size)
    }
    offsets = placed.map { ($0.lifetime.buffer, $0.offset) }
  }

  func apply(to arena: Arena) {
    for (buffer, offset) in offsets { buffer.place(at: arena.base + offset) }
  }
}

private struct Lifetime {
  let buffer: Buffer
  let first: Int
  var last: Int

  init(buffer: Buffer, first: Int) {
    self.buffer = buffer
    self.first = first
    last = first
  }

  /// Rounded up to whole cache lines.
  var size: Int { (buffer.byteCount + 63) / 64 * 64 }

  func overlaps(_ other: Lifetime) -> Bool { first <= other.last && other.first <= last }
}

private struct Placed {
  let lifetime: Lifetime
  let offset: Int
  var end: Int { offset + lifetime.size }
}
