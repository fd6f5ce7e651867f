import CKernels

/// The factors of the gradient in one of a quantizer's sums, element by element, in the layout of its
/// result.
final class QuantizerSlopes: Step {
  let node: String
  let label = "fake quant"
  let slopes: PlanValue
  private let forward: FakeQuantForward
  private let kernel: mq_fake_quant_slopes
  private let item: Int

  init(_ forward: FakeQuantForward, kernel: mq_fake_quant_slopes, item: Int) {
    node = forward.node
    self.forward = forward
    self.kernel = kernel
    self.item = item
    slopes = PlanValue(layout: forward.x.layout)
  }

  var buffers: [Buffer] { forward.x.buffers + [forward.constants, slopes.buffer] }

  func run() throws(EngineError) {
    let (slopes, work) = (self.slopes.pointer, forward.work)
    let (constants, item) = (forward.constants.floats, Int32(self.item))
    work.forChunks { part in
      forward.x.withValues { read in
        for index in part {
          let chunk = work.chunk(index)
          kernel(
            read(chunk), slopes + chunk.start, chunk.count, constants + chunk.channel * 8, item)
        }
      }
    }
  }
}

/// The sum of a quantizer from the gradient that its slopes, in the place of the convolution's
/// input, would give to the weights: <dz, conv(e, w)> = <dw(e, dz), w>.
final class SlopeProduct: Step {
  let node: String
  let label = "fake quant"
  /// One double.
  let sum = Buffer(byteCount: MemoryLayout<Double>.stride)
  private let weightGradient: Buffer
  private let weight: Buffer
  private let count: Int

  init(node: String, weightGradient: Buffer, weight: Buffer, count: Int) {
    self.node = node
    self.weightGradient = weightGradient
    self.weight = weight
    self.count = count
  }

  var buffers: [Buffer] { [weightGradient, weight, sum] }

  func run() throws(EngineError) {
    let (a, b) = (weightGradient.floats, weight.floats)
    sum.doubles[0] = (0..<count).reduce(0) { $0 + Double(a[$1]) * Double(b[$1]) }
  }
}

/// The gradients of the learned numbers of a quantizer that passes none to its operand.
final class QuantizerNumbersBackward: Step {
  let node: String
  let label = "fake quant"
  private let forward: FakeQuantForward
  private let products: [(item: Int, sum: Buffer)]
  private let dParameters: [Buffer?]

  init(
    forward: FakeQuantForward, products: [(item: Int, sum: Buffer)], dParameters: [Buffer?]
  ) {
    node = forward.node
    self.forward = forward
    self.products = products
    self.dParameters = dParameters
  }

  var buffers: [Buffer] {
    products.map(\.sum) + forward.numbers.map(\.buffer) + dParameters.compactMap(\.self)
  }

  func run() throws(EngineError) {
    var sums = FakeQuantSums.zero
    for (item, sum) in products { sums[item] += sum.doubles[0] }
    forward.writeGradients(channel: 0, sums: sums, to: dParameters)
  }
}
