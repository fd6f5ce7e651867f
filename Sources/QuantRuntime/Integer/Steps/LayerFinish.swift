import CKernels

/// What is done with the sums of a layer's tile: the rest of the arithmetic of `IntegerConvolution`.
struct LayerFinish {
  /// `[O]`, rounded up to whole blocks.
  let offsets: Buffer
  /// `[O]`, of weights with zero points; nil without.
  let zeros: Buffer?
  private let factors: FactorTable
  private let form: Form
  private let y: CodeValue
  private let residual: CodeValue?
  private let residualFactors: FactorTable?

  private enum Form {
    case float(mq_code_range, residual: Float)
    case fixed(mq_code_range)
    case real(Int32)
  }

  /// - Parameters:
  ///   - inputZero: as it is stored.
  ///   - window: products of one output.
  init(
    _ layer: IntegerConvolution, inputZero: Int32, y: CodeValue, residual: CodeValue?,
    _ tables: inout LayerTables
  ) throws(EngineError) {
    self.y = y
    self.residual = residual
    offsets = try tables.ints(layer.offsets(inputZero: inputZero))
    zeros = layer.hasWeightZeros ? try tables.ints(layer.weightZeros) : nil
    switch layer.finish {
    case .real(let scales, let activation):
      factors = FactorTable(scales)
      residualFactors = nil
      form = .real(activation.map(\.kernelCode) ?? linearCode)
    case .codes(let rescales, let second, let range):
      guard case .codes(let map) = y.type else { preconditionFailure("codes have a map") }
      factors = FactorTable(rescales)
      let stored = map.stored(range)
      switch second {
      case .float(let factor)?:
        residualFactors = nil
        form = .float(stored, residual: factor)
      case .accumulator(let rescales)?:
        residualFactors = FactorTable(rescales)
        form = .fixed(stored)
      case nil:
        residualFactors = nil
        form = factors.isFloat ? .float(stored, residual: 0) : .fixed(stored)
      }
    }
  }

  var buffers: [Buffer] { [y.buffer] + [residual?.buffer].compactMap(\.self) }

  /// Writes `count` channels from `channel` on of neighbouring pixels.
  ///
  /// - Parameters:
  ///   - windowSums: of each pixel; needed with weight zeros.
  func write(
    _ sums: UnsafePointer<Int32>, stride: Int, windowSums: UnsafePointer<Int32>?, image: Int,
    row: Int, column: Int, pixels: Int, channel: Int, count: Int
  ) {
    let place = y.layout.place(image, row, column) + channel
    let tile = mq_code_tile(
      sums: sums, offset: offsets.ints + channel,
      zero: zeros.map { UnsafePointer($0.ints + channel) },
      window_sums: windowSums, pixels: pixels, count: count, sums_stride: stride,
      y_stride: y.layout.pixel, residual_stride: residual?.layout.pixel ?? 0)
    var second = mq_code_residual()
    if let residual {
      second.codes = UnsafePointer(
        residual.codes + residual.layout.place(image, row, column) + channel)
      second.zero = residual.storedZero
      if let residualFactors { second.factors = residualFactors.fixed(from: channel) }
    }
    switch form {
    case .real(let activation):
      mq_code_rescale_real(
        tile, factors.floats(from: channel), activation, y.reals + place)
    case .float(let range, let factor):
      second.factor = factor
      mq_code_rescale_float(tile, factors.floats(from: channel), second, range, y.codes + place)
    case .fixed(let range):
      mq_code_rescale_fixed(tile, factors.fixed(from: channel), second, range, y.codes + place)
    }
  }
}

/// Memory for a plan's constants: weights, offsets, factors.
struct LayerTables {
  private(set) var arenas: [Arena] = []
  var byteCount: Int { arenas.reduce(0) { $0 + $1.byteCount } }

  mutating func buffer(byteCount: Int) throws(EngineError) -> Buffer {
    let arena = try Arena(byteCount: byteCount + 64)
    let buffer = Buffer(byteCount: byteCount + 64)
    buffer.place(at: arena.base)
    arenas.append(arena)
    return buffer
  }

  mutating func place(_ buffer: Buffer) throws(EngineError) {
    let arena = try Arena(byteCount: buffer.byteCount)
    buffer.place(at: arena.base)
    arenas.append(arena)
  }

  /// With zeros behind, so that whole vectors can be read.
  mutating func ints(_ values: [Int32]) throws(EngineError) -> Buffer {
    let result = try buffer(byteCount: 4 * values.count)
    for (index, value) in values.enumerated() { result.ints[index] = value }
    return result
  }
}

extension IntegerConvolution {
  var hasWeightZeros: Bool { weightZeros.contains { $0 != 0 } }

  /// bias - x0 sum(w) + K x0 w0 for each output, with the zero points x0 and w0: what is added to the sum of
  /// stored codes times weights. It may wrap around; the whole sum does not.
  func offsets(inputZero: Int32) -> [Int32] {
    let size = weightShape.count / max(weightShape[0], 1)
    return bias.indices.map { o in
      let sum = weights[o * size..<(o + 1) * size].reduce(Int32(0)) { $0 &+ Int32($1) }
      return bias[o] &- inputZero &* sum &+ Int32(truncatingIfNeeded: size) &* inputZero
        &* weightZeros[o]
    }
  }
}
