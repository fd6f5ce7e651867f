extension Graph {
  /// One line for each node, in order: `name = op(operands) shape`, with the numbers of the op. State
  /// tensors are left out: they are named after their node. The line of the logits ends in `-> output`.
  ///
  /// - Throws: `GraphError` when the graph breaks a rule.
  public func text() throws(GraphError) -> String {
    let types = try types()
    return listed(types).map { id in
      let node = self[id]
      let operands = node.inputs.filter { self[$0].op.stateEntry == nil }.map { self[$0].name }
        .joined(separator: ", ")
      let end = id == output ? " -> output" : ""
      return "\(node.name) = \(node.op.detail)(\(operands)) \(types[id.index].shape)\(end)"
    }.joined(separator: "\n")
  }

  /// The same as a drawing in the language of Graphviz, without state tensors: values flow along
  /// edges, quantizers are drawn as ellipses.
  ///
  /// - Throws: `GraphError` when the graph breaks a rule.
  public func dot() throws(GraphError) -> String {
    let types = try types()
    let shown = listed(types)
    let isShown = Set(shown)
    let nodes = shown.map { id in
      let label = "\(self[id].name)\\n\(self[id].op.detail)\\n\(types[id.index].shape)"
      let shape = if case .fakeQuant = self[id].op { "ellipse" } else { "box" }
      return "  \"\(self[id].name)\" [label=\"\(label)\", shape=\(shape)];"
    }
    let edges = shown.flatMap { id in
      self[id].inputs.filter(isShown.contains).map { input in
        "  \"\(self[input].name)\" -> \"\(self[id].name)\";"
      }
    }
    return (["digraph {"] + nodes + edges + ["}"]).joined(separator: "\n")
  }

  /// What is computed: no state tensors.
  private func listed(_ types: [ValueType]) -> [NodeID] {
    ids.filter { self[$0].op.stateEntry == nil }
  }
}

extension Op {
  /// The op's word with the numbers that distinguish it from others of its kind.
  fileprivate var detail: String {
    switch self {
    case .convolution(let convolution):
      let groups = convolution.groups == 1 ? "" : " groups \(convolution.groups)"
      return "\(label) stride \(convolution.stride) padding \(convolution.padding.text)\(groups)"
    case .pool(let pool):
      return "\(label) \(pool.window) stride \(pool.stride) padding \(pool.padding)"
    case .fakeQuant(let quantizer):
      let spec = quantizer.spec
      return "\(quantizer.algorithm) \(spec.bits) bits \(spec.sign.rawValue)"
        + " per \(spec.granularity.rawValue)"
    case .randomChoice(let rate): return "random choice \(rate)"
    case .dropout(let rate):
      return "\(label) \(rate)"
    default:
      return label
    }
  }
}

extension Padding {
  /// One number where all sides are equal, else top, left, bottom and right.
  fileprivate var text: String {
    top == left && top == bottom && top == right
      ? "\(top)" : "\(top) \(left) \(bottom) \(right)"
  }
}
