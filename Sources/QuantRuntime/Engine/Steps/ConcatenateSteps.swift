import CKernels

/// The channels of several tensors, one after the other.
final class ConcatenateForward: Step {
  let node: String
  let label = "elementwise"
  private let parts: [PlanValue]
  private let y: PlanValue

  init(node: String, parts: [PlanValue], y: PlanValue) {
    self.node = node
    self.parts = parts
    self.y = y
  }

  var buffers: [Buffer] { parts.map(\.buffer) + [y.buffer] }

  func run() throws(EngineError) {
    var offset = 0
    for part in parts {
      let copy = mq_channel_copy(
        input: part.layout, output: y.layout, input_first: 0, output_first: offset,
        count: part.layout.channels)
      copy.run(from: part.pointer, to: y.pointer)
      offset += part.layout.channels
    }
    y.layout.clearPadding(y.pointer)
  }
}

/// Each operand's share of the gradient.
final class ConcatenateBackward: Step {
  let node: String
  let label = "elementwise"
  private let layout: mq_layout
  private let dy: Buffer
  private let parts: [(layout: mq_layout, dx: Buffer?)]

  /// - Parameters:
  ///   - parts: the operands in order, without a buffer where nothing trained is behind them.
  ///   - layout: that of `dy`.
  init(
    node: String, parts: [(layout: mq_layout, dx: Buffer?)], layout: mq_layout, dy: Buffer
  ) {
    self.node = node
    self.parts = parts
    self.layout = layout
    self.dy = dy
  }

  var buffers: [Buffer] { [dy] + parts.compactMap(\.dx) }

  func run() throws(EngineError) {
    var offset = 0
    for (part, dx) in parts {
      if let dx {
        let copy = mq_channel_copy(
          input: layout, output: part, input_first: offset, output_first: 0, count: part.channels)
        copy.run(from: dy.floats, to: dx.floats)
        part.clearPadding(dx.floats)
      }
      offset += part.channels
    }
  }
}

extension mq_channel_copy {
  fileprivate func run(from x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>) {
    let grain = Parallel.flatGrain / max(output.pixels, 1) + 1
    Parallel.run(output.images * count, grain: grain) { part in
      mq_f32_copy_channels(x, y, self, part.lowerBound, part.upperBound)
    }
  }
}
