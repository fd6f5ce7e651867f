/// The small ResNets for 32x32 images: He et al., CVPR 2016, section 4.2.
///
/// Stem: 3x3 convolution to 16 channels. Three stages of n basic blocks with 16, 32, 64 channels,
/// 6n + 2 layers in all. `resnet20` has option B's shortcuts, a 1x1 convolution with batch norm named
/// `downsample` as in torchvision: a quantizer must be placed on every branch of an addition, and
/// hardware has no padding of channels. `resnet20_a` has the paper's own, option A: subsample and pad
/// with zeros. For 10 classes and three channels:
///
///     layers        20        32        44        56
///     option B   272,474   466,906   661,338   855,770 parameters
///     option A   269,722   464,154   658,586   853,018
enum CifarResNet {
  static let resnet20 = architecture(20, .projection)
  static let resnet32 = architecture(32, .projection)
  static let resnet44 = architecture(44, .projection)
  static let resnet56 = architecture(56, .projection)
  static let resnet20A = architecture(20, .padding)
  static let resnet32A = architecture(32, .padding)
  static let resnet44A = architecture(44, .padding)
  static let resnet56A = architecture(56, .padding)

  private static func architecture(
    _ layers: Int, _ shortcut: NetworkBuilder.Shortcut
  ) -> ModelArchitecture {
    let (suffix, words) =
      switch shortcut {
      case .projection: ("", "projection shortcuts")
      case .padding: ("_a", "the paper's zero-padded shortcuts")
      }
    return ModelArchitecture(
      name: "resnet\(layers)\(suffix)", family: "CifarResNet",
      summary:
        "ResNet-\(layers) for small images (He et al. 2016, section 4.2) with \(words)."
    ) { build(input: $0, classes: $1, blocks: (layers - 2) / 6, shortcut) }
  }

  private static func build(
    input: Shape, classes: Int, blocks: Int, _ shortcut: NetworkBuilder.Shortcut
  ) -> Graph {
    var net = NetworkBuilder(input: input)
    var x = net.convolution(net.input, channels: 16, window: 3, name: "conv1")
    x = net.batchNorm(x, name: "bn1")
    x = net.relu(x, name: "relu")
    for (stage, channels) in [16, 32, 64].enumerated() {
      for block in 0..<blocks {
        x = net.basicBlock(
          x, channels: channels, stride: stage > 0 && block == 0 ? 2 : 1, shortcut: shortcut,
          name: "layer\(stage + 1).\(block)")
      }
    }
    let logits = net.classifier(x, classes: classes, name: "fc")
    return net.finished(output: logits)
  }
}
