import QuantRuntime

/// Making, loading and looking at models.
enum ModelBuiltins {
  static let all = [model, models, summary, graph, history, load]

  static let modelParameter = Parameter("model", .host("model"), "A model.")
  /// A network that examples can make in no time.
  static let small = "model(\"resnet20\", classes: 10, input: [3, 16, 16])"

  private static let model = Builtin(
    "model", family: "models",
    "A network, freshly initialized or with the numbers of a weight file.",
    details: """
      Convolutions start as Kaiming normal (fan out), batch norm at 1 and 0, the last layer uniform,
      as in torchvision; all drawn from the session's seed. `models()` lists the architectures.
      With `weights:` every number comes from a file of safetensors or of PyTorch, under the names
      of torchvision, timm or the usual repositories; `weights(path)` lists what is in it.
      """,
    parameters: [
      Parameter("name", .name(.models), "The architecture."),
      Parameter(
        "for", .optional(.host("dataset")), default: .nil, needsLabel: true,
        "A data set to take the image shape and the classes from."),
      Parameter(
        "classes", .optional(.int(2...1_000_000)), default: .nil, needsLabel: true,
        "Classes, when there is no data set."),
      Parameter(
        "input", .list, default: try? .list([.int(3), .int(224), .int(224)]), needsLabel: true,
        "Channels, height and width of an image, when there is no data set."),
      Parameter(
        "weights", .optional(.path(.read)), default: .nil, needsLabel: true,
        "A weight file; it also says how many classes there are."),
      Parameter(
        "except", .oneOf([.layer, .list]), default: try? .list([]), needsLabel: true,
        "Modules that stay freshly initialized, such as \"fc\"."),
    ],
    result: .host("model"), examples: [.init("\(small).parameters", "272474")]
  ) { call in
    let data = call.host("for", as: DatasetValue.self)?.content
    let shape = try data?.imageShape ?? shape(call)
    let given = data?.classNames.count ?? (call.isGiven("classes") ? call.int("classes") : nil)
    let model = try call.blaming({ culprit($0, call) }) {
      if let model = try WeightBuiltins.model(call, input: shape, classes: given) { return model }
      guard let classes = given else { throw noClasses }
      return try ModelCatalog.make(
        call.string("name"), input: shape, classes: classes, seed: call.session.seed)
    }
    return .host(ModelValue(content: model))
  }.checking { call in
    if ["for", "classes", "weights"].allSatisfy({ call.isGiven($0) == false }) { throw noClasses }
  }

  private static let noClasses = ValueError.builtin(
    code: "model.classes",
    message: "a model needs 'for:' a data set, or a number of 'classes:'", help: nil)

  /// The parameter whose argument a failure is about; nil when it is no single one.
  private static func culprit(_ failure: any RuntimeFailure, _ call: Call) -> String? {
    switch failure {
    case ModelError.unknownModel: "name"
    case ModelError.inputShape: call.isGiven("for") ? "for" : "input"
    case ModelError.classes: call.isGiven("for") ? "for" : "classes"
    case is WeightMismatch: "weights"
    case is UnknownModules: "except"
    default: nil
    }
  }

  private static func shape(_ call: Call) throws -> Shape {
    Shape(
      try call.elements("input").map { value in
        guard case .int(let extent) = value, extent > 0 else {
          throw ArgumentError.range(
            parameter: "input", function: "model", value: Display.inline(call["input"]),
            limits: "a list of three positive ints")
        }
        return extent
      })
  }

  private static let models = Builtin(
    "models", family: "models", "The architectures that `model` can make.", result: .table,
    examples: [.init("\"resnet20\" in models().name", "true")]
  ) { _ in
    .table(
      Table(
        columns: ["name", "family", "summary"],
        rows: ModelCatalog.all.map { [.text($0.name), .text($0.family), .text($0.summary)] }))
  }

  private static let summary = Builtin(
    "summary", family: "models", "The layers of a model with their sizes.",
    details: "Parameters leave out the scales of quantizers; macs are those of one image.",
    parameters: [modelParameter], result: .table,
    examples: [.init("sum(summary(\(small)).parameters)", "272474")]
  ) { call in
    let model = value(call).content
    return .table(LayerTable.table(try model.summary(), isQuantized: model.quantization != nil))
  }

  private static let graph = Builtin(
    "graph", family: "models", "The nodes of a model's graph and how they are joined, as text.",
    details: """
      "text" has a line for each node in the order of execution. "dot" is for Graphviz:
      `graph(net, format: "dot") |> save("net.dot")`, then `dot -Tsvg net.dot`.
      """,
    parameters: [
      modelParameter,
      Parameter(
        "format", .choice(["text", "dot"]), default: .text("text"), needsLabel: true,
        "A listing, or a drawing in Graphviz's language."),
    ],
    result: .string, examples: [.init("count(split(graph(\(small)), \"\\n\"))", "74")]
  ) { call in
    let graph = value(call).content.graph
    return .text(try call.string("format") == "dot" ? graph.dot() : graph.text())
  }

  static func value(_ call: Call) -> ModelValue { call.value("model", as: ModelValue.self) }

  private static let history = Builtin(
    "history", family: "models", "What happened in each epoch of a model's last training.",
    details: """
      `loss` is the mean label-smoothed loss of the epoch's steps, `train_top1` the share of its
      augmented images that were right at their step. A loaded model has none. The prompt draws both
      below the table.
      """,
    parameters: [modelParameter], result: .table,
    examples: [.init("count(history(\(small)))", "0")]
  ) { call in
    let rows = value(call).history.epochs.map { epoch -> [Cell] in
      [
        .int(epoch.epoch), .int(epoch.step), .float(epoch.loss), .float(epoch.top1),
        .float(epoch.learningRate),
      ]
    }
    let table = Table(columns: ["epoch", "step", "loss", "train_top1", "lr"], rows: rows)
    return .host(TableValue(content: table, curves: ["loss", "train_top1"]))
  }

  private static let load = Builtin(
    "load", family: "models",
    "Reads a model or a backend that `save` has written, or a float network from ONNX.",
    details: """
      Of ONNX, networks of convolutions, batch norm, ReLU, pools, additions, concatenations and linear
      layers are read, with fixed image sizes, as PyTorch and other programs write them. Docs/Deploy.md
      lists the operators.
      """,
    parameters: [
      Parameter(
        "path", .path(.read),
        "A .safetensors file of a model, a .json file of a backend, or an .onnx file.")
    ], result: .oneOf([.host("model"), .host("backend")]),
    examples: [
      .init("save(\(small), \"m.safetensors\")\nload(\"m.safetensors\").name", "\"resnet20\"")
    ]
  ) { call in
    try call.reading("path") { try call.session.work.load($0, call) }
  }

  /// What a file holds, by its ending.
  static func read(_ path: String, _ call: Call) throws -> Value {
    if path.hasSuffix(".json") { return .host(BackendValue(content: try ProfileFile.read(path))) }
    let model =
      path.hasSuffix(".onnx")
      ? try ONNXModelFile.read(path, call.reader) : try ModelFile.read(path, call.reader)
    return .host(ModelValue(content: model))
  }
}
