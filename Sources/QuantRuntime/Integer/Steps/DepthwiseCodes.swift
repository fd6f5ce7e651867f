import CKernels

/// A depthwise convolution of codes: a window for each channel.
final class DepthwiseCodes: Step {
  let node: String
  let label = "depthwise"
  private let x: CodeValue
  private let y: CodeValue
  private let layer: IntegerConvolution
  private let finish: LayerFinish
  private let weights: Buffer
  private let form: UnsafeMutablePointer<mq_code_depthwise_layer>
  private static let lanes = mq_depthwise_lanes

  /// Whether it can compute a layer: without weight zero points, which would need a window sum for each
  /// channel, and with windows that it has room for.
  static func fits(_ layer: IntegerConvolution, channels: Int) -> Bool {
    let shape = layer.weightShape
    return layer.groups == shape[0] && shape[1] == 1 && !layer.hasWeightZeros && channels > 4
      && shape[2] * shape[3] <= mq_depthwise_taps
  }

  init(
    node: String, _ layer: IntegerConvolution, x: CodeValue, y: CodeValue, residual: CodeValue?,
    _ tables: inout LayerTables
  ) throws(EngineError) {
    self.node = node
    self.x = x
    self.y = y
    self.layer = layer
    let shape = layer.weightShape
    let window = mq_depthwise_window(
      height: shape[2], width: shape[3], pixel: x.layout.pixel, row: x.layout.row,
      step: layer.stride * x.layout.pixel)
    finish = try LayerFinish(
      layer, inputZero: x.storedZero, y: y, residual: residual, &tables)
    weights = try Self.pack(layer, window, &tables)
    form = .allocate(capacity: 1)
    form.initialize(to: mq_code_depthwise_layer())
    form.pointee.window = window
    form.pointee.tile = mq_code_depthwise_tile()
    form.pointee.image = x.layout.image
    form.pointee.row_step = layer.stride * x.layout.row
    (form.pointee.rows, form.pointee.width) = (y.layout.height, y.layout.width)
    (form.pointee.channels, form.pointee.padded_channels) = (shape[0], x.layout.pixel)
  }

  deinit { form.deallocate() }

  private static func pack(
    _ layer: IntegerConvolution, _ window: mq_depthwise_window, _ tables: inout LayerTables
  ) throws(EngineError) -> Buffer {
    let channels = layer.weightShape[0]
    let taps = layer.weightShape[2] * layer.weightShape[3]
    let blockBytes = mq_code_depthwise_block_bytes(window)
    let blocks = (channels + lanes - 1) / lanes
    let result = try tables.buffer(byteCount: blocks * blockBytes)
    let packed = result.raw.assumingMemoryBound(to: Int8.self)
    layer.weights.withUnsafeBufferPointer { weights in
      guard let base = weights.baseAddress else { return }
      for block in 0..<blocks {
        mq_code_depthwise_pack(
          base + block * lanes * taps, packed + block * blockBytes, window,
          min(lanes, channels - block * lanes))
      }
    }
    return result
  }

  var buffers: [Buffer] { [x.buffer] + finish.buffers }

  func bind() {
    let padding = layer.padding
    form.pointee.x = UnsafePointer(x.codes + x.layout.place(0, -padding.top, -padding.left))
    form.pointee.weights = UnsafePointer(weights.raw.assumingMemoryBound(to: Int8.self))
    form.pointee.finish = finish.bound()
  }

  func run() throws(EngineError) {
    let rows = y.layout.height
    let products = y.layout.width * layer.weights.count
    Parallel.run(y.layout.images * rows, grain: max(1, Self.productsOfThread / products)) { items in
      for item in items {
        let (image, row) = (item / rows, item % rows)
        if row == 0, case .codes = y.type { y.fillBorder(image) }
        mq_code_depthwise_rows(form, image, row, row + 1)
      }
    }
  }

  /// Products for which a second thread is worth waking.
  private static let productsOfThread = 200_000
}
