import CKernels

/// A layer whose inputs are sums of codes over a plane, of more than eight bits: the linear layer behind a
/// global pool. Products and sums are integers in double, which are exact up to 2^53.
final class SumsLayer: Step {
  let node: String
  let label = "linear"
  private let x: CodeValue
  private let y: CodeValue
  private let layer: IntegerConvolution
  private let activation: Int32
  private let scales: [Float]
  /// `[C][O]`.
  private let weights: Buffer
  private let zeros: Buffer

  /// - Parameter layer: with a window of 1 by 1, one group and a real result.
  init(
    node: String, _ layer: IntegerConvolution, x: CodeValue, y: CodeValue,
    _ tables: inout LayerTables
  ) throws {
    guard case .real(let scales, let activation) = layer.finish, layer.groups == 1,
      layer.weightShape[2] == 1, layer.weightShape[3] == 1
    else { throw IntegerError.op(node: node, op: "a layer that reads sums") }
    self.node = node
    self.x = x
    self.y = y
    self.layer = layer
    self.scales = scales
    self.activation = activation.map(\.kernelCode) ?? linearCode
    let (outputs, inputs) = (layer.weightShape[0], layer.weightShape[1])
    weights = try tables.buffer(byteCount: outputs * inputs)
    zeros = try tables.ints(layer.weightZeros)
    let target = weights.raw.assumingMemoryBound(to: Int8.self)
    for o in 0..<outputs {
      for c in 0..<inputs { target[c * outputs + o] = layer.weights[o * inputs + c] }
    }
  }

  var buffers: [Buffer] { [x.buffer, y.buffer] }

  func run() throws(EngineError) {
    let (outputs, inputs) = (layer.weightShape[0], layer.weightShape[1])
    let w = weights.raw.assumingMemoryBound(to: Int8.self)
    // Pieces of the outputs, so that one image has work for all threads.
    let piece = 256
    let pieces = (outputs + piece - 1) / piece
    Parallel.run(x.layout.images * pieces) { items in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: piece) {
        guard let sums = $0.baseAddress else { return }
        for item in items {
          let (image, first) = (item / pieces, item % pieces * piece)
          let count = min(piece, outputs - first)
          for o in 0..<count { sums[o] = Double(layer.bias[first + o]) }
          let source = x.sums + x.layout.place(image, 0)
          for c in 0..<inputs {
            mq_code_dot(
              Double(source[c]), w + c * outputs + first, zeros.ints + first, sums, count)
          }
          let target = y.reals + y.layout.place(image, 0) + first
          for o in 0..<count { target[o] = Float(sums[o]) * scales[first + o] }
          mq_f32_activate(target, target, activation, count)
        }
      }
    }
  }
}
