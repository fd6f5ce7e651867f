import CKernels

/// dw of a depthwise convolution, by an own kernel: sums of one image in float, over the images in
/// double and in their order.
final class DepthwiseBackwardWeights: Step {
  let node: String
  let label = "convolution"
  private let geometry: mq_depthwise
  private let x: PlanValue
  private let dy: Buffer
  private let dWeight: Buffer
  private let partial: Buffer

  /// - Parameters:
  ///   - input: `[C, H, W]`.
  ///   - output: `[C, OH, OW]`.
  ///   - window: at most `MQ_DEPTHWISE_WINDOW`.
  init(
    node: String, convolution: Convolution, window: Int, input: Shape, output: Shape, x: PlanValue,
    dyLayout: mq_layout, dy: Buffer, dWeight: Buffer
  ) {
    self.node = node
    self.x = x
    self.dy = dy
    self.dWeight = dWeight
    geometry = mq_depthwise(
      input: x.layout, output: dyLayout, height: input[1], width: input[2],
      output_height: output[1], output_width: output[2], window: window,
      stride: convolution.stride, top: convolution.padding.top, left: convolution.padding.left)
    partial = Buffer(floats: x.layout.slabs * window * window * x.layout.lanes)
  }

  var buffers: [Buffer] { [x.buffer, dy, dWeight, partial] }

  func run() throws(EngineError) {
    let (x, dy, partial, geometry) = (
      self.x.pointer, self.dy.floats, self.partial.floats, self.geometry
    )
    geometry.input.forSlabs {
      mq_f32_depthwise_backward_weights(x, dy, partial, geometry, $0.lowerBound, $0.upperBound)
    }
    let layout = geometry.input
    let taps = geometry.window * geometry.window
    let blocks = layout.paddedChannels / layout.lanes
    for channel in 0..<layout.channels {
      for tap in 0..<taps {
        var sum = 0.0
        for image in 0..<layout.images {
          let slab = image * blocks + channel / layout.lanes
          sum += Double(partial[(slab * taps + tap) * layout.lanes + channel % layout.lanes])
        }
        dWeight.floats[channel * taps + tap] = Float(sum)
      }
    }
  }
}
