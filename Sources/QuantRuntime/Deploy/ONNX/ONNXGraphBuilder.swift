import Foundation
import ONNXProto

/// Collects the nodes and tensors of an ONNX graph.
///
/// A node's only result has the node's name, so names of the network stay readable in other tools and
/// whatever is said about a tensor, such as its range, is said under the name of what makes it.
struct ONNXGraphBuilder {
  private(set) var graph = ONNXGraphProto()
  private var initializers: Set<String> = []

  init(name: String) { graph.name = name }

  /// The images: `[N, C, H, W]` with a batch of any size.
  mutating func input(_ name: String, _ shape: Shape) {
    graph.input.append(.image(name, shape))
  }

  /// The logits.
  mutating func output(_ name: String, _ shape: Shape) {
    graph.output.append(.image(name, shape))
  }

  /// Appends a node and gives the name of its result.
  @discardableResult
  mutating func node(
    _ type: String, _ inputs: [String], name: String, domain: String = "",
    _ attributes: [ONNXAttributeProto] = []
  ) -> String {
    var node = ONNXNodeProto()
    node.opType = type
    node.domain = domain
    node.name = name
    node.input = inputs
    node.output = [name]
    node.attribute = attributes
    graph.node.append(node)
    return name
  }

  /// Adds a constant, once, and gives its name.
  @discardableResult
  mutating func constant(_ tensor: ONNXTensorProto) -> String {
    if initializers.insert(tensor.name).inserted { graph.initializer.append(tensor) }
    return tensor.name
  }

  /// The file with the graph.
  ///
  /// - Parameter domains: other operator sets that it uses, with their versions.
  func model(opset: Int, domains: [(name: String, version: Int64)] = []) -> ONNXModelProto {
    var model = ONNXModelProto()
    model.irVersion = ONNXLimits.irVersion(opset: opset)
    model.producerName = "mqsh"
    model.graph = graph
    model.opsetImport = ([("", Int64(opset))] + domains).map { name, version in
      var set = ONNXOperatorSetIdProto()
      set.domain = name
      set.version = version
      return set
    }
    return model
  }
}

extension ONNXAttributeProto {
  static func int(_ name: String, _ value: Int) -> ONNXAttributeProto {
    var attribute = named(name, .int)
    attribute.i = Int64(value)
    return attribute
  }

  static func ints(_ name: String, _ values: [Int]) -> ONNXAttributeProto {
    var attribute = named(name, .ints)
    attribute.ints = values.map(Int64.init)
    return attribute
  }

  static func float(_ name: String, _ value: Float) -> ONNXAttributeProto {
    var attribute = named(name, .float)
    attribute.f = value
    return attribute
  }

  static func text(_ name: String, _ value: String) -> ONNXAttributeProto {
    var attribute = named(name, .string)
    attribute.s = Data(value.utf8)
    return attribute
  }

  private static func named(_ name: String, _ type: AttributeType) -> ONNXAttributeProto {
    var attribute = ONNXAttributeProto()
    attribute.name = name
    attribute.type = type
    return attribute
  }
}

extension ONNXValueInfoProto {
  /// The name of the open extent, the images of a batch.
  static let batch = "N"

  fileprivate static func image(_ name: String, _ shape: Shape) -> ONNXValueInfoProto {
    var batch = ONNXTensorShapeProto.Dimension()
    batch.dimParam = Self.batch
    var value = ONNXValueInfoProto()
    value.name = name
    value.type.tensorType.elemType = ONNXElement.float.rawValue
    value.type.tensorType.shape.dim =
      [batch]
      + shape.dimensions.map { extent in
        var dimension = ONNXTensorShapeProto.Dimension()
        dimension.dimValue = Int64(extent)
        return dimension
      }
    return value
  }
}
