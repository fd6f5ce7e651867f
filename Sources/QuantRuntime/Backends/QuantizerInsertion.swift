/// One quantizer to be put between a node and some of its readers.
struct QuantizerPoint {
  /// Name of the new node.
  var name: String
  /// The node whose result is quantized.
  var value: NodeID
  /// The nodes that read the quantized result.
  var readers: Set<NodeID>
  var quantizer: FakeQuant
}

extension Graph {
  /// The graph with every point's quantizer and the parameters it learns, placed before the first of
  /// its readers.
  func inserting(_ points: [QuantizerPoint]) throws(QuantizeError) -> Graph {
    let shapes = parameterShapes
    let rules = try points.map { (point: QuantizerPoint) throws(QuantizeError) in
      try QuantizerCatalog.algorithm(point.quantizer.algorithm).rule
    }
    var byReader: [NodeID: [Int]] = [:]
    for (index, point) in points.enumerated() {
      for reader in point.readers { byReader[reader, default: []].append(index) }
    }
    var placed: [Int: NodeID] = [:]
    return rewritten { id, node, inputs, into in
      var inputs = inputs
      for index in byReader[id, default: []] {
        let point = points[index]
        for (operand, source) in node.inputs.enumerated() where source == point.value {
          let place =
            placed[index]
            ?? into.appendQuantizer(
              point, of: inputs[operand], rule: rules[index],
              channels: shapes[point.value, default: 1])
          placed[index] = place
          inputs[operand] = place
        }
      }
      return into.append(node.op, inputs, name: node.name)
    }
  }

  private mutating func appendQuantizer(
    _ point: QuantizerPoint, of value: NodeID, rule: any FakeQuantRule, channels: Int
  ) -> NodeID {
    let spec = point.quantizer.spec
    let shape: Shape = spec.granularity == .channel ? [channels] : [1]
    var value = value
    if let transform = rule.weightTransform(for: point.quantizer) {
      value = append(.weightTransform(transform), [value], name: "\(point.name).transform")
    }
    let parameters = rule.parameterNames(for: point.quantizer).map { name in
      let entry = StateEntry("\(point.name).\(name)", shape, .quantizer)
      return append(.parameter(entry), name: entry.name)
    }
    let statistics = rule.statisticNames(for: point.quantizer).map { name in
      let entry = StateEntry("\(point.name).\(name)", shape, .quantizerStatistic)
      return append(.buffer(entry), name: entry.name)
    }
    return append(
      .fakeQuant(point.quantizer), [value] + parameters + statistics, name: point.name)
  }

  /// Output channels of every weight, also behind a fold factor.
  private var parameterShapes: [NodeID: Int] {
    var result: [NodeID: Int] = [:]
    for id in ids {
      switch self[id].op {
      case .parameter(let entry) where entry.shape.rank > 0: result[id] = entry.shape[0]
      case .scaleChannels: result[id] = result[self[id].inputs[0]]
      default: break
      }
    }
    return result
  }
}
