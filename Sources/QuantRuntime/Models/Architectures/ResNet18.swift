/// ResNet-18 for ImageNet: He et al., CVPR 2016, "Deep residual learning for image recognition",
/// table 1, equal to torchvision's `resnet18` in structure, names and number of parameters.
///
/// Stem: 7x7 convolution with stride 2 to 64 channels, 3x3 max pool with stride 2. Four stages of two
/// basic blocks with 64, 128, 256, 512 channels. With 1000 classes and three channels: 11,689,512
/// parameters; 1,814,073,344 multiply-accumulates on a 224x224 image.
enum ResNet18 {
  static let resnet18 = ModelArchitecture(
    name: "resnet18", family: "ResNet18",
    summary: "ResNet-18 for ImageNet-sized images (He et al. 2016), as in torchvision.",
    build: build)

  private static func build(input: Shape, classes: Int) -> Graph {
    var net = NetworkBuilder(input: input)
    var x = net.convolution(net.input, channels: 64, window: 7, stride: 2, name: "conv1")
    x = net.batchNorm(x, name: "bn1")
    x = net.relu(x, name: "relu")
    x = net.maxPool(x, window: 3, stride: 2, padding: 1, name: "maxpool")
    for (stage, channels) in [64, 128, 256, 512].enumerated() {
      x = net.basicStage(
        x, channels: channels, stride: stage == 0 ? 1 : 2, blocks: 2, name: "layer\(stage + 1)")
    }
    let logits = net.classifier(x, classes: classes, name: "fc")
    return net.finished(output: logits)
  }
}
