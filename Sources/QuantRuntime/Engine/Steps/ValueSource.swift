import CKernels

/// Where a step finds the values of a node: in memory.
struct ValueSource {
  let stored: PlanValue

  var layout: mq_layout { stored.layout }
  var buffers: [Buffer] { [stored.buffer] }

  /// Calls `body` with a function that gives the values of a chunk; what it gives is valid until it is
  /// called again.
  func withValues(
    _ body: (_ read: (FakeQuantWork.Chunk) -> UnsafePointer<Float>) -> Void
  ) {
    let base = UnsafePointer(stored.pointer)
    body { base + $0.start }
  }
}
