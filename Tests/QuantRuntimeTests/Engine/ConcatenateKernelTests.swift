import CKernels
import Testing

@testable import QuantRuntime

@Suite("Copying channels")
struct ConcatenateKernelTests {
  /// The plain index arithmetic of a layout.
  private func place(_ l: mq_layout, _ image: Int, _ channel: Int, _ pixel: Int) -> Int {
    let blocks = (l.channels + l.lanes - 1) / l.lanes
    let slab = image * blocks + channel / l.lanes
    return (slab * l.pixels + pixel) * l.lanes + channel % l.lanes
  }

  private func layout(channels: Int, lanes: Int) -> mq_layout {
    var layout = mq_layout()
    layout.images = 2
    layout.channels = channels
    layout.pixels = 6
    layout.lanes = lanes
    return layout
  }

  @Test("any channels between any two layouts", arguments: [1, 8, 16], [1, 8, 16])
  func copies(inputLanes: Int, outputLanes: Int) {
    let cases = [
      (channels: 16, first: 0, into: 40, at: 16), (16, 0, 40, 3), (21, 5, 21, 0), (7, 0, 9, 2),
      (40, 8, 32, 0), (33, 16, 64, 32),
    ]
    for (channels, first, into, at) in cases {
      let count = min(channels - first, into - at)
      let input = layout(channels: channels, lanes: inputLanes)
      let output = layout(channels: into, lanes: outputLanes)
      let x = (0..<input.floats).map { Float($0 + 1) }
      let copy = mq_channel_copy(
        input: input, output: output, input_first: first, output_first: at, count: count)
      // Split within a block too, as threads do.
      for cut in [0, 1, count + 5, 2 * count] {
        var y = [Float](repeating: -1, count: output.floats)
        mq_f32_copy_channels(x, &y, copy, 0, min(cut, 2 * count))
        mq_f32_copy_channels(x, &y, copy, min(cut, 2 * count), 2 * count)
        var expected = [Float](repeating: -1, count: output.floats)
        for image in 0..<2 {
          for channel in 0..<count {
            for pixel in 0..<6 {
              expected[place(output, image, at + channel, pixel)] =
                x[place(input, image, first + channel, pixel)]
            }
          }
        }
        #expect(y == expected, "\(channels) \(first) \(into) \(at), cut at \(cut)")
      }
    }
  }
}
