extension NetworkBuilder {
  /// What brings a shortcut to the shape of the main branch (He et al. 2016, section 3.3).
  enum Shortcut: Sendable {
    /// Option A: every second pixel, and zeros around the channels. No parameters.
    case padding
    /// Option B: a 1x1 convolution and batch norm named `downsample.0` and `downsample.1`.
    case projection
  }

  /// The residual block of two 3x3 convolutions (He et al. 2016): conv1, bn1, relu1, conv2, bn2, add,
  /// relu2, with a changed shortcut when the block changes the shape.
  ///
  /// torchvision uses one `relu` module twice; its two uses are the nodes `relu1` and `relu2`. The
  /// main branch is the first operand of `add`, as in `out += identity`.
  mutating func basicBlock(
    _ x: NodeID, channels: Int, stride: Int, shortcut: Shortcut = .projection, name: String
  ) -> NodeID {
    var main = convolution(x, channels: channels, window: 3, stride: stride, name: "\(name).conv1")
    main = batchNorm(main, name: "\(name).bn1")
    main = relu(main, name: "\(name).relu1")
    main = convolution(main, channels: channels, window: 3, name: "\(name).conv2")
    main = batchNorm(main, name: "\(name).bn2")
    let other = self.shortcut(x, shortcut, channels: channels, stride: stride, name: name)
    let sum = add(main, other, name: "\(name).add")
    return relu(sum, name: "\(name).relu2")
  }

  /// The residual block of a 1x1, a 3x3 and a 1x1 convolution with four times the channels (He et al.
  /// 2016, figure 5), with the stride in the 3x3 convolution as torchvision has it.
  mutating func bottleneck(
    _ x: NodeID, channels: Int, stride: Int, name: String
  ) -> NodeID {
    var main = convolution(x, channels: channels, window: 1, name: "\(name).conv1")
    main = batchNorm(main, name: "\(name).bn1")
    main = relu(main, name: "\(name).relu1")
    main = convolution(main, channels: channels, window: 3, stride: stride, name: "\(name).conv2")
    main = batchNorm(main, name: "\(name).bn2")
    main = relu(main, name: "\(name).relu2")
    main = convolution(main, channels: 4 * channels, window: 1, name: "\(name).conv3")
    main = batchNorm(main, name: "\(name).bn3")
    let other = shortcut(x, .projection, channels: 4 * channels, stride: stride, name: name)
    let sum = add(main, other, name: "\(name).add")
    return relu(sum, name: "\(name).relu3")
  }

  private mutating func shortcut(
    _ x: NodeID, _ kind: Shortcut, channels: Int, stride: Int, name: String
  ) -> NodeID {
    guard stride != 1 || shape(of: x)[0] != channels else { return x }
    switch kind {
    case .padding:
      return paddedShortcut(x, channels: channels, stride: stride, name: "\(name).shortcut")
    case .projection:
      let projected = convolution(
        x, channels: channels, window: 1, stride: stride, name: "\(name).downsample.0")
      return batchNorm(projected, name: "\(name).downsample.1")
    }
  }
}
