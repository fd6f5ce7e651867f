/// A network that can be made by name.
public struct ModelArchitecture: Sendable {
  /// The name in scripts and files, such as `resnet18`.
  public let name: String
  /// The type, and file in `Architectures/`, that builds it.
  public let family: String
  /// One sentence with the paper.
  public let summary: String
  let build: @Sendable (_ input: Shape, _ classes: Int) -> Graph
}

/// All networks, in the order listings show them.
public enum ModelCatalog {
  public static let all: [ModelArchitecture] = [
    CifarResNet.resnet20,
    CifarResNet.resnet32,
    CifarResNet.resnet44,
    CifarResNet.resnet56,
    CifarResNet.resnet20A,
    CifarResNet.resnet32A,
    CifarResNet.resnet44A,
    CifarResNet.resnet56A,
    MobileNetV2.small,
    RegNetX.small,
    ResNet.resnet18,
    ResNet.resnet34,
    ResNet.resnet50,
    MobileNetV2.mobileNetV2,
    EfficientNetLite.lite0,
    EfficientNetLite.tfLite0,
    RegNetX.regnetX600MF,
  ]

  public static var names: [String] { all.map(\.name) }

  /// Extents that an input may have: wide enough for any image, small enough that no product of
  /// extents overflows.
  static let channelRange = 1...4096
  static let sizeRange = 1...16_384
  static let classRange = 2...1_000_000

  /// The graph of a network without numbers.
  ///
  /// - Parameter input: `[C, H, W]` of one image.
  /// - Throws: `ModelError` for an unknown name, a shape that is no image or a number of classes out
  ///   of range.
  public static func graph(
    _ name: String, input: Shape, classes: Int
  ) throws(ModelError) -> Graph {
    guard let architecture = all.first(where: { $0.name == name }) else {
      throw .unknownModel(name: name, known: names)
    }
    guard input.rank == 3 else { throw .inputShape(input, rule: "is [channels, height, width]") }
    guard channelRange.contains(input[0]), sizeRange.contains(input[1]),
      sizeRange.contains(input[2])
    else {
      throw .inputShape(
        input,
        rule: "has 1 to \(channelRange.upperBound) channels of 1 to \(sizeRange.upperBound) pixels "
          + "a side")
    }
    guard classRange.contains(classes) else { throw .classes(classes, allowed: classRange) }
    return architecture.build(input, classes)
  }

  /// A freshly initialized network; the same seed gives the same bits.
  ///
  /// - Throws: what `graph(_:input:classes:)` throws.
  public static func make(
    _ name: String, input: Shape, classes: Int, seed: UInt64
  ) throws(ModelError) -> Model {
    let graph = try graph(name, input: input, classes: classes)
    return Model(
      name: name, graph: graph, state: initialState(of: graph, seed: seed),
      provenance: Model.Provenance(seed: seed))
  }
}
