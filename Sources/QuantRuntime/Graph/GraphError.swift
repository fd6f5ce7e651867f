/// A graph that breaks a rule of the representation.
public enum GraphError: RuntimeFailure, Equatable {
  /// A node reads itself or a later node.
  case order(node: String)
  case duplicateName(String)
  case operandCount(node: String, op: String, expected: ClosedRange<Int>, found: Int)
  /// An operand has a shape that the op cannot take; `rule` says which shapes it can.
  case shape(node: String, op: String, found: [Shape], rule: String)
  /// One state name with two shapes or roles.
  case stateConflict(name: String)

  public var code: String {
    switch self {
    case .order: "graph.order"
    case .duplicateName: "graph.duplicate_name"
    case .operandCount: "graph.operand_count"
    case .shape: "shape.mismatch"
    case .stateConflict: "graph.state_conflict"
    }
  }

  public var message: String {
    switch self {
    case .order(let node): "node '\(node)' reads a node that does not come before it"
    case .duplicateName(let name): "two nodes are named '\(name)'"
    case .operandCount(let node, let op, let expected, let found):
      "\(op) '\(node)' takes \(describe(expected)) operands, not \(found)"
    case .shape(let node, let op, let found, let rule):
      "\(op) '\(node)' \(rule); its operands are \(found.map(\.description).joined(separator: ", "))"
    case .stateConflict(let name): "'\(name)' is declared twice with different shapes or roles"
    }
  }
}

private func describe(_ range: ClosedRange<Int>) -> String {
  range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
}
