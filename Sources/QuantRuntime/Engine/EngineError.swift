/// Why a graph cannot be compiled or a plan cannot run.
public enum EngineError: RuntimeFailure, Equatable {
  case cpu(missing: [String])
  /// State that the graph names and the model lacks, and state of another shape, all at once.
  case state(missing: [String], misshapen: [Misshapen])
  case unknownQuantizer(name: String, node: String)
  /// A backward pass through something that has none in this mode.
  case notDifferentiable(node: String, op: String)
  /// Activations share one scale; only weights have one for each channel.
  case perChannelActivation(node: String)
  /// The output must be one vector for each image.
  case blockedOutput(node: String)
  /// A training batch that a batch norm cannot cut into its shards.
  case shards(node: String, shards: Int, batch: Int)
  case labelOutOfRange(label: Int, classes: Int)
  /// oneDNN refused or failed; `status` is its number.
  case library(step: String, status: UInt32)
  case outOfMemory(bytes: Int)

  public struct Misshapen: Equatable, Sendable {
    public var name: String
    public var expected: Shape
    public var found: Shape

    public init(name: String, expected: Shape, found: Shape) {
      self.name = name
      self.expected = expected
      self.found = found
    }
  }

  public var code: String {
    switch self {
    case .cpu: "engine.cpu"
    case .state: "engine.state"
    case .unknownQuantizer: "engine.unknown_quantizer"
    case .notDifferentiable: "engine.not_differentiable"
    case .perChannelActivation: "engine.per_channel_activation"
    case .blockedOutput: "engine.output"
    case .shards: "engine.shards"
    case .labelOutOfRange: "data.label"
    case .library: "engine.library"
    case .outOfMemory: "engine.out_of_memory"
    }
  }

  public var message: String {
    switch self {
    case .cpu(let missing):
      "this CPU lacks \(missing.joined(separator: " and ")), which the kernels need"
    case .state(let missing, let misshapen):
      "the model's state does not fit its graph: "
        + ((missing.isEmpty ? [] : ["missing " + missing.joined(separator: ", ")])
        + misshapen.map { "'\($0.name)' has shape \($0.found) instead of \($0.expected)" })
        .joined(separator: "; ")
    case .unknownQuantizer(let name, let node):
      "node '\(node)' names an unknown quantizer '\(name)'"
    case .notDifferentiable(let node, let op): "no gradient can pass \(op) '\(node)'"
    case .perChannelActivation(let node):
      "quantizer '\(node)' has one scale for each channel of an activation"
    case .blockedOutput(let node): "the output '\(node)' is not one vector for each image"
    case .shards(let node, let shards, let batch):
      "batch norm '\(node)' takes statistics of \(shards) equal parts of a batch, and \(batch) images "
        + "cannot be divided so"
    case .labelOutOfRange(let label, let classes):
      "label \(label) is not one of the \(classes) classes of the model"
    case .library(let step, let status): "oneDNN failed in '\(step)' with status \(status)"
    case .outOfMemory(let bytes): "no memory for a plan of \(bytes >> 20) MiB"
    }
  }
}
