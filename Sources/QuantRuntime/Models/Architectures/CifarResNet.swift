/// The small ResNets for 32x32 images: He et al., CVPR 2016, section 4.2.
///
/// Stem: 3x3 convolution to 16 channels. Three stages of n basic blocks with 16, 32, 64 channels,
/// 6n + 2 layers in all. The paper's own shortcuts (option A: subsample and pad with zeros) are
/// replaced by option B, a 1x1 convolution with batch norm named `downsample` as in torchvision: a
/// quantizer must be placed on every branch of an addition, and hardware has no padding of channels.
/// `resnet20` with 10 classes and three channels has 272,474 parameters, option A 269,722.
enum CifarResNet {
  static let resnet20 = ModelArchitecture(
    name: "resnet20", family: "CifarResNet",
    summary: "ResNet-20 for small images (He et al. 2016, section 4.2) with projection shortcuts.",
    build: { input, classes in build(input: input, classes: classes, blocks: 3) })

  private static func build(input: Shape, classes: Int, blocks: Int) -> Graph {
    var net = NetworkBuilder(input: input)
    var x = net.convolution(net.input, channels: 16, window: 3, name: "conv1")
    x = net.batchNorm(x, name: "bn1")
    x = net.relu(x, name: "relu")
    for (stage, channels) in [16, 32, 64].enumerated() {
      x = net.basicStage(
        x, channels: channels, stride: stage == 0 ? 1 : 2, blocks: blocks, name: "layer\(stage + 1)"
      )
    }
    let logits = net.classifier(x, classes: classes, name: "fc")
    return net.finished(output: logits)
  }
}
