/// RegNetX: Radosavovic et al., CVPR 2020, "Designing network design spaces", with torchvision's
/// names.
///
/// Stem: 3x3 convolution with stride 2 to 32 channels. Four stages of residual blocks with bottleneck
/// ratio 1: 1x1, grouped 3x3 and 1x1 convolution, each with batch norm; the first block of a stage has
/// stride 2 and a 1x1 projection. `regnetx_600mf` (w_a 36.97, w_0 48, w_m 2.24, depth 16, group width
/// 24) has with 1000 classes and three channels 6,196,040 parameters; 602,571,072
/// multiply-accumulates on a 224x224 image.
///
/// `regnetx_small` is for images of 28 to 64 pixels: widths 32, 64, 128 in 1, 2, 3 blocks of group
/// width 16, with stride 1 in the stem and the first stage. With 10 classes: 200,938 parameters.
enum RegNetX {
  static let regnetX600MF = ModelArchitecture(
    name: "regnetx_600mf", family: "RegNetX",
    summary: "RegNetX-600MF (Radosavovic et al. 2020), names as in torchvision.",
    build: {
      build(
        input: $0, classes: $1, widths: [48, 96, 240, 528], depths: [1, 3, 5, 7], groupWidth: 24,
        isSmall: false)
    })

  static let small = ModelArchitecture(
    name: "regnetx_small", family: "RegNetX",
    summary: "A RegNetX of six blocks for small images.",
    build: {
      build(
        input: $0, classes: $1, widths: [32, 64, 128], depths: [1, 2, 3], groupWidth: 16,
        isSmall: true)
    })

  private static func build(
    input: Shape, classes: Int, widths: [Int], depths: [Int], groupWidth: Int, isSmall: Bool
  ) -> Graph {
    var net = NetworkBuilder(input: input)
    var x = net.convolution(
      net.input, channels: 32, window: 3, stride: isSmall ? 1 : 2, name: "stem.0")
    x = net.batchNorm(x, name: "stem.1")
    x = net.relu(x, name: "stem.2")
    for (stage, (width, depth)) in zip(widths, depths).enumerated() {
      for index in 0..<depth {
        let isStrided = index == 0 && !(isSmall && stage == 0)
        x = block(
          &net, x, channels: width, groups: width / groupWidth, stride: isStrided ? 2 : 1,
          name: "trunk_output.block\(stage + 1).block\(stage + 1)-\(index)")
      }
    }
    let logits = net.classifier(x, classes: classes, name: "fc")
    return net.finished(output: logits)
  }

  private static func block(
    _ net: inout NetworkBuilder, _ x: NodeID, channels: Int, groups: Int, stride: Int, name: String
  ) -> NodeID {
    var shortcut = x
    if stride != 1 || net.shape(of: x)[0] != channels {
      shortcut = net.convolution(
        x, channels: channels, window: 1, stride: stride, name: "\(name).proj.0")
      shortcut = net.batchNorm(shortcut, name: "\(name).proj.1")
    }
    var y = net.convolution(x, channels: channels, window: 1, name: "\(name).f.a.0")
    y = net.batchNorm(y, name: "\(name).f.a.1")
    y = net.relu(y, name: "\(name).f.a.2")
    y = net.convolution(
      y, channels: channels, window: 3, stride: stride, groups: groups, name: "\(name).f.b.0")
    y = net.batchNorm(y, name: "\(name).f.b.1")
    y = net.relu(y, name: "\(name).f.b.2")
    y = net.convolution(y, channels: channels, window: 1, name: "\(name).f.c.0")
    y = net.batchNorm(y, name: "\(name).f.c.1")
    let sum = net.add(shortcut, y, name: "\(name).add")
    return net.relu(sum, name: "\(name).activation")
  }
}
