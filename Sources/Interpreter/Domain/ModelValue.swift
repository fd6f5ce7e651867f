import QuantRuntime

/// A model as a value of the language, with the history of its last training.
struct ModelValue: SavableValue, Equatable {
  let content: Model
  var history = TrainingHistory()
  /// The training in it, of this session; nil when there was none.
  var work: TrainedWork?

  /// Classes and macs may be nil, as backend, fold and graph of a float model are.
  static let type = HostType(
    "model",
    fields: [
      "name": .string, "input": .list(of: .int), "classes": .unknown, "parameters": .int,
      "macs": .unknown, "is_quantized": .bool, "backend": .unknown, "fold": .unknown,
      "graph": .unknown,
    ])

  /// A planned training has a history without numbers to compare.
  static func == (a: ModelValue, b: ModelValue) -> Bool {
    a.content == b.content && (a.content.provenance.planned != nil || a.history == b.history)
  }

  var summary: String { "model \(content.name), \(state)" }

  /// What its numbers are: `float32`, or the bits and the backend that are simulated.
  var state: String {
    guard let quantization = content.quantization else { return "float32" }
    let scales = quantization.isInitialized ? "" : ", no scales yet"
    return "\(bits(quantization)) simulated for \(quantization.profile.name)\(scales)"
  }

  private func bits(_ quantization: Quantization) -> String {
    let weights = quantization.weights.map { "\($0.algorithm) w\($0.bits)" } ?? "float weights"
    let activations =
      quantization.activations.map { choice in
        choice.algorithm == quantization.weights?.algorithm
          ? "a\(choice.bits)" : "\(choice.algorithm) a\(choice.bits)"
      } ?? "float activations"
    return "\(weights) \(activations)"
  }

  func display(in area: TextArea) -> String {
    let facts = ModelFacts(self)
    let head = ["model \(content.name), \(state)"] + facts.lines.map { "  " + $0 }
    let curves = Curve.lines(
      [
        Curve(name: "  loss", values: history.epochs.map(\.loss)),
        Curve(name: "  train_top1", values: history.epochs.map(\.top1)),
      ], in: area)
    return (head + curves + LayerTable.lines(of: content, in: area)).joined(separator: "\n")
  }

  func field(_ name: String) -> Value? {
    let quantization = content.quantization
    return switch name {
    case "name": .text(content.name)
    case "input": try? .list(content.inputShape.dimensions.map { .int($0) })
    case "classes": (try? content.classes()).map { .int($0) }
    case "parameters": .int(content.parameterCount)
    case "macs": (try? content.macs()).map { .int($0) }
    case "is_quantized": .bool(quantization != nil)
    case "backend": quantization.map { .text($0.profile.name) } ?? .nil
    case "fold": quantization.map { .text($0.fold) } ?? .nil
    case "graph": quantization.map { .text($0.graphMode) } ?? .nil
    default: nil
    }
  }

  /// Those with weights to multiply by.
  var layers: [(name: String, summary: String)] {
    ((try? content.summary()) ?? []).filter { $0.macs > 0 }.map {
      ($0.name, "\($0.op) \($0.outputShape)")
    }
  }

  /// Such as `resnet20[4/4 lsq tensorrt]`.
  var badge: String? {
    guard let quantization = content.quantization else { return content.name }
    let bits = [quantization.weights?.bits, quantization.activations?.bits]
      .map { $0.map(String.init) ?? "float" }.joined(separator: "/")
    let algorithms = [quantization.weights?.algorithm, quantization.activations?.algorithm]
      .compactMap { $0 }
    let names = Set(algorithms).count == 1 ? Array(algorithms.prefix(1)) : algorithms
    return "\(content.name)[\(bits) \(names.joined(separator: "/")) \(quantization.profile.name)]"
  }

  var holdsUnsavedWork: Bool { work.map { !$0.isSaved } ?? false }

  func save(to path: String) throws {
    guard path.hasSuffix(".safetensors") else {
      throw SavePathError(type: typeName, ending: ".safetensors", path: path)
    }
    try ModelFile.write(content, to: path)
    work?.markSaved()
  }
}
