/// MobileNetV2: Sandler et al., CVPR 2018, table 2, equal to torchvision's `mobilenet_v2` in structure,
/// names and number of parameters.
///
/// Inverted residuals: 1x1 convolution to `expansion` times the channels, 3x3 depthwise, 1x1 without
/// activation, and an addition where the shape stays. ReLU6; dropout 0.2 before the last layer. With
/// 1000 classes and three channels: 3,504,872 parameters; 300,774,272 multiply-accumulates on a
/// 224x224 image.
///
/// `mobilenet_v2_small` is the same network for images of 28 to 64 pixels: half as wide (Sandler et
/// al.'s width multiplier), with stride 1 in the stem and in the second stage, which leaves a 32x32
/// image 4x4 pixels at the end. With 10 classes: 590,410 parameters.
enum MobileNetV2 {
  static let mobileNetV2 = ModelArchitecture(
    name: "mobilenet_v2", family: "MobileNetV2",
    summary: "MobileNetV2 for ImageNet-sized images (Sandler et al. 2018), as in torchvision.",
    build: { build(input: $0, classes: $1, width: 1, isSmall: false) })

  static let small = ModelArchitecture(
    name: "mobilenet_v2_small", family: "MobileNetV2",
    summary: "MobileNetV2 of half the width with two strides less, for small images.",
    build: { build(input: $0, classes: $1, width: 0.5, isSmall: true) })

  /// A row of the paper's table 2: t, c, n, s.
  private struct Stage {
    var expansion: Int
    var channels: Int
    var blocks: Int
    var stride: Int
  }

  private static let stages = [
    Stage(expansion: 1, channels: 16, blocks: 1, stride: 1),
    Stage(expansion: 6, channels: 24, blocks: 2, stride: 2),
    Stage(expansion: 6, channels: 32, blocks: 3, stride: 2),
    Stage(expansion: 6, channels: 64, blocks: 4, stride: 2),
    Stage(expansion: 6, channels: 96, blocks: 3, stride: 1),
    Stage(expansion: 6, channels: 160, blocks: 3, stride: 2),
    Stage(expansion: 6, channels: 320, blocks: 1, stride: 1),
  ]

  private static func build(
    input: Shape, classes: Int, width: Double, isSmall: Bool
  ) -> Graph {
    var net = NetworkBuilder(input: input)
    var x = net.convolution(
      net.input, channels: rounded(32 * width), window: 3, stride: isSmall ? 1 : 2,
      name: "features.0.0")
    x = net.batchNorm(x, name: "features.0.1")
    x = net.relu6(x, name: "features.0.2")
    var index = 1
    for (number, stage) in stages.enumerated() {
      for block in 0..<stage.blocks {
        let isStrided = block == 0 && !(isSmall && number == 1)
        x = invertedResidual(
          &net, x, expansion: stage.expansion, channels: rounded(Double(stage.channels) * width),
          stride: isStrided ? stage.stride : 1, name: "features.\(index)")
        index += 1
      }
    }
    x = net.convolution(x, channels: rounded(1280 * width), window: 1, name: "features.\(index).0")
    x = net.batchNorm(x, name: "features.\(index).1")
    x = net.relu6(x, name: "features.\(index).2")
    let logits = net.classifier(
      x, classes: classes, dropout: (rate: 0.2, name: "classifier.0"), name: "classifier.1")
    return net.finished(output: logits)
  }

  private static func invertedResidual(
    _ net: inout NetworkBuilder, _ x: NodeID, expansion: Int, channels: Int, stride: Int,
    name: String
  ) -> NodeID {
    let inputs = net.shape(of: x)[0]
    var y = x
    var part = 0
    if expansion > 1 {
      y = net.convolution(y, channels: inputs * expansion, window: 1, name: "\(name).conv.0.0")
      y = net.batchNorm(y, name: "\(name).conv.0.1")
      y = net.relu6(y, name: "\(name).conv.0.2")
      part = 1
    }
    y = net.depthwise(y, window: 3, stride: stride, name: "\(name).conv.\(part).0")
    y = net.batchNorm(y, name: "\(name).conv.\(part).1")
    y = net.relu6(y, name: "\(name).conv.\(part).2")
    y = net.convolution(y, channels: channels, window: 1, name: "\(name).conv.\(part + 1)")
    y = net.batchNorm(y, name: "\(name).conv.\(part + 2)")
    return stride == 1 && inputs == channels ? net.add(x, y, name: "\(name).add") : y
  }

  /// To a multiple of eight, at least eight, and not more than 10 % below: the authors' rule.
  private static func rounded(_ channels: Double) -> Int {
    let nearest = max(8, Int(channels + 4) / 8 * 8)
    return Double(nearest) < 0.9 * channels ? nearest + 8 : nearest
  }
}
