/// EfficientNet-Lite0: Tan and Le, ICML 2019, as its authors changed it for mobile hardware (no
/// squeeze-and-excitation, ReLU6 for swish, stem and head of fixed width), with timm's names.
///
/// 4,652,008 parameters with 1000 classes and three channels, 385 M multiply-accumulates on a 224x224
/// image. `efficientnet_lite0` pads symmetrically and is the benchmark's network;
/// `tf_efficientnet_lite0` pads as TensorFlow does ("SAME": as little as the input's size and the stride
/// need, the odd pixel at the bottom and on the right) and has TensorFlow's epsilon and momentum of
/// batch norm: the network that the published ImageNet weights belong to.
enum EfficientNetLite {
  static let lite0 = ModelArchitecture(
    name: "efficientnet_lite0", family: "EfficientNetLite",
    summary: "EfficientNet-Lite0 (Tan and Le 2019) with symmetric padding, as in timm.",
    build: { build(input: $0, classes: $1, padding: .symmetric, norm: BatchNorm()) })

  static let tfLite0 = ModelArchitecture(
    name: "tf_efficientnet_lite0", family: "EfficientNetLite",
    summary:
      "EfficientNet-Lite0 with TensorFlow's padding and batch norm, as its ImageNet weights.",
    build: {
      build(
        input: $0, classes: $1, padding: .same, norm: BatchNorm(epsilon: 1e-3, momentum: 0.01))
    })

  /// Blocks of one width.
  private struct Stage {
    var window: Int
    var stride: Int
    var expansion: Int
    var channels: Int
    var blocks: Int
  }

  private static let stages = [
    Stage(window: 3, stride: 1, expansion: 1, channels: 16, blocks: 1),
    Stage(window: 3, stride: 2, expansion: 6, channels: 24, blocks: 2),
    Stage(window: 5, stride: 2, expansion: 6, channels: 40, blocks: 2),
    Stage(window: 3, stride: 2, expansion: 6, channels: 80, blocks: 3),
    Stage(window: 5, stride: 1, expansion: 6, channels: 112, blocks: 3),
    Stage(window: 5, stride: 2, expansion: 6, channels: 192, blocks: 4),
    Stage(window: 3, stride: 1, expansion: 6, channels: 320, blocks: 1),
  ]

  private static func build(
    input: Shape, classes: Int, padding: NetworkBuilder.PaddingRule, norm: BatchNorm
  ) -> Graph {
    var net = NetworkBuilder(input: input, padding: padding, norm: norm)
    var x = net.convolution(net.input, channels: 32, window: 3, stride: 2, name: "conv_stem")
    x = net.batchNorm(x, name: "bn1")
    x = net.relu6(x, name: "act1")
    for (number, stage) in stages.enumerated() {
      for block in 0..<stage.blocks {
        var stage = stage
        if block > 0 { stage.stride = 1 }
        x = self.block(&net, x, stage, name: "blocks.\(number).\(block)")
      }
    }
    x = net.convolution(x, channels: 1280, window: 1, name: "conv_head")
    x = net.batchNorm(x, name: "bn2")
    x = net.relu6(x, name: "act2")
    let logits = net.classifier(x, classes: classes, name: "classifier")
    return net.finished(output: logits)
  }

  /// The inverted residual; without an expansion it is timm's depthwise-separable block, whose names
  /// count differently.
  private static func block(
    _ net: inout NetworkBuilder, _ x: NodeID, _ stage: Stage, name: String
  ) -> NodeID {
    let inputs = net.shape(of: x)[0]
    let isExpanded = stage.expansion > 1
    let first = isExpanded ? 2 : 1
    var y = x
    if isExpanded {
      y = net.convolution(y, channels: inputs * stage.expansion, window: 1, name: "\(name).conv_pw")
      y = net.batchNorm(y, name: "\(name).bn1")
      y = net.relu6(y, name: "\(name).act1")
    }
    y = net.depthwise(y, window: stage.window, stride: stage.stride, name: "\(name).conv_dw")
    y = net.batchNorm(y, name: "\(name).bn\(first)")
    y = net.relu6(y, name: "\(name).act\(first)")
    y = net.convolution(
      y, channels: stage.channels, window: 1, name: "\(name).\(isExpanded ? "conv_pwl" : "conv_pw")"
    )
    y = net.batchNorm(y, name: "\(name).bn\(first + 1)")
    let isResidual = stage.stride == 1 && inputs == stage.channels
    return isResidual ? net.add(y, x, name: "\(name).add") : y
  }
}
