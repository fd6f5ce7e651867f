import QuantRuntime

/// Looking into weight files; `model` loads them.
enum WeightBuiltins {
  static let all = [weights]

  private static let weights = Builtin(
    "weights", family: "models", "The tensors of a weight file, without making a model.",
    details: """
      Reads safetensors of any program and what `torch.save` writes (.pth, .pt, .th, .bin, old and
      new); the content decides, not the ending. Nothing in a file is ever run: a pickle that names
      more than tensors need is refused.
      """,
    parameters: [Parameter("path", .path(.read), "A weight file.")], result: .table,
    examples: [
      .init(
        """
        save(model("resnet20", classes: 10, input: [3, 16, 16]), "m.safetensors")
        weights("m.safetensors").name[0]
        """, "\"bn1.bias\"")
    ]
  ) { call in
    let file = try call.reading("path") { try WeightFile(path: $0, call.reader) }
    let rows = file.tensors.map { tensor -> [Cell] in
      [
        .text(tensor.name), .text(tensor.shape.description), .text(tensor.elementType.rawValue),
      ]
    }
    return .table(Table(columns: ["name", "shape", "dtype"], rows: rows))
  }

  /// The model of a call of `model` that names a weight file; nil for one that does not.
  static func model(_ call: Call, input: Shape, classes: Int?) throws -> Model? {
    guard call.isGiven("weights") else { return nil }
    let file = try call.reading("weights") { try WeightFile(path: $0, call.reader) }
    let except = try call.strings("except")
    return try ModelCatalog.make(
      call.string("name"), input: input, classes: classes, seed: call.session.seed,
      weights: file, except: except)
  }
}
