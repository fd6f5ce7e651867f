import Foundation

/// A way to write models for other programs.
public struct DeployFormat: Sendable {
  /// The name in scripts, such as `onnx`.
  public let name: String
  /// The type, and file in `Formats/`, that defines it.
  public let type: String
  /// One sentence.
  public let summary: String
  /// The end of the path that is given; the files' own ends may come after it.
  public let suffix: String
  /// Names of the hardware profiles that it is made for; models of others can be written in it too,
  /// where it can say them.
  public let profiles: [String]
  /// Whether it is for quantized models only.
  let needsQuantizers: Bool
  let encode: @Sendable (DeployRequest) throws -> Deployment

  init(
    name: String, type: String, summary: String, suffix: String = ".onnx", profiles: [String],
    needsQuantizers: Bool = true, encode: @escaping @Sendable (DeployRequest) throws -> Deployment
  ) {
    self.name = name
    self.type = type
    self.summary = summary
    self.suffix = suffix
    self.profiles = profiles
    self.needsQuantizers = needsQuantizers
    self.encode = encode
  }
}

/// What a format is to write.
struct DeployRequest {
  /// As it is trained; formats fold it.
  var model: Model
  /// Version of ONNX's operators.
  var opset: Int
  /// The format's name, for errors.
  var format: String
}

/// The files of a model in a format, and what was found when they were read again.
struct Deployment {
  /// What is put in the place of the path's suffix, with the file's bytes.
  var files: [(ending: String, content: Data)]
  var facts: DeployFacts
}

/// What was written, as counted in the files after reading them again.
public struct DeployFacts: Hashable, Sendable {
  /// Nodes of the ONNX graph.
  public var nodes = 0
  /// Quantizers of activations.
  public var activations = 0
  /// Quantized weights.
  public var weights = 0
  /// Biases written as integers, and those left in float.
  public var integerBiases = 0
  public var floatBiases = 0
  /// Numbers of biases that lie beyond 32 bits and were clipped to them.
  public var saturated = 0

  public init() {}
}

/// All formats, in the order listings show them. Each is described in its own file.
public enum DeployCatalog {
  public static let all: [DeployFormat] = [
    QuantizeLinearONNX.format,
    TensorRT.format,
    SNPE.format,
    OpenVINO.format,
    QLinearONNX.format,
  ]

  public static var names: [String] { all.map(\.name) }

  /// - Throws: `DeployError.unknownFormat`.
  public static func format(_ name: String) throws(DeployError) -> DeployFormat {
    guard let format = all.first(where: { $0.name == name }) else {
      throw .unknownFormat(name: name, known: names)
    }
    return format
  }
}
