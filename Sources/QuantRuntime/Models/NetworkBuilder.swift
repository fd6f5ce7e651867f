/// Writes the nodes of a network with the names of its torchvision module.
///
/// Each method appends a layer with its parameters and gives the layer's result. Shapes are known as
/// layers are added, so a builder never has to be told channel counts twice.
struct NetworkBuilder {
  private(set) var graph = Graph()
  private var shapes: [NodeID: Shape] = [:]
  /// The images, a node named `input`.
  let input: NodeID

  private let padding: PaddingRule
  private let norm: BatchNorm

  /// How convolutions pad.
  enum PaddingRule: Sendable {
    /// Half the window on every side, so that stride 1 keeps odd windows' extents.
    case symmetric
    /// TensorFlow's "SAME": the output has ceil(extent / stride) pixels, with as little padding as that
    /// needs, the odd pixel at the bottom and on the right.
    case same
  }

  init(input shape: Shape, padding: PaddingRule = .symmetric, norm: BatchNorm = BatchNorm()) {
    self.padding = padding
    self.norm = norm
    input = graph.append(.input(shape), name: "input")
    shapes[input] = shape
  }

  /// Shape of one image's result, `[C, H, W]` or `[F]`.
  func shape(of node: NodeID) -> Shape { shapes[node, default: []] }

  /// A square convolution without bias, padded by the builder's rule.
  mutating func convolution(
    _ x: NodeID, channels: Int, window: Int, stride: Int = 1, groups: Int = 1, name: String
  ) -> NodeID {
    let weight: Shape = [channels, shape(of: x)[0] / groups, window, window]
    let convolution = Convolution(
      stride: stride, padding: padding(of: shape(of: x), window: window, stride: stride),
      groups: groups)
    let weightNode = parameter("\(name).weight", weight, .weight)
    return append(
      .convolution(convolution), [x, weightNode], name: name,
      shape: convolution.outputShape(input: shape(of: x), weight: weight))
  }

  /// A convolution of each channel by itself.
  mutating func depthwise(_ x: NodeID, window: Int, stride: Int, name: String) -> NodeID {
    let channels = shape(of: x)[0]
    return convolution(
      x, channels: channels, window: window, stride: stride, groups: channels, name: name)
  }

  private func padding(of shape: Shape, window: Int, stride: Int) -> Padding {
    switch padding {
    case .symmetric:
      return Padding(window / 2)
    case .same:
      let (rows, columns) = (shape[1], shape[2])
      func total(_ extent: Int) -> Int {
        max(((extent + stride - 1) / stride - 1) * stride + window - extent, 0)
      }
      return Padding(
        top: total(rows) / 2, left: total(columns) / 2, bottom: (total(rows) + 1) / 2,
        right: (total(columns) + 1) / 2)
    }
  }

  mutating func batchNorm(_ x: NodeID, name: String) -> NodeID {
    let channels: Shape = [shape(of: x)[0]]
    let operands = [
      parameter("\(name).weight", channels, .normScale),
      parameter("\(name).bias", channels, .normShift),
      buffer("\(name).running_mean", channels, .runningMean),
      buffer("\(name).running_var", channels, .runningVariance),
    ]
    return append(.batchNorm(norm), [x] + operands, name: name, shape: shape(of: x))
  }

  mutating func relu(_ x: NodeID, name: String) -> NodeID {
    append(.activation(.relu), [x], name: name, shape: shape(of: x))
  }

  mutating func relu6(_ x: NodeID, name: String) -> NodeID {
    append(.activation(.relu6), [x], name: name, shape: shape(of: x))
  }

  /// Every `stride`-th pixel, with zeros around the channels, half of them before.
  mutating func paddedShortcut(
    _ x: NodeID, channels: Int, stride: Int, name: String
  ) -> NodeID {
    let shortcut = PaddedShortcut(
      stride: stride, before: (channels - shape(of: x)[0]) / 2, channels: channels)
    return append(
      .paddedShortcut(shortcut), [x], name: name, shape: shortcut.outputShape(input: shape(of: x)))
  }

  mutating func add(_ a: NodeID, _ b: NodeID, name: String) -> NodeID {
    append(.add, [a, b], name: name, shape: shape(of: a))
  }

  /// The channels of all parts, one after the other.
  mutating func concatenate(_ parts: [NodeID], name: String) -> NodeID {
    let first = parts.first.map(shape(of:)) ?? []
    let channels = parts.reduce(0) { $0 + shape(of: $1)[0] }
    return append(.concatenate, parts, name: name, shape: [channels, first[1], first[2]])
  }

  mutating func maxPool(
    _ x: NodeID, window: Int, stride: Int, padding: Int, name: String
  ) -> NodeID {
    let pool = Pool(.max, window: window, stride: stride, padding: padding)
    return append(.pool(pool), [x], name: name, shape: pool.outputShape(input: shape(of: x)))
  }

  /// Global average pool, flatten, dropout if asked for, and a linear layer with bias: the usual end
  /// of a classifier.
  mutating func classifier(
    _ x: NodeID, classes: Int, dropout: (rate: Double, name: String)? = nil, name: String
  ) -> NodeID {
    let channels = shape(of: x)[0]
    let pooled = append(.globalAveragePool, [x], name: "avgpool", shape: [channels, 1, 1])
    var flat = append(.flatten, [pooled], name: "flatten", shape: [channels])
    if let dropout {
      flat = append(.dropout(rate: dropout.rate), [flat], name: dropout.name, shape: [channels])
    }
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
