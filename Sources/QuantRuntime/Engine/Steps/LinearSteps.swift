import CDNNL
import CKernels

/// y[n][o] = x[n][f] w[o][f]^T + b[o].
final class LinearForward: Step {
  let node: String
  let label = "linear"
  private let x: PlanValue
  private let weight: PlanValue
  private let bias: PlanValue?
  private let y: PlanValue

  init(node: String, x: PlanValue, weight: PlanValue, bias: PlanValue?, y: PlanValue) {
    self.node = node
    self.x = x
    self.weight = weight
    self.bias = bias
    self.y = y
  }

  var buffers: [Buffer] {
    [x.buffer, weight.buffer, y.buffer] + (bias.map { [$0.buffer] } ?? [])
  }

  func run() throws(EngineError) {
    let (rows, inputs, outputs) = (x.layout.images, x.layout.channels, y.layout.channels)
    try multiply(
      node, .plain(x.buffer), .transposed(weight.buffer), y.buffer, rows, outputs, inputs)
    guard let bias else { return }
    for row in 0..<rows {
      for output in 0..<outputs { y.pointer[row * outputs + output] += bias.pointer[output] }
    }
  }
}

/// dx = dy w, dw = dy^T x, db = the columns' sums of dy.
final class LinearBackward: Step {
  let node: String
  let label = "linear"
  private let x: PlanValue
  private let weight: PlanValue
  private let dy: Buffer
  private let dx: Buffer?
  private let dWeight: Buffer?
  private let dBias: Buffer?

  init(
    node: String, x: PlanValue, weight: PlanValue, dy: Buffer, dx: Buffer?, dWeight: Buffer?,
    dBias: Buffer?
  ) {
    self.node = node
    self.x = x
    self.weight = weight
    self.dy = dy
    self.dx = dx
    self.dWeight = dWeight
    self.dBias = dBias
  }

  var buffers: [Buffer] {
    [x.buffer, weight.buffer, dy] + [dx, dWeight, dBias].compactMap(\.self)
  }

  func run() throws(EngineError) {
    let (rows, inputs, outputs) = (x.layout.images, x.layout.channels, weight.layout.channels)
    if let dx {
      try multiply(node, .plain(dy), .plain(weight.buffer), dx, rows, inputs, outputs)
    }
    if let dWeight {
      try multiply(node, .transposed(dy), .plain(x.buffer), dWeight, outputs, inputs, rows)
    }
    guard let dBias else { return }
    for output in 0..<outputs {
      var sum = 0.0
      for row in 0..<rows { sum += Double(dy.floats[row * outputs + output]) }
      dBias.floats[output] = Float(sum)
    }
  }
}

private enum Operand {
  case plain(Buffer)
  case transposed(Buffer)
}

/// c[m][n] = a[m][k] b[k][n], each operand possibly stored transposed.
private func multiply(
  _ name: String, _ a: Operand, _ b: Operand, _ c: Buffer, _ m: Int, _ n: Int, _ k: Int
) throws(EngineError) {
  let (aBuffer, aFlag, aStride) =
    switch a {
    case .plain(let buffer): (buffer, UInt8(ascii: "N"), k)
    case .transposed(let buffer): (buffer, UInt8(ascii: "T"), m)
    }
  let (bBuffer, bFlag, bStride) =
    switch b {
    case .plain(let buffer): (buffer, UInt8(ascii: "N"), n)
    case .transposed(let buffer): (buffer, UInt8(ascii: "T"), k)
    }
  try check(
    dnnl_sgemm(
      CChar(aFlag), CChar(bFlag), dnnl_dim_t(m), dnnl_dim_t(n), dnnl_dim_t(k), 1, aBuffer.floats,
      dnnl_dim_t(aStride), bBuffer.floats, dnnl_dim_t(bStride), 0, c.floats, dnnl_dim_t(n)), name)
}
