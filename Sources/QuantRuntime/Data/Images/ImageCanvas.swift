import CKernels

/// The memory in which one image after another is decoded and transformed: planes of bytes,
/// `[C, H, W]` row-major.
///
/// It grows to what an image needs and is used again for the next one, so that a loader's thread
/// allocates next to nothing. One thread uses it at a time.
public final class ImageCanvas {
  /// Pixels that an image may have, decoded or resized: 3 bytes each, held at most three times.
  static let pixelLimit = 1 << 26

  private(set) var channels = 0
  private(set) var height = 0
  private(set) var width = 0
  private let front = GrowingBytes()
  private let back = GrowingBytes()
  private let middle = GrowingBytes()
  private var isSwapped = false

  public init() {}

  /// The image.
  var pixels: UnsafeMutableBufferPointer<UInt8> {
    UnsafeMutableBufferPointer(rebasing: current.bytes[..<(channels * plane)])
  }

  /// Pixels of one channel.
  var plane: Int { height * width }

  /// One channel of the image.
  func plane(_ channel: Int) -> UnsafeMutableBufferPointer<UInt8> {
    UnsafeMutableBufferPointer(rebasing: pixels[channel * plane..<(channel + 1) * plane])
  }

  private var current: GrowingBytes { isSwapped ? back : front }
  private var other: GrowingBytes { isSwapped ? front : back }

  /// Makes room for an image; its pixels are to be written by the caller.
  func begin(channels: Int, height: Int, width: Int) {
    (self.channels, self.height, self.width) = (channels, height, width)
    current.reserve(channels * height * width)
  }

  /// Takes an image of interleaved pixels, three bytes each, or four of inverted CMYK.
  func begin(
    height: Int, width: Int, bytesPerPixel: Int,
    decode: (UnsafeMutableBufferPointer<UInt8>) throws(ImageError) -> Void
  ) throws(ImageError) {
    let count = height * width
    other.reserve(count * bytesPerPixel)
    let interleaved = UnsafeMutableBufferPointer(rebasing: other.bytes[..<(count * bytesPerPixel)])
    try decode(interleaved)
    begin(channels: 3, height: height, width: width)
    guard let from = interleaved.baseAddress, let to = pixels.baseAddress else { return }
    bytesPerPixel == 4 ? mq_u8_split_cmyk(from, to, count) : mq_u8_split3(from, to, count)
  }

  /// Scratch memory beside the image, good until the image changes its size.
  func scratch(_ count: Int) -> UnsafeMutableBufferPointer<UInt8> {
    middle.reserve(count)
    return UnsafeMutableBufferPointer(rebasing: middle.bytes[..<count])
  }

  /// Mirrors the image left to right.
  func mirror() {
    if let start = pixels.baseAddress { mq_u8_mirror(start, channels * height, width) }
  }

  /// Cuts a window out; what lies beside the image is black.
  func crop(_ box: PixelBox) {
    if box == PixelBox(top: 0, left: 0, height: height, width: width) { return }
    let (source, sourceHeight, sourceWidth) = (pixels, height, width)
    other.reserve(channels * box.height * box.width)
    isSwapped.toggle()
    (height, width) = (box.height, box.width)
    let target = pixels
    let rows = max(0, -box.top)..<max(0, -box.top, min(box.height, sourceHeight - box.top))
    let columns = max(0, -box.left)..<max(0, -box.left, min(box.width, sourceWidth - box.left))
    if rows.count < box.height || columns.count < box.width { target.update(repeating: 0) }
    for channel in 0..<channels {
      for row in rows {
        let to = (channel * height + row) * width + columns.lowerBound
        let from =
          (channel * sourceHeight + row + box.top) * sourceWidth + box.left + columns.lowerBound
        _ = target[to..<to + columns.count]
          .update(fromContentsOf: source[from..<from + columns.count])
      }
    }
  }

  /// Cuts a window out, which lies within the image, and resamples it to another size: first along
  /// rows, then across them, each pass rounding to 8 bits, and none where the size stays.
  func resize(_ box: PixelBox, height newHeight: Int, width newWidth: Int, _ filter: Interpolation)
    throws(ImageError)
  {
    guard newHeight <= Self.pixelLimit / newWidth else {
      throw .tooManyPixels(
        path: "the resized image", width: newWidth, height: newHeight, limit: Self.pixelLimit)
    }
    crop(PixelBox(top: box.top, left: 0, height: box.height, width: width))
    if newWidth == box.width {
      crop(PixelBox(top: 0, left: box.left, height: height, width: box.width))
    } else {
      resampleRows(from: box.left, box.width, to: newWidth, filter)
    }
    if newHeight != height { resampleColumns(to: newHeight, filter) }
  }

  private func resampleRows(from left: Int, _ span: Int, to newWidth: Int, _ filter: Interpolation)
  {
    let table = ResamplingTable(from: span, to: newWidth, filter)
    other.reserve(channels * height * newWidth)
    guard let source = current.bytes.baseAddress, let target = other.bytes.baseAddress else {
      return
    }
    // The planes lie one behind the other: their rows are the rows of one tall image.
    mq_u8_resample_rows(
      source + left, width, channels * height, target, newWidth, table.first, table.weights,
      Int32(table.taps))
    isSwapped.toggle()
    width = newWidth
  }

  private func resampleColumns(to newHeight: Int, _ filter: Interpolation) {
    let table = ResamplingTable(from: height, to: newHeight, filter)
    other.reserve(channels * newHeight * width)
    guard let source = current.bytes.baseAddress, let target = other.bytes.baseAddress else {
      return
    }
    for channel in 0..<channels {
      mq_u8_resample_columns(
        source + channel * plane, width, target + channel * newHeight * width, newHeight,
        table.first, table.weights, Int32(table.taps))
    }
    isSwapped.toggle()
    height = newHeight
  }
}

/// A window of an image; it may reach beyond it.
struct PixelBox: Hashable, Sendable {
  var top: Int
  var left: Int
  var height: Int
  var width: Int
}

/// Bytes that grow when more are needed; what they held is then lost.
private final class GrowingBytes {
  /// What is kept for the next image at most; the memory of a huge one is given back.
  private static let kept = 64 << 20

  private(set) var bytes: UnsafeMutableBufferPointer<UInt8> = .allocate(capacity: 0)

  func reserve(_ count: Int) {
    // The kernels read a little behind the end.
    let wanted = count + Int(MQ_RESAMPLE_SLACK)
    let isWasteful = bytes.count > Self.kept && wanted < Self.kept
    guard wanted > bytes.count || isWasteful else { return }
    bytes.deallocate()
    bytes = .allocate(capacity: wanted)
    bytes.initialize(repeating: 0)
  }

  deinit { bytes.deallocate() }
}
