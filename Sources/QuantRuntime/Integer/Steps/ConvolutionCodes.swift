import CKernels

/// A convolution of codes, dense or in groups of any width; linear layers too.
final class ConvolutionCodes: Step {
  let node: String
  let label = "convolution"
  private let x: CodeValue
  private let y: CodeValue
  private let layer: IntegerConvolution
  private let finish: LayerFinish
  private let window: mq_conv_window
  private let tile: mq_conv_tile
  /// `[group][block]` packed weights.
  private let weights: Buffer
  /// Of one block.
  private let blockBytes: Int
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
    window = mq_conv_window(
      height: shape[2], width: shape[3], quads: (shape[1] + 3) / 4, pixel: x.layout.pixel,
      row: x.layout.row, step: layer.stride * x.layout.pixel, largest: x.largestCode)
    guard let tile = mq_code_conv_tile(x.largestCode) else {
      preconditionFailure("there is a tile for every processor")
    }
    self.tile = tile
    finish = try LayerFinish(
      layer, inputZero: x.storedZero, y: y, residual: residual, &tables)
    blockBytes = mq_code_conv_block_bytes(window)
    weights = try Self.pack(layer, window, &tables)
    windowSums =
      layer.hasWeightZeros
      ? WindowSums(layer, x: x, height: y.layout.height, width: y.layout.width)
      : nil
  }

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

  private var outputs: Int { layer.weightShape[0] / layer.groups }
  private var blocks: Int { (outputs + 15) / 16 }
  /// Pairs of blocks of all groups.
  private var pairs: Int { layer.groups * ((blocks + 1) / 2) }

  func run() throws(EngineError) {
    windowSums?.run()
    let images = y.layout.images
    // Rows that one thread does for all channels before it goes on, so that its codes stay in the cache; where
    // there are few, threads share the channels instead.
    let rows = max(1, min(y.layout.height, Self.cachedCodes / max(x.layout.row * layer.stride, 1)))
    let chunks = (y.layout.height + rows - 1) / rows
    let parts = min(pairs, images * chunks >= 2 * Processor.threads ? 1 : 2 * Processor.threads)
    Parallel.run(images * chunks * parts) { items in
      for item in items {
        let (place, part) = (item / parts, item % parts)
        let (image, chunk) = (place / chunks, place % chunks)
        if chunk == 0, part == 0, case .codes = y.type { y.fillBorder(image) }
        run(
          image, rows: chunk * rows..<min((chunk + 1) * rows, y.layout.height),
          pairs: pairs * part / parts..<pairs * (part + 1) / parts)
      }
    }
  }

  /// Bytes of input that should stay in a core's cache beside the weights.
  private static let cachedCodes = 128 << 10

  private func run(_ image: Int, rows: Range<Int>, pairs: Range<Int>) {
    let pairsOfGroup = (blocks + 1) / 2
    let packed = weights.raw.assumingMemoryBound(to: Int8.self)
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: 32 * mq_conv_pixels) {
      guard let sums = $0.baseAddress else { return }
      for pair in pairs {
        let (group, first) = (pair / pairsOfGroup, pair % pairsOfGroup * 2)
        let count = min(2, blocks - first)
        let w = packed + (group * blocks + first) * blockBytes
        let channels = min(16 * count, outputs - 16 * first)
        for row in rows {
          runRow(
            image, row, w, count, channel: group * outputs + 16 * first, channels,
            input: group * layer.weightShape[1], sums)
        }
      }
    }
  }

  private func runRow(
    _ image: Int, _ row: Int, _ w: UnsafePointer<Int8>, _ count: Int, channel: Int,
    _ channels: Int, input: Int, _ sums: UnsafeMutablePointer<Int32>
  ) {
    let (stride, padding) = (layer.stride, layer.padding)
    let start = x.layout.place(image, row * stride - padding.top, -padding.left) + input
    let total = windowSums?.sums(image, group: channel / outputs, row: row)
    var column = 0
    for pixels in Self.tiles(y.layout.width) {
      tile(x.codes + start + column * window.step, w, sums, pixels, count, window)
      finish.write(
        sums, stride: 32, windowSums: total.map { $0 + column }, image: image, row: row,
        column: column, pixels: pixels, channel: channel, count: channels)
      column += pixels
    }
  }

  /// Pieces of a row of nearly equal width.
  private static func tiles(_ width: Int) -> [Int] {
    let most = mq_conv_pixels
    let count = (width + most - 1) / most
    return (0..<count).map { width * ($0 + 1) / count - width * $0 / count }
  }
}

extension CodeValue {
  /// The largest code as it is stored.
  var largestCode: Int32 {
    guard case .codes(let map) = type else { return 0 }
    return Int32(map.highest - map.lowest)
  }
}
