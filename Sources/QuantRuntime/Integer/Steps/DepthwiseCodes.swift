import CKernels

/// A depthwise convolution of codes: a window for each channel.
final class DepthwiseCodes: Step {
  let node: String
  let label = "depthwise"
  private let x: CodeValue
  private let y: CodeValue
  private let layer: IntegerConvolution
  private let finish: LayerFinish
  private let window: mq_depthwise_window
  private let tile: mq_depthwise_tile
  private let weights: Buffer
  private static let lanes = mq_depthwise_lanes
  private static let pixels = 16

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
    window = mq_depthwise_window(
      height: shape[2], width: shape[3], pixel: x.layout.pixel, row: x.layout.row,
      step: layer.stride * x.layout.pixel)
    guard let tile = mq_code_depthwise_tile() else {
      preconditionFailure("there is a tile for every processor")
    }
    self.tile = tile
    finish = try LayerFinish(
      layer, inputZero: x.storedZero, y: y, residual: residual, &tables)
    weights = try Self.pack(layer, window, &tables)
  }

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

  func run() throws(EngineError) {
    let rows = y.layout.height
    Parallel.run(y.layout.images * rows) { items in
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: Self.pixels * Self.lanes) {
        guard let sums = $0.baseAddress else { return }
        for item in items {
          let (image, row) = (item / rows, item % rows)
          if row == 0, case .codes = y.type { y.fillBorder(image) }
          run(image, row, sums)
        }
      }
    }
  }

  private func run(_ image: Int, _ row: Int, _ sums: UnsafeMutablePointer<Int32>) {
    let channels = layer.weightShape[0]
    let blockBytes = mq_code_depthwise_block_bytes(window)
    let packed = weights.raw.assumingMemoryBound(to: Int8.self)
    let (stride, padding) = (layer.stride, layer.padding)
    let start = x.layout.place(image, row * stride - padding.top, -padding.left)
    for column in Swift.stride(from: 0, to: y.layout.width, by: Self.pixels) {
      let pixels = min(Self.pixels, y.layout.width - column)
      for block in 0..<(channels + Self.lanes - 1) / Self.lanes {
        let first = block * Self.lanes
        tile(
          x.codes + start + column * window.step + first, packed + block * blockBytes, sums, pixels,
          min(Self.lanes, x.layout.pixel - first), window)
        finish.write(
          sums, stride: Self.lanes, windowSums: nil, image: image, row: row, column: column,
          pixels: pixels, channel: first, count: min(Self.lanes, channels - first))
      }
    }
  }
}
