import Foundation

/// The grid of a tensor, under the name of what makes it.
struct DeployedRange: Hashable {
  var tensor: String
  var bits: Int
  var scale: Float
  var zeroPoint: Int
  /// The values of the grid's ends.
  var low: Float
  var high: Float

  init(_ activation: QuantizedActivation, of tensor: String) {
    self.tensor = tensor
    bits = activation.spec.bits
    scale = activation.map.scale
    zeroPoint = activation.zeroPoint
    let grid = activation.grid
    (low, high) = (activation.value(of: grid.lowest), activation.value(of: grid.highest))
  }

  /// max(|low|, |high|) over the whole grid: what a symmetric format clips at.
  var largestMagnitude: Float { max(abs(low), abs(high)) }
}

/// Quantizers left out of the graph, for formats that name ranges of tensors beside it: activations are
/// passed through and their ranges written down, weights are clipped to their grids and not rounded,
/// because the vendor's tools round them again, and biases stay float.
struct RangeForm: QuantizerForm {
  let format: String
  private(set) var facts = DeployFacts()
  /// In the order of the network.
  private(set) var ranges: [DeployedRange] = []
  /// The quantizer of each range, for errors.
  private var quantizers: [String: String] = [:]
  /// For each value behind a flattening, the one before it, which has the same numbers.
  private let sources: [String: String]

  /// - Parameter graph: the folded network.
  init(format: String, graph: Graph) {
    self.format = format
    var sources: [String: String] = [:]
    for node in graph.nodes {
      guard node.op == .flatten else { continue }
      sources[node.name] = graph[node.inputs[0]].name
    }
    self.sources = sources
  }

  mutating func activation(
    _ activation: QuantizedActivation, of value: String, into builder: inout ONNXGraphBuilder
  ) throws -> String {
    var tensor = value
    while let source = sources[tensor] { tensor = source }
    let range = DeployedRange(activation, of: tensor)
    if let known = ranges.first(where: { $0.tensor == tensor }) {
      guard known == range else {
        throw DeployError.rangeConflict(
          tensor: tensor, quantizers: [quantizers[tensor] ?? "", activation.name], format: format)
      }
    } else {
      ranges.append(range)
      quantizers[tensor] = activation.name
    }
    return value
  }

  mutating func weight(
    _ weight: QuantizedWeight, into builder: inout ONNXGraphBuilder
  ) -> String {
    builder.constant(.floats(weight.parameter, weight.clipped))
  }

  mutating func bias(
    _ bias: Tensor, name: String, scales: [Float]?, into builder: inout ONNXGraphBuilder
  ) -> String {
    facts.floatBiases += 1
    return builder.constant(.floats(name, bias))
  }

  func values(of weight: QuantizedWeight) -> Tensor { weight.clipped }

  func values(ofBias bias: Tensor, scales: [Float]?) -> Tensor { bias }

  func check(_ activation: QuantizedActivation, in reading: ONNXReading) -> Bool {
    ranges.contains { $0.scale == activation.map.scale && $0.zeroPoint == activation.zeroPoint }
  }
}

/// A JSON file beside a graph, read again when it is made.
enum DeployJSON {
  /// - Throws: `DeployError.check` when it reads back as something else.
  static func encode<Value: Codable & Equatable>(
    _ value: Value, ending: String, format: String
  ) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let data = try encoder.encode(value)
    guard try JSONDecoder().decode(Value.self, from: data) == value else {
      throw DeployError.check(format: format, rule: "'\(ending)' holds other numbers")
    }
    return data + Data("\n".utf8)
  }
}
