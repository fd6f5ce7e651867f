import CKernels

/// The sum of the stored codes in each window, which layers need whose weights have zero points.
final class WindowSums {
  private let layer: IntegerConvolution
  private let x: CodeValue
  private let height: Int
  private let width: Int
  /// `[images][groups][rows][pixels]` of the output.
  let result: Buffer
  /// `[rows][pixels]` of the bordered input: sums over the channels of a group, for one image and group at a
  /// time.
  private let plane: Buffer

  init(_ layer: IntegerConvolution, x: CodeValue, height: Int, width: Int) {
    self.layer = layer
    self.x = x
    self.height = height
    self.width = width
    result = Buffer(byteCount: 4 * x.layout.images * layer.groups * height * width)
    plane = Buffer(
      byteCount: 4 * x.layout.images * layer.groups * (x.layout.image / x.layout.pixel))
  }

  var buffers: [Buffer] { [result, plane] }

  func run() {
    let pixels = x.layout.image / x.layout.pixel
    Parallel.run(x.layout.images * layer.groups) { part in
      for item in part {
        let (image, group) = (item / layer.groups, item % layer.groups)
        let sums = plane.ints + item * pixels
        mq_code_channel_sums(
          x.codes + image * x.layout.image + group * layer.weightShape[1], x.layout.pixel,
          layer.weightShape[1], sums, pixels)
        addWindows(sums, into: result.ints + item * height * width)
      }
    }
  }

  private func addWindows(
    _ plane: UnsafePointer<Int32>, into result: UnsafeMutablePointer<Int32>
  ) {
    let row = x.layout.row / x.layout.pixel
    let (top, left) = (
      x.layout.border.top - layer.padding.top, x.layout.border.left - layer.padding.left
    )
    for y in 0..<height {
      for x in 0..<width {
        let start = (y * layer.stride + top) * row + x * layer.stride + left
        var sum: Int32 = 0
        for ky in 0..<layer.weightShape[2] {
          for kx in 0..<layer.weightShape[3] { sum &+= plane[start + ky * row + kx] }
        }
        result[y * width + x] = sum
      }
    }
  }
}
