/// The ResNets for ImageNet: He et al., CVPR 2016, "Deep residual learning for image recognition",
/// table 1, equal to torchvision's in structure, names and numbers of parameters.
///
/// Stem: 7x7 convolution with stride 2 to 64 channels, 3x3 max pool with stride 2. Four stages with
/// 64, 128, 256, 512 channels. ResNet-50 has the stride in the 3x3 convolution ("v1.5"). For 1000
/// classes, three channels and one 224x224 image:
///
///     resnet18   11,689,512 parameters   1,814,073,344 multiply-accumulates
///     resnet34   21,797,672              3,663,761,408
///     resnet50   25,557,032              4,089,184,256
enum ResNet {
  static let resnet18 = architecture(18, "basic blocks", blocks: [2, 2, 2, 2]) {
    $0.basicBlock($1, channels: $2, stride: $3, name: $4)
  }

  static let resnet34 = architecture(34, "basic blocks", blocks: [3, 4, 6, 3]) {
    $0.basicBlock($1, channels: $2, stride: $3, name: $4)
  }

  static let resnet50 = architecture(50, "bottlenecks", blocks: [3, 4, 6, 3]) {
    $0.bottleneck($1, channels: $2, stride: $3, name: $4)
  }

  private typealias Block =
    @Sendable (
      _ net: inout NetworkBuilder, _ x: NodeID, _ channels: Int, _ stride: Int, _ name: String
    ) -> NodeID

  private static func architecture(
    _ layers: Int, _ kind: String, blocks: [Int], block: @escaping Block
  ) -> ModelArchitecture {
    ModelArchitecture(
      name: "resnet\(layers)", family: "ResNet",
      summary: "ResNet-\(layers) of \(kind) (He et al. 2016), as in torchvision."
    ) { input, classes in
      var net = NetworkBuilder(input: input)
      var x = net.convolution(net.input, channels: 64, window: 7, stride: 2, name: "conv1")
      x = net.batchNorm(x, name: "bn1")
      x = net.relu(x, name: "relu")
      x = net.maxPool(x, window: 3, stride: 2, padding: 1, name: "maxpool")
      for (stage, count) in blocks.enumerated() {
        for index in 0..<count {
          x = block(
            &net, x, 64 << stage, stage > 0 && index == 0 ? 2 : 1, "layer\(stage + 1).\(index)")
        }
      }
      let logits = net.classifier(x, classes: classes, name: "fc")
      return net.finished(output: logits)
    }
  }
}
