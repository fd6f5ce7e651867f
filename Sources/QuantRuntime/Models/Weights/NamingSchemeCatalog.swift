/// All naming schemes; which one a file has is found by trying.
enum NamingSchemeCatalog {
  static let all: [NamingScheme] = [
    own, cifarResNet, efficientNetPyTorch, timmMobileNetV2, timmRegNet,
  ]

  /// The scheme that finds most of the wanted tensors; the earlier one when two find as many.
  static func best(for wanted: [String], among found: Set<String>) -> NamingScheme {
    var best = (scheme: own, count: -1)
    for scheme in all {
      let count = wanted.count { found.contains(scheme.foreign($0)) }
      if count > best.count { best = (scheme, count) }
    }
    return best.scheme
  }

  /// Our names: torchvision's for ResNet, MobileNetV2 and RegNet, timm's for EfficientNet-Lite. timm
  /// names ResNets as torchvision does.
  private static let own = NamingScheme("the model's own", [])

  /// The CIFAR ResNets of Yerlan Idelbayev, and code derived from them.
  private static let cifarResNet = NamingScheme(
    "akamaster's", blocks: [200, 200, 200],
    [
      .init("fc", "linear"),
      .init("layer{s1}.{b}.downsample.0", "layer{s1}.{b}.shortcut.0"),
      .init("layer{s1}.{b}.downsample.1", "layer{s1}.{b}.shortcut.1"),
    ])

  /// EfficientNet-PyTorch by Luke Melas-Kyriazi, and efficientnet_lite_pytorch derived from it. Its
  /// first block has no expansion: its normalizations are numbered from 1 all the same.
  private static let efficientNetPyTorch = NamingScheme(
    "EfficientNet-PyTorch's", blocks: efficientNetBlocks,
    [
      .init("conv_stem", "_conv_stem"), .init("bn1", "_bn0"),
      .init("blocks.{s}.{b}.conv_dw", "_blocks.{n}._depthwise_conv"),
      .init("blocks.{s}.{b}.bn1", "_blocks.{n}._bn1", stages: 0..<1),
      .init("blocks.{s}.{b}.conv_pw", "_blocks.{n}._project_conv", stages: 0..<1),
      .init("blocks.{s}.{b}.bn2", "_blocks.{n}._bn2", stages: 0..<1),
      .init("blocks.{s}.{b}.conv_pw", "_blocks.{n}._expand_conv", stages: 1..<7),
      .init("blocks.{s}.{b}.bn1", "_blocks.{n}._bn0", stages: 1..<7),
      .init("blocks.{s}.{b}.bn2", "_blocks.{n}._bn1", stages: 1..<7),
      .init("blocks.{s}.{b}.conv_pwl", "_blocks.{n}._project_conv", stages: 1..<7),
      .init("blocks.{s}.{b}.bn3", "_blocks.{n}._bn2", stages: 1..<7),
      .init("conv_head", "_conv_head"), .init("bn2", "_bn1"), .init("classifier", "_fc"),
    ])
  private static let efficientNetBlocks = [1, 2, 2, 3, 3, 4, 1]

  private static let timmMobileNetV2 = NamingScheme(
    "timm's", blocks: mobileNetV2Blocks,
    [
      .init("features.0.0", "conv_stem"), .init("features.0.1", "bn1"),
      .init("features.{n1}.conv.0.0", "blocks.{s}.{b}.conv_dw", stages: 0..<1),
      .init("features.{n1}.conv.0.1", "blocks.{s}.{b}.bn1", stages: 0..<1),
      .init("features.{n1}.conv.1", "blocks.{s}.{b}.conv_pw", stages: 0..<1),
      .init("features.{n1}.conv.2", "blocks.{s}.{b}.bn2", stages: 0..<1),
      .init("features.{n1}.conv.0.0", "blocks.{s}.{b}.conv_pw", stages: 1..<7),
      .init("features.{n1}.conv.0.1", "blocks.{s}.{b}.bn1", stages: 1..<7),
      .init("features.{n1}.conv.1.0", "blocks.{s}.{b}.conv_dw", stages: 1..<7),
      .init("features.{n1}.conv.1.1", "blocks.{s}.{b}.bn2", stages: 1..<7),
      .init("features.{n1}.conv.2", "blocks.{s}.{b}.conv_pwl", stages: 1..<7),
      .init("features.{n1}.conv.3", "blocks.{s}.{b}.bn3", stages: 1..<7),
      .init("features.18.0", "conv_head"), .init("features.18.1", "bn2"),
      .init("classifier.1", "classifier"),
    ])
  private static let mobileNetV2Blocks = [1, 2, 3, 4, 3, 3, 1]

  /// Without a stage of more than 30 blocks, as in every RegNet of the paper.
  private static let timmRegNet = NamingScheme(
    "timm's", blocks: [30, 30, 30, 30],
    [.init("stem.0", "stem.conv"), .init("stem.1", "stem.bn"), .init("fc", "head.fc")]
      + [
        ("f.a.0", "conv1.conv"), ("f.a.1", "conv1.bn"), ("f.b.0", "conv2.conv"),
        ("f.b.1", "conv2.bn"), ("f.c.0", "conv3.conv"), ("f.c.1", "conv3.bn"),
        ("proj.0", "downsample.conv"), ("proj.1", "downsample.bn"),
      ].map { ours, foreign in
        .init("trunk_output.block{s1}.block{s1}-{b}.\(ours)", "s{s1}.b{b1}.\(foreign)")
      })
}
