import Foundation

/// A model in one file: safetensors whose metadata holds the graph.
///
/// The tensors can be read by any safetensors library under their state-dict names. The metadata
/// has three entries: `format` = `mqsh-model`, `version`, and `model`, the JSON of name, graph,
/// quantization and provenance with sorted keys. Equal models give equal bytes.
public enum ModelFile {
  /// Grows whenever older programs could not read what newer ones write.
  static let version = 3
  /// Older files describe backends and quantizers by other fields.
  static let oldestVersion = 3
  private static let format = "mqsh-model"

  /// Writes atomically: an existing file is whole until the new one is.
  ///
  /// - Throws: `FileError` when it cannot be written, `ModelFileError`, `SafeTensorsError`.
  public static func write(_ model: Model, to path: String) throws {
    try AtomicFile.write(encode(model), to: path)
  }

  /// - Throws: what reading throws, `SafeTensorsError` for a damaged or foreign file,
  ///   `ModelFileError` for one that holds no model of this version, `GraphError` for a graph that
  ///   breaks a rule, `QuantizeError` and `ObserverError` for algorithms that are not known here.
  public static func read(_ path: String, _ reader: FileReader = FileReader()) throws -> Model {
    try decode(reader.data(path))
  }

  static func encode(_ model: Model) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let description = Description(
      name: model.name, graph: model.graph, quantization: model.quantization,
      provenance: model.provenance)
    guard let text = try? encoder.encode(description) else { throw ModelFileError.description }
    return try SafeTensors.encode(
      model.state,
      metadata: [
        "format": format, "version": "\(version)", "model": String(decoding: text, as: UTF8.self),
      ])
  }

  static func decode(_ data: Data) throws -> Model {
    guard !WeightFile.isPyTorch(data) else { throw ModelFileError.foreign }
    let (tensors, metadata) = try SafeTensors.decode(data)
    guard metadata["format"] == format else { throw ModelFileError.foreign }
    guard let found = Int(metadata["version"] ?? ""), found >= 1 else {
      throw ModelFileError.description
    }
    guard found <= version else { throw ModelFileError.newer(found: found, supported: version) }
    guard found >= oldestVersion else {
      throw ModelFileError.older(found: found, oldest: oldestVersion)
    }
    guard
      let description = try? JSONDecoder().decode(
        Description.self, from: Data((metadata["model"] ?? "").utf8))
    else { throw ModelFileError.description }
    try description.graph.checkLimits()
    try description.quantization?.checkObservers()
    let entries = description.graph.stateEntries
    let wrong = entries.filter { tensors[$0.name]?.shape != $0.shape }.map(\.name)
    guard wrong.isEmpty else { throw ModelFileError.state(wrong) }
    let names = Set(entries.map(\.name))
    return Model(
      name: description.name, graph: description.graph,
      state: tensors.filter { names.contains($0.key) }, quantization: description.quantization,
      provenance: description.provenance)
  }

  private struct Description: Codable {
    var name: String
    var graph: Graph
    var quantization: Quantization?
    var provenance: Model.Provenance
  }
}

/// A safetensors file without a readable model.
public enum ModelFileError: RuntimeFailure, Equatable {
  /// No graph in it: weights saved by another program.
  case foreign
  case newer(found: Int, supported: Int)
  case older(found: Int, oldest: Int)
  /// The description of the model cannot be decoded.
  case description
  /// State tensors that are missing or have another shape than the graph says.
  case state([String])
  /// A number of the graph outside its range.
  case limit(node: String, rule: String)

  public var code: String {
    switch self {
    case .foreign: "model_file.foreign"
    case .newer: "model_file.newer"
    case .older: "model_file.older"
    case .description: "model_file.description"
    case .state: "model_file.state"
    case .limit: "model_file.limit"
    }
  }

  public var message: String {
    switch self {
    case .foreign: "the file holds tensors but no mqsh model"
    case .newer(let found, let supported):
      "the file has format version \(found), and this program reads up to \(supported)"
    case .older(let found, let oldest):
      "the file has format version \(found), and this program reads from \(oldest) on"
    case .description: "the description of the model in the file is damaged"
    case .state(let names):
      "the file lacks \(names.count == 1 ? "tensor" : "tensors") "
        + names.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
        + (names.count > 5 ? " and \(names.count - 5) more" : "") + " in the shape of its graph"
    case .limit(let node, let rule): "node '\(node)' of the model in the file \(rule)"
    }
  }

  public var help: String? {
    switch self {
    case .newer: "read it with the version of mqsh that wrote it, or a newer one"
    case .older: "make the model again, or read it with the version of mqsh that wrote it"
    case .foreign: "name its network: model(\"resnet18\", weights: \"...\")"
    default: nil
    }
  }
}
