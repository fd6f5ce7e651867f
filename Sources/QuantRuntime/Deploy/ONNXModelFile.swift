import Foundation

/// Float networks from ONNX files of other programs.
public enum ONNXModelFile {
  /// - Throws: what reading throws, `ONNXError` for a file that holds no network of the kind that is
  ///   read here, `GraphError` for shapes that do not fit, `ModelFileError.limit`.
  public static func read(_ path: String, _ reader: FileReader = FileReader()) throws -> Model {
    let name = PathName(path).stem
    return try decode(reader.data(path), name: name)
  }

  static func decode(_ data: Data, name: String) throws -> Model {
    let file = try ONNXFile.decode(data)
    let network = try ONNXImport.network(file, byteCount: data.count)
    return Model(
      name: name, graph: network.graph, state: network.state,
      provenance: Model.Provenance(history: ["read from ONNX"]))
  }
}
