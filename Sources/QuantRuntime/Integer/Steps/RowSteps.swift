import CKernels

/// A pass that computes a value row by row, all pixels and channels of a row at once.
final class RowStep: Step {
  let node: String
  let label: String
  private let inputs: [CodeValue]
  private let y: CodeValue
  private let body: (_ image: Int, _ row: Int) -> Void

  /// - Parameter body: writes one row of `y`.
  init(
    node: String, label: String, inputs: [CodeValue], y: CodeValue,
    _ body: @escaping (_ image: Int, _ row: Int) -> Void
  ) {
    self.node = node
    self.label = label
    self.inputs = inputs
    self.y = y
    self.body = body
  }

  var buffers: [Buffer] { inputs.map(\.buffer) + [y.buffer] }

  func run() throws(EngineError) {
    let rows = y.layout.height
    let grain = max(1, Parallel.flatGrain / max(y.layout.width * y.layout.pixel, 1))
    Parallel.run(y.layout.images * rows, grain: grain) { items in
      for item in items {
        let (image, row) = (item / rows, item % rows)
        if row == 0, case .codes = y.type { y.fillBorder(image) }
        body(image, row)
      }
    }
  }
}

/// The passes of the plan that treat every element alike.
enum RowPass {
  static func quantize(_ node: String, _ x: CodeValue, _ y: CodeValue, _ range: mq_code_range)
    -> RowStep
  {
    RowStep(node: node, label: "quantize", inputs: [x], y: y) { image, row in
      mq_code_quantize(
        x.reals(image, row), y.scale, range, y.codes(image, row), y.layout.rowElements)
    }
  }

  static func dequantize(_ node: String, _ x: CodeValue, _ y: CodeValue) -> RowStep {
    RowStep(node: node, label: "dequantize", inputs: [x], y: y) { image, row in
      let (target, count) = (y.reals(image, row), y.layout.rowElements)
      guard case .sums(let scale) = x.type else {
        mq_code_dequantize(x.codes(image, row), x.storedZero, x.scale, target, count)
        return
      }
      let sums = x.sums + x.layout.place(image, row)
      for index in 0..<count { target[index] = scale * Float(sums[index]) }
    }
  }

  static func add(
    _ node: String, _ inputs: [CodeValue], _ y: CodeValue, _ addition: IntegerAddition,
    _ range: mq_code_range
  ) -> RowStep {
    RowStep(node: node, label: "add", inputs: inputs, y: y) { image, row in
      let (target, count) = (y.codes(image, row), y.layout.rowElements)
      func operand(_ index: Int, _ factor: Rescale, shift: Int = 0) -> mq_code_operand {
        var result = mq_code_operand()
        result.codes = UnsafePointer(inputs[index].codes(image, row))
        result.zero = inputs[index].storedZero
        if case .float(let value) = factor { result.factor = value }
        let fixed = FixedNumbers(factor)
        (result.multiplier, result.exponent) = (fixed.multiplier, fixed.exponent)
        result.shift = Int64(shift)
        return result
      }
      let same = Rescale.shift(right: 0)
      switch addition {
      case .float(let a, let b):
        mq_code_add_float(operand(0, .float(a)), operand(1, .float(b)), range, target, count)
      case .fixed(let a, let b, let result):
        let (shift, factor) = (IntegerAddition.fixedHeadroom, FixedNumbers(result))
        mq_code_add_fixed(
          operand(0, .fixed(a), shift: shift), operand(1, .fixed(b), shift: shift),
          factor.multiplier, factor.exponent, range, target, count)
      case .shift(let a, let b, let result):
        let factor = FixedNumbers(result)
        mq_code_add_fixed(
          operand(0, same, shift: a), operand(1, same, shift: b), factor.multiplier,
          factor.exponent, range, target, count)
      }
    }
  }

  /// Codes to codes by a table, as there are at most 256; sums one by one.
  static func requantize(
    _ node: String, _ x: CodeValue, _ y: CodeValue, _ factor: Rescale, _ range: mq_code_range
  ) -> RowStep {
    func code(_ value: Int64) -> UInt8 {
      let result = factor.apply(value) + Int64(range.zero)
      return UInt8(truncatingIfNeeded: min(max(result, Int64(range.low)), Int64(range.high)))
    }
    let table = (0..<256).map { code(Int64($0) - Int64(x.storedZero)) }
    return RowStep(node: node, label: "requantize", inputs: [x], y: y) { image, row in
      let (target, count) = (y.codes(image, row), y.layout.rowElements)
      if case .sums = x.type {
        let sums = x.sums + x.layout.place(image, row)
        for index in 0..<count { target[index] = code(Int64(sums[index])) }
      } else {
        let codes = x.codes(image, row)
        for index in 0..<count { target[index] = table[Int(codes[index])] }
      }
    }
  }

  static func clip(_ node: String, _ x: CodeValue, _ y: CodeValue, _ range: mq_code_range)
    -> RowStep
  {
    RowStep(node: node, label: "clip", inputs: [x], y: y) { image, row in
      mq_code_clip(
        x.codes(image, row), UInt8(range.low), UInt8(range.high), y.codes(image, row),
        y.layout.rowElements)
    }
  }

  static func realAdd(
    _ node: String, _ inputs: [CodeValue], _ y: CodeValue, _ activation: Activation?
  ) -> RowStep {
    RowStep(node: node, label: "float add", inputs: inputs, y: y) { image, row in
      mq_f32_add(
        inputs[0].reals(image, row), inputs[1].reals(image, row), y.reals(image, row),
        activation?.kernelCode ?? linearCode, y.layout.rowElements)
    }
  }

  static func realActivation(
    _ node: String, _ x: CodeValue, _ y: CodeValue, _ activation: Activation
  ) -> RowStep {
    RowStep(node: node, label: "float activation", inputs: [x], y: y) { image, row in
      mq_f32_activate(
        x.reals(image, row), y.reals(image, row), activation.kernelCode, y.layout.rowElements)
    }
  }
}

extension CodeValue {
  /// Of the map; 1 without one.
  var scale: Float {
    guard case .codes(let map) = type else { return 1 }
    return map.scale
  }

  func codes(_ image: Int, _ row: Int) -> UnsafeMutablePointer<UInt8> {
    codes + layout.place(image, row)
  }

  func reals(_ image: Int, _ row: Int) -> UnsafeMutablePointer<Float> {
    reals + layout.place(image, row)
  }
}

extension CodeLayout {
  /// Of a row without its border.
  var rowElements: Int { width * pixel }
}
