import Foundation
import ONNXProto
import SwiftProtobuf

/// The bytes of an ONNX model.
enum ONNXFile {
  /// No message lies deeper: model, graph, node, attribute, tensor, entry of external data.
  private static let depth = 8

  /// Reads bytes from anywhere; what they take in memory is bounded by their number.
  ///
  /// - Throws: `ONNXError.damaged`, `.limit`, `.opset`.
  static func decode(_ data: Data) throws(ONNXError) -> ONNXModelProto {
    try ONNXCensus.check(data)
    var options = BinaryDecodingOptions()
    options.messageDepthLimit = depth
    options.discardUnknownFields = true
    guard let model = try? ONNXModelProto(serializedBytes: data, options: options),
      model.hasGraph, !model.opsetImport.isEmpty
    else { throw .damaged }
    guard model.graph.node.count <= ONNXLimits.nodes else {
      throw .limit(rule: "has at most \(ONNXLimits.nodes) nodes")
    }
    return model
  }

  /// Equal models give equal bytes.
  ///
  /// - Throws: when the model is larger than two gigabytes.
  static func encode(_ model: ONNXModelProto) throws -> Data {
    var options = BinaryEncodingOptions()
    options.useDeterministicOrdering = true
    return try model.serializedBytes(options: options)
  }
}

extension ONNXModelProto {
  /// The version of ONNX's own operators.
  ///
  /// - Throws: `ONNXError.opset` for none, or one that is not read.
  func checkedOpset() throws(ONNXError) -> Int64 {
    let found = opsetImport.last { $0.domain.isEmpty || $0.domain == "ai.onnx" }?.version ?? 0
    guard ONNXLimits.readOpsets.contains(found) else {
      throw .opset(found: found, supported: ONNXLimits.readOpsets)
    }
    return found
  }
}
