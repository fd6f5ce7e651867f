import CKernels

/// A convolution of codes, dense or in groups of any width; linear layers too.
final class ConvolutionCodes: Step {
  let node: String
  let label = "convolution"
  private let x: CodeValue
  private let y: CodeValue
  private let layer: IntegerConvolution
  private let finish: LayerFinish
  /// `[group][block]` packed weights.
  private let weights: Buffer
  private let form: UnsafeMutablePointer<mq_code_conv_layer>
  private let windowSums: WindowSums?

  init(
    node: String, _ layer: IntegerConvolution, x: CodeValue, y: CodeValue, residual: CodeValue?,
    _ tables: inout LayerTables
  ) throws(EngineError) {
    self.node = node
    self.x = x
    self.y = y
    self.layer = layer
    let shape = layer.weightShape
    let window = mq_conv_window(
      height: shape[2], width: shape[3], quads: (shape[1] + 3) / 4, pixel: x.layout.pixel,
      row: x.layout.row, step: layer.stride * x.layout.pixel)
    finish = try LayerFinish(
      layer, inputZero: x.storedZero, y: y, residual: residual, &tables)
    weights = try Self.pack(layer, window, &tables)
    windowSums =
      layer.hasWeightZeros
      ? WindowSums(layer, x: x, height: y.layout.height, width: y.layout.width)
      : nil
    form = .allocate(capacity: 1)
    form.initialize(to: mq_code_conv_layer())
    form.pointee.window = window
    form.pointee.tile = mq_code_conv_tile(x.largestCode)
    form.pointee.image = x.layout.image
    form.pointee.row_step = layer.stride * x.layout.row
    (form.pointee.rows, form.pointee.width) = (y.layout.height, y.layout.width)
    form.pointee.groups = layer.groups
    form.pointee.outputs = shape[0] / layer.groups
    form.pointee.channels = shape[1]
  }

  deinit { form.deallocate() }

  private static func pack(
    _ layer: IntegerConvolution, _ window: mq_conv_window, _ tables: inout LayerTables
  ) throws(EngineError) -> Buffer {
    let shape = layer.weightShape
    let outputs = shape[0] / layer.groups
    let blocks = (outputs + 15) / 16
    let blockBytes = mq_code_conv_block_bytes(window)
    let result = try tables.buffer(byteCount: layer.groups * blocks * blockBytes)
    let packed = result.raw.assumingMemoryBound(to: Int8.self)
    let size = shape[1] * shape[2] * shape[3]
    layer.weights.withUnsafeBufferPointer { weights in
      guard let base = weights.baseAddress else { return }
      for group in 0..<layer.groups {
        for block in 0..<blocks {
          let first = group * outputs + block * 16
          mq_code_conv_pack(
            base + first * size, packed + (group * blocks + block) * blockBytes, window, shape[1],
            min(16, outputs - block * 16))
        }
      }
    }
    return result
  }

  var buffers: [Buffer] {
    [x.buffer] + finish.buffers + (windowSums?.buffers ?? [])
  }

  func bind() {
    let padding = layer.padding
    form.pointee.x = UnsafePointer(x.codes + x.layout.place(0, -padding.top, -padding.left))
    form.pointee.window_sums = windowSums.map { UnsafePointer($0.result.ints) }
    form.pointee.weights = UnsafePointer(weights.raw.assumingMemoryBound(to: Int8.self))
    form.pointee.finish = finish.bound()
  }

  func run() throws(EngineError) {
    windowSums?.run()
    let (height, pairs) = (y.layout.height, mq_code_conv_pairs(form))
    let (chunks, parts) = shares
    let items = y.layout.images * chunks * parts
    let grain = products < Self.productsOfThread * 2 ? items : 1
    Parallel.run(items, grain: grain) { part in
      for item in part {
        let (place, part) = (item / parts, item % parts)
        let (image, chunk) = (place / chunks, place % chunks)
        if chunk == 0, part == 0, case .codes = y.type { y.fillBorder(image) }
        mq_code_conv_rows(
          form, image, height * chunk / chunks, height * (chunk + 1) / chunks,
          pairs * part / parts, pairs * (part + 1) / parts)
      }
    }
  }

  /// How an image is shared out: into chunks of rows whose codes stay in a core's cache while all outputs are
  /// computed from them, or, where the weights are larger than the codes, into parts of the outputs.
  private var shares: (chunks: Int, parts: Int) {
    let threads = Processor.threads
    let pairs = mq_code_conv_pairs(form)
    let codes = x.layout.image
    if y.layout.images < threads, layer.weights.count > codes, pairs >= threads {
      return (1, min(pairs, 2 * threads))
    }
    let wanted = (codes + Self.cachedCodes - 1) / Self.cachedCodes
    let even = (wanted + threads - 1) / threads * threads
    return (min(y.layout.height, y.layout.images < threads ? even : wanted), 1)
  }

  /// Bytes of input that should stay in a core's cache beside the weights.
  private static let cachedCodes = 128 << 10
  /// Products for which a second thread is worth waking: some ten microseconds of one.
  private static let productsOfThread = 1_000_000

  private var products: Int {
    y.layout.images * y.layout.height * y.layout.width * layer.weights.count
  }
}

extension CodeValue {
  /// The largest code as it is stored.
  var largestCode: Int32 {
    guard case .codes(let map) = type else { return 0 }
    return Int32(map.highest - map.lowest)
  }
}
