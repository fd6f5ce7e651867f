extension NetworkBuilder {
  /// The residual block of two 3x3 convolutions (He et al. 2016): conv1, bn1, relu1, conv2, bn2, add,
  /// relu2, with a 1x1 convolution and batch norm (`downsample.0`, `downsample.1`) on the shortcut
  /// when the block changes the shape.
  ///
  /// torchvision uses one `relu` module twice; its two uses are the nodes `relu1` and `relu2`. The
  /// main branch is the first operand of `add`, as in `out += identity`.
  mutating func basicBlock(
    _ x: NodeID, channels: Int, stride: Int, name: String
  ) -> NodeID {
    var main = convolution(x, channels: channels, window: 3, stride: stride, name: "\(name).conv1")
    main = batchNorm(main, name: "\(name).bn1")
    main = relu(main, name: "\(name).relu1")
    main = convolution(main, channels: channels, window: 3, name: "\(name).conv2")
    main = batchNorm(main, name: "\(name).bn2")
    var shortcut = x
    if stride != 1 || shape(of: x)[0] != channels {
      shortcut = convolution(
        x, channels: channels, window: 1, stride: stride, name: "\(name).downsample.0")
      shortcut = batchNorm(shortcut, name: "\(name).downsample.1")
    }
    let sum = add(main, shortcut, name: "\(name).add")
    return relu(sum, name: "\(name).relu2")
  }

  /// `blocks` basic blocks of one width; the first has the stride.
  mutating func basicStage(
    _ x: NodeID, channels: Int, stride: Int, blocks: Int, name: String
  ) -> NodeID {
    (0..<blocks).reduce(x) { x, block in
      basicBlock(x, channels: channels, stride: block == 0 ? stride : 1, name: "\(name).\(block)")
    }
  }
}
