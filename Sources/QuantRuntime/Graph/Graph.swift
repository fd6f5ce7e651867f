/// A position in `Graph.nodes`; valid for that graph value only.
public struct NodeID: Hashable, Comparable, Codable, Sendable {
  public var index: Int
  public init(_ index: Int) { self.index = index }
  public static func < (a: NodeID, b: NodeID) -> Bool { a.index < b.index }
}

public struct Node: Hashable, Codable, Sendable {
  /// Unique in its graph, in the naming of a state dict: `layer1.0.conv1`.
  public var name: String
  public var op: Op
  public var inputs: [NodeID]

  public init(name: String, op: Op, inputs: [NodeID]) {
    self.name = name
    self.op = op
    self.inputs = inputs
  }
}

/// A network as a value: nodes in topological order, one output, no batch size and no layout.
///
/// Passes take a graph and give another one, see `rewritten`. The checker runs after each of them.
public struct Graph: Hashable, Codable, Sendable {
  /// Every node comes after its inputs.
  public private(set) var nodes: [Node]
  /// The logits.
  public var output: NodeID

  public init(nodes: [Node] = [], output: NodeID = NodeID(0)) {
    self.nodes = nodes
    self.output = output
  }

  public subscript(id: NodeID) -> Node { nodes[id.index] }

  public var ids: [NodeID] { nodes.indices.map { NodeID($0) } }

  /// Appends a node and gives its identity.
  @discardableResult
  public mutating func append(_ op: Op, _ inputs: [NodeID] = [], name: String) -> NodeID {
    nodes.append(Node(name: name, op: op, inputs: inputs))
    return NodeID(nodes.count - 1)
  }

  public func node(named name: String) -> NodeID? {
    nodes.firstIndex { $0.name == name }.map { NodeID($0) }
  }

  /// For each node, the nodes that read it, in order.
  public func consumers() -> [[NodeID]] {
    var result = Array(repeating: [NodeID](), count: nodes.count)
    for id in ids {
      for input in self[id].inputs { result[input.index].append(id) }
    }
    return result
  }

  /// The shape of every pass: visits the nodes in order with their inputs already translated, lets
  /// `rule` append what it likes to the new graph, and takes the node it returns as the replacement.
  /// What the output no longer needs is dropped.
  public func rewritten(
    _ rule: (_ id: NodeID, _ node: Node, _ inputs: [NodeID], _ into: inout Graph) throws -> NodeID
  ) rethrows -> Graph {
    var result = Graph()
    var replacement: [NodeID] = []
    for id in ids {
      let inputs = self[id].inputs.map { replacement[$0.index] }
      replacement.append(try rule(id, self[id], inputs, &result))
    }
    result.output = replacement[output.index]
    return result.withoutDeadNodes()
  }

  /// For each node, whether it leads to the output along the operands that `reading` names.
  func liveness(_ reading: (Node) -> ArraySlice<NodeID>) -> [Bool] {
    var isLive = Array(repeating: false, count: nodes.count)
    isLive[output.index] = true
    for id in ids.reversed() where isLive[id.index] {
      for input in reading(self[id]) { isLive[input.index] = true }
    }
    return isLive
  }

  /// The same network without the nodes that do not lead to the output.
  public func withoutDeadNodes() -> Graph {
    let isLive = liveness { $0.inputs[...] }
    var result = Graph()
    var place = Array(repeating: NodeID(-1), count: nodes.count)
    for id in ids where isLive[id.index] {
      let node = self[id]
      place[id.index] = result.append(
        node.op, node.inputs.map { place[$0.index] }, name: node.name)
    }
    result.output = place[output.index]
    return result
  }
}
