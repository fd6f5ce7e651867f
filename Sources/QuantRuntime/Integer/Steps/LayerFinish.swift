import CKernels

/// What is done with the sums of a layer: the rest of the arithmetic of `IntegerConvolution`.
struct LayerFinish {
  private let offsets: Buffer
  private let zeros: Buffer?
  private let factors: FactorTable
  private let residualFactors: FactorTable?
  private let layer: IntegerConvolution
  private let y: CodeValue
  private let residual: CodeValue?

  /// - Parameter inputZero: as it is stored.
  init(
    _ layer: IntegerConvolution, inputZero: Int32, y: CodeValue, residual: CodeValue?,
    _ tables: inout LayerTables
  ) throws(EngineError) {
    self.layer = layer
    self.y = y
    self.residual = residual
    offsets = try tables.ints(layer.offsets(inputZero: inputZero))
    zeros = layer.hasWeightZeros ? try tables.ints(layer.weightZeros) : nil
    var second: FactorTable?
    switch layer.finish {
    case .real(let scales, _): factors = FactorTable(scales)
    case .codes(let rescales, let residual, _):
      factors = FactorTable(rescales)
      if case .accumulator(let rescales)? = residual { second = FactorTable(rescales) }
    }
    residualFactors = second
  }

  var buffers: [Buffer] { [y.buffer] + [residual?.buffer].compactMap(\.self) }

  /// As kernels take it, once all buffers have their places.
  func bound() -> mq_code_finish {
    var result = mq_code_finish()
    result.offset = UnsafePointer(offsets.ints)
    result.zero = zeros.map { UnsafePointer($0.ints) }
    result.factor = factors.floats
    result.factors = factors.fixed
    (result.y_pixel, result.y_row, result.y_image) = (y.layout.pixel, y.layout.row, y.layout.image)
    switch layer.finish {
    case .real(_, let activation):
      result.kind = Int32(MQ_FINISH_REAL)
      result.activation = activation?.kernelCode ?? linearCode
      result.y = UnsafeMutableRawPointer(y.reals + y.layout.place(0, 0))
    case .codes(_, let form, let range):
      result.kind = Int32(factors.isFloat ? MQ_FINISH_FLOAT : MQ_FINISH_FIXED)
      if case .codes(let map) = y.type { result.range = map.stored(range) }
      result.y = UnsafeMutableRawPointer(y.codes + y.layout.place(0, 0))
      bindResidual(form, &result)
    }
    return result
  }

  private func bindResidual(
    _ form: IntegerConvolution.Residual?, _ result: inout mq_code_finish
  ) {
    guard let residual, let form else { return }
    let layout = residual.layout
    result.residual.codes = UnsafePointer(residual.codes + layout.place(0, 0))
    result.residual.zero = residual.storedZero
    (result.residual_pixel, result.residual_row, result.residual_image) = (
      layout.pixel, layout.row, layout.image
    )
    if case .float(let factor) = form { result.residual.factor = factor }
    // The float form reads none, and moves along them.
    result.residual.factors = (residualFactors ?? factors).fixed
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
