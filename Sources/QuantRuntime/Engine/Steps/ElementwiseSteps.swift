import CKernels

extension Activation {
  var kernelCode: Int32 {
    switch self {
    case .relu: Int32(MQ_RELU)
    case .relu6: Int32(MQ_RELU6)
    }
  }
}

/// The code of no activation at all.
let linearCode = Int32(MQ_LINEAR)

/// y = activation(x).
final class ActivationForward: Step {
  let node: String
  let label = "elementwise"
  private let x: PlanValue
  private let y: PlanValue
  private let activation: Int32

  init(node: String, x: PlanValue, y: PlanValue, activation: Int32) {
    self.node = node
    self.x = x
    self.y = y
    self.activation = activation
  }

  var buffers: [Buffer] { [x.buffer, y.buffer] }

  func run() throws(EngineError) {
    let (x, y, activation) = (self.x.pointer, self.y.pointer, self.activation)
    Parallel.elements(self.x.floats) { part in
      mq_f32_activate(x + part.lowerBound, y + part.lowerBound, activation, part.count)
    }
  }
}

/// y = activation(a + b), the activation possibly none.
final class AddForward: Step {
  let node: String
  let label = "elementwise"
  private let a: PlanValue
  private let b: PlanValue
  private let y: PlanValue
  private let activation: Int32

  init(node: String, a: PlanValue, b: PlanValue, y: PlanValue, activation: Int32) {
    self.node = node
    self.a = a
    self.b = b
    self.y = y
    self.activation = activation
  }

  var buffers: [Buffer] { [a.buffer, b.buffer, y.buffer] }

  func run() throws(EngineError) {
    let (a, b, y) = (self.a.pointer, self.b.pointer, self.y.pointer)
    let activation = self.activation
    Parallel.elements(self.y.floats) { part in
      let i = part.lowerBound
      mq_f32_add(a + i, b + i, y + i, activation, part.count)
    }
  }
}

/// dx = dy where the activation passed.
final class ActivationBackward: Step {
  let node: String
  let label = "elementwise"
  private let y: PlanValue
  private let dy: Buffer
  private let dx: Buffer
  private let activation: Int32

  init(node: String, y: PlanValue, dy: Buffer, dx: Buffer, activation: Int32) {
    self.node = node
    self.y = y
    self.dy = dy
    self.dx = dx
    self.activation = activation
  }

  var buffers: [Buffer] { [y.buffer, dy, dx] }

  func run() throws(EngineError) {
    let (y, dy, dx) = (self.y.pointer, self.dy.floats, self.dx.floats)
    let activation = self.activation
    Parallel.elements(self.y.floats) { part in
      let i = part.lowerBound
      mq_f32_activate_backward(y + i, dy + i, nil, dx + i, activation, part.count)
    }
  }
}

/// Adds the gradients that several readers of one value contribute, in the order of the readers.
final class GradientSum: Step {
  let node: String
  let label = "elementwise"
  private let parts: [Buffer]
  private let total: Buffer
  private let count: Int

  /// - Parameter parts: at least one; a single part is copied.
  init(node: String, parts: [Buffer], total: Buffer, count: Int) {
    self.node = node
    self.parts = parts
    self.total = total
    self.count = count
  }

  var buffers: [Buffer] { parts + [total] }

  func run() throws(EngineError) {
    let total = self.total.floats
    let first = parts[0].floats
    guard parts.count > 1 else {
      total.update(from: first, count: count)
      return
    }
    add(first, parts[1].floats, total)
    for part in parts.dropFirst(2) { add(total, part.floats, total) }
  }

  private func add(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
  ) {
    Parallel.elements(count) { part in
      let i = part.lowerBound
      mq_f32_add(a + i, b + i, y + i, linearCode, part.count)
    }
  }
}
