/// Which activations of a network are quantized: MQBench, figure 4 and appendix G.
public struct GraphMode: Sendable {
  /// The name in scripts and files, such as `layer_inputs`.
  public let name: String
  /// The paper's number, 1 to 3.
  public let number: Int
  /// The type, and file in `GraphModes/`, that defines it.
  public let type: String
  /// One sentence.
  public let summary: String
  /// Finds the places in a float graph; `layers` are the weighted layers to quantize.
  let place:
    @Sendable (_ graph: Graph, _ roles: LayerRoles, _ layers: Set<NodeID>) ->
      ActivationPlacement
}

/// Where a graph mode puts quantizers, and by which rule it leaves other values in float.
struct ActivationPlacement {
  var sites: [ActivationSite]
  /// Results that a rule of their own leaves in float, with the rule.
  var floatResults: [NodeID: String] = [:]
  /// Layers whose input a rule of its own leaves in float, with the rule.
  var floatInputs: [NodeID: String] = [:]
  /// Why every other value without a quantizer has none.
  var otherwise: String
}

/// One place for an activation quantizer.
struct ActivationSite: Hashable {
  /// Name of the quantizer's node.
  var name: String
  /// The node whose result is quantized.
  var value: NodeID
  /// The nodes that read the quantized result instead of the plain one.
  var readers: Set<NodeID>
  /// The network's input or what the last layer reads.
  var isEdge: Bool
  /// The rule that asks for it, in words.
  var reason: String
}

/// All graph modes, by number.
public enum GraphModeCatalog {
  public static let all: [GraphMode] = [
    LayerInputs.mode,
    OneAddBranch.mode,
    BothAddOperands.mode,
  ]

  public static var names: [String] { all.map(\.name) }

  /// - Throws: `QuantizeError.unknownGraphMode`.
  public static func mode(_ name: String) throws(QuantizeError) -> GraphMode {
    guard let mode = all.first(where: { $0.name == name }) else {
      throw .unknownGraphMode(name: name, known: names)
    }
    return mode
  }

  /// - Throws: `QuantizeError.unknownGraphMode` for a number that no mode has.
  public static func mode(number: Int) throws(QuantizeError) -> GraphMode {
    guard let mode = all.first(where: { $0.number == number }) else {
      throw .unknownGraphMode(name: "\(number)", known: all.map { "\($0.number) (\($0.name))" })
    }
    return mode
  }
}
