import Foundation
import ONNXProto

/// Reads a written file and compares what it says with a network.
///
/// The reader is the one for files of others, with operators of quantization on top; it finds names
/// that occur twice, values that nothing makes, tensors of the wrong size and shapes that do not fit.
/// Then each node has to be the network's, and each weight and bias has to have its numbers.
enum ONNXReadBack {
  /// - Returns: the nodes and tensors, for what else is to be compared.
  /// - Throws: `DeployError.check`, which names the graph.
  @discardableResult
  static func check(
    _ data: Data, against expected: Network, operators: [String: ONNXOperators.Reading],
    format: String
  ) throws -> ONNXReading {
    func require(_ condition: Bool, _ rule: String) throws(DeployError) {
      guard condition else { throw .check(format: format, rule: rule) }
    }
    do {
      let file = try ONNXFile.decode(data)
      let found = try ONNXImport.network(file, operators, byteCount: data.count)
      try require(
        found.graph.layers == expected.graph.layers, "its nodes are not those of the network")
      for (name, tensor) in expected.state {
        try require(
          found.state[name].map { $0.isClose(to: tensor) } == true, "tensor '\(name)' differs")
      }
      return ONNXReading(file.graph)
    } catch let error as ONNXError {
      throw DeployError.check(format: format, rule: error.message)
    }
  }
}

extension Graph {
  /// A node that computes something, with names for the operands that do.
  fileprivate struct Layer: Hashable {
    var name: String
    var op: Op
    var inputs: [String]
  }

  /// What is computed, in order; what only training knows of batch norm is left out, and its numbers
  /// are as exact as in a file.
  fileprivate var layers: [Layer] {
    nodes.filter { $0.op.stateEntry == nil }.map { node in
      var op = node.op
      if case .batchNorm(let norm) = op {
        op = .batchNorm(BatchNorm(epsilon: Double(Float(norm.epsilon)), momentum: 0))
      }
      return Layer(name: node.name, op: op, inputs: node.inputs.map { self[$0].name })
    }
  }
}

extension Tensor {
  /// Whether all numbers agree to float32 rounding of the largest.
  fileprivate func isClose(to other: Tensor) -> Bool {
    guard shape == other.shape else { return false }
    let largest = values.reduce(Float(0)) { max($0, abs($1)) }
    return zip(values, other.values).allSatisfy { abs($0 - $1) <= 2 * .ulpOfOne * largest }
  }
}
