/// Writes the nodes of a network with the names of its torchvision module.
///
/// Each method appends a layer with its parameters and gives the layer's result. Shapes are known as
/// layers are added, so a builder never has to be told channel counts twice.
struct NetworkBuilder {
  private(set) var graph = Graph()
  private var shapes: [NodeID: Shape] = [:]
  /// The images, a node named `input`.
  let input: NodeID

  init(input shape: Shape) {
    input = graph.append(.input(shape), name: "input")
    shapes[input] = shape
  }

  /// Shape of one image's result, `[C, H, W]` or `[F]`.
  func shape(of node: NodeID) -> Shape { shapes[node, default: []] }

  /// A square convolution without bias, padded so that stride 1 keeps odd windows' extents.
  mutating func convolution(
    _ x: NodeID, channels: Int, window: Int, stride: Int = 1, groups: Int = 1, name: String
  ) -> NodeID {
    let weight: Shape = [channels, shape(of: x)[0] / groups, window, window]
    let convolution = Convolution(stride: stride, padding: Padding(window / 2), groups: groups)
    let weightNode = parameter("\(name).weight", weight, .weight)
    return append(
      .convolution(convolution), [x, weightNode], name: name,
      shape: convolution.outputShape(input: shape(of: x), weight: weight))
  }

  mutating func batchNorm(_ x: NodeID, name: String) -> NodeID {
    let channels: Shape = [shape(of: x)[0]]
    let operands = [
      parameter("\(name).weight", channels, .normScale),
      parameter("\(name).bias", channels, .normShift),
      buffer("\(name).running_mean", channels, .runningMean),
      buffer("\(name).running_var", channels, .runningVariance),
    ]
    return append(.batchNorm(BatchNorm()), [x] + operands, name: name, shape: shape(of: x))
  }

  mutating func relu(_ x: NodeID, name: String) -> NodeID {
    append(.activation(.relu), [x], name: name, shape: shape(of: x))
  }

  mutating func add(_ a: NodeID, _ b: NodeID, name: String) -> NodeID {
    append(.add, [a, b], name: name, shape: shape(of: a))
  }

  mutating func maxPool(
    _ x: NodeID, window: Int, stride: Int, padding: Int, name: String
  ) -> NodeID {
    let pool = Pool(.max, window: window, stride: stride, padding: padding)
    return append(.pool(pool), [x], name: name, shape: pool.outputShape(input: shape(of: x)))
  }

  /// Global average pool, flatten and a linear layer with bias: the usual end of a classifier.
  mutating func classifier(_ x: NodeID, classes: Int, name: String) -> NodeID {
    let channels = shape(of: x)[0]
    let pooled = append(.globalAveragePool, [x], name: "avgpool", shape: [channels, 1, 1])
    let flat = append(.flatten, [pooled], name: "flatten", shape: [channels])
    let weight = parameter("\(name).weight", [classes, channels], .weight)
    let bias = parameter("\(name).bias", [classes], .bias)
    return append(.linear, [flat, weight, bias], name: name, shape: [classes])
  }

  /// The graph with `output` as its logits.
  func finished(output: NodeID) -> Graph {
    var result = graph
    result.output = output
    return result
  }

  private mutating func parameter(
    _ name: String, _ shape: Shape, _ role: StateEntry.Role
  ) -> NodeID {
    graph.append(.parameter(StateEntry(name, shape, role)), name: name)
  }

  private mutating func buffer(_ name: String, _ shape: Shape, _ role: StateEntry.Role) -> NodeID {
    graph.append(.buffer(StateEntry(name, shape, role)), name: name)
  }

  private mutating func append(
    _ op: Op, _ inputs: [NodeID], name: String, shape: Shape
  ) -> NodeID {
    let node = graph.append(op, inputs, name: name)
    shapes[node] = shape
    return node
  }
}
