import CKernels

/// How a step gets the values of a node: from memory, or computed chunk by chunk from a value in memory
/// by what the nodes between them say.
///
/// A batch norm, an addition or an activation that only a quantizer reads is not worth a pass over
/// memory of its own, forward or backward.
struct ValueSource {
  var stored: PlanValue
  /// Normalizes the stored value.
  var norm: BatchNormVectors?
  /// Added then, of the same layout.
  var addend: PlanValue?
  /// Applied last.
  var activation = linearCode

  var layout: mq_layout { stored.layout }

  var isComputed: Bool { norm != nil || addend != nil || activation != linearCode }

  /// The activation whose gradient is a step of its own; a batch norm judges the one right behind it.
  var gate: Int32 { norm != nil && addend == nil ? linearCode : activation }

  /// The sums that the gradient of the batch norm needs, of a gradient that has passed `gate`.
  func normGradientSums() -> NormGradientSums? {
    norm.map {
      NormGradientSums($0, x: stored, activation: addend == nil ? activation : linearCode)
    }
  }

  var buffers: [Buffer] {
    [stored.buffer] + (norm?.all ?? []) + [addend?.buffer, norm?.extremes].compactMap(\.self)
  }

  /// Calls `body` with a function that gives the values of a chunk, which are valid until it is called
  /// again. Runs have to be slabs where values are computed.
  func withValues(
    _ body: (_ read: (ChunkedWork.Chunk) -> UnsafePointer<Float>) -> Void
  ) {
    let base = UnsafePointer(stored.pointer)
    guard isComputed else { return body { base + $0.start } }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: ChunkedWork.chunk) { scratch in
      guard let values = scratch.baseAddress else { return }
      body { chunk in
        compute(base + chunk.start, chunk, into: values)
        return UnsafePointer(values)
      }
    }
  }

  private func compute(
    _ x: UnsafePointer<Float>, _ chunk: ChunkedWork.Chunk, into y: UnsafeMutablePointer<Float>
  ) {
    let addend = addend.map { UnsafePointer($0.pointer + chunk.start) }
    if let norm {
      norm.apply(x, addend, to: y, activation: activation, chunk)
    } else if let addend {
      mq_f32_add(x, addend, y, activation, chunk.count)
    } else {
      mq_f32_activate(x, y, activation, chunk.count)
    }
  }
}
