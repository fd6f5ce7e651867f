import CKernels

/// Every stride-th pixel, with zeros around the channels.
final class PaddedShortcutForward: Step {
  let node: String
  let label = "elementwise"
  let geometry: mq_shortcut
  private let x: PlanValue
  private let y: PlanValue

  /// - Parameter widths: pixels of a row, of x and of y.
  init(
    node: String, shortcut: PaddedShortcut, widths: (input: Int, output: Int), x: PlanValue,
    y: PlanValue
  ) {
    self.node = node
    self.x = x
    self.y = y
    geometry = mq_shortcut(
      input: x.layout, output: y.layout, input_width: widths.input, output_width: widths.output,
      stride: shortcut.stride, before: shortcut.before)
  }

  var buffers: [Buffer] { [x.buffer, y.buffer] }

  func run() throws(EngineError) {
    let (x, y, geometry) = (self.x.pointer, self.y.pointer, self.geometry)
    geometry.output.forSlabs { mq_f32_shortcut(x, y, geometry, $0.lowerBound, $0.upperBound) }
  }
}

/// The gradient of the pixels that were kept; zero at the others.
final class PaddedShortcutBackward: Step {
  let node: String
  let label = "elementwise"
  private let geometry: mq_shortcut
  private let dy: Buffer
  private let dx: Buffer

  init(node: String, geometry: mq_shortcut, dy: Buffer, dx: Buffer) {
    self.node = node
    self.geometry = geometry
    self.dy = dy
    self.dx = dx
  }

  var buffers: [Buffer] { [dy, dx] }

  func run() throws(EngineError) {
    let (dy, dx, geometry) = (self.dy.floats, self.dx.floats, self.geometry)
    geometry.input.forSlabs {
      mq_f32_shortcut_backward(dy, dx, geometry, $0.lowerBound, $0.upperBound)
    }
  }
}
