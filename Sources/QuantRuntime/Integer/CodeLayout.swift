import CKernels

/// How a value of an integer plan lies in memory: `[images][rows][pixels][channels]`.
///
/// Around each image there is a border for the padding of what reads it, which holds the zero point, so that
/// no kernel knows edges. Channels are padded to a multiple of 16, or of 4 where there are at most 4; what
/// lies there counts for nothing.
struct CodeLayout: Hashable {
  var images: Int
  var channels: Int
  var height: Int
  var width: Int
  var border: Padding
  /// Bytes of an element: 1 for codes, 4 for sums and reals.
  var elementBytes: Int

  init(
    images: Int, shape: Shape, border: Padding = Padding(0), elementBytes: Int
  ) {
    self.images = images
    (channels, height, width) = (shape[0], shape[1], shape[2])
    self.border = border
    self.elementBytes = elementBytes
  }

  /// Elements from a pixel to the next one.
  var pixel: Int { channels <= 4 ? 4 : (channels + 15) / 16 * 16 }
  var row: Int { (border.left + width + border.right) * pixel }
  var image: Int { (border.top + height + border.bottom) * row }
  var hasBorder: Bool { border != Padding(0) }

  /// The element of a place; rows and columns may lie in the border.
  func place(_ image: Int, _ y: Int, _ x: Int = 0) -> Int {
    image * self.image + (border.top + y) * row + (border.left + x) * pixel
  }

  /// With room for kernels that read whole vectors behind the last pixel.
  var byteCount: Int { images * image * elementBytes + 64 }
}

extension Padding {
  /// The wider one on each side.
  func joined(_ other: Padding) -> Padding {
    Padding(
      top: max(top, other.top), left: max(left, other.left), bottom: max(bottom, other.bottom),
      right: max(right, other.right))
  }
}

/// A value of an integer plan.
struct CodeValue {
  let layout: CodeLayout
  let buffer: Buffer
  let type: IntegerType

  init(_ layout: CodeLayout, _ type: IntegerType) {
    self.layout = layout
    self.type = type
    buffer = Buffer(byteCount: layout.byteCount)
  }

  var codes: UnsafeMutablePointer<UInt8> { buffer.raw.assumingMemoryBound(to: UInt8.self) }
  var sums: UnsafeMutablePointer<Int32> { buffer.ints }
  var reals: UnsafeMutablePointer<Float> { buffer.floats }

  /// The zero point as it is stored: counted from the lowest code.
  var storedZero: Int32 {
    guard case .codes(let map) = type else { return 0 }
    return Int32(map.zeroPoint - map.lowest)
  }

  /// Writes the zero point around one image.
  func fillBorder(_ image: Int) {
    guard layout.hasBorder else { return }
    let zero = UInt8(truncatingIfNeeded: storedZero)
    let base = codes + image * layout.image
    let (row, border) = (layout.row, layout.border)
    let (left, right) = (border.left * layout.pixel, border.right * layout.pixel)
    base.update(repeating: zero, count: border.top * row)
    for y in border.top..<border.top + layout.height {
      (base + y * row).update(repeating: zero, count: left)
      (base + (y + 1) * row - right).update(repeating: zero, count: right)
    }
    (base + (border.top + layout.height) * row).update(repeating: zero, count: border.bottom * row)
  }
}

extension CodeMap {
  /// A range of codes as kernels take it.
  func stored(_ range: ClosedRange<Int>) -> mq_code_range {
    mq_code_range(
      zero: Int32(zeroPoint - lowest), low: Int32(range.lowerBound - lowest),
      high: Int32(range.upperBound - lowest))
  }
}
