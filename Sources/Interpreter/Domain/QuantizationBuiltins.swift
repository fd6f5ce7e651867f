import QuantRuntime

/// A quantization algorithm with its bits, as a value of the language.
struct QuantizerValue: HostValue, Equatable {
  let content: QuantizerChoice
  static let type = HostType(
    "quantizer", fields: ["algorithm": .string, "bits": .int, "observer": .unknown])
  var summary: String {
    let granularity = content.granularity.map { ", per: \"\($0.rawValue)\"" } ?? ""
    let observer =
      content.observer.map { ", observer: \(ObserverValue(content: $0).summary)" } ?? ""
    return "\(content.algorithm)(bits: \(content.bits)\(granularity)\(observer))"
  }
  func field(_ name: String) -> Value? {
    switch name {
    case "algorithm": .text(content.algorithm)
    case "bits": .int(content.bits)
    case "observer": content.observer.map { .host(ObserverValue(content: $0)) } ?? .nil
    default: nil
    }
  }
}

/// Quantizing models.
enum QuantizationBuiltins {
  static let all =
    [quantize, quantizers] + algorithms.map(\.pure) + [foldTable, graphTable]

  private static let quantizer = ParameterType.optional(.host("quantizer"))
  private static let names = ParameterType.oneOf([.list, .layer])
  private static let small = "model(\"resnet20\", classes: 10, input: [3, 16, 16])"

  private static let quantize = Builtin(
    "quantize", family: "quantization",
    "A model with quantizers where a backend has them, ready to be trained.",
    details: """
      The backend decides scales, signs, symmetry, placement and folding; `graph` and `fold`
      override it. The first and the last layer and the image have `first_last_bits`. Results are
      simulated: values are rounded to the grid and kept in float32. The scales are found from the
      first batch of a training. Selectors are names of layers; `*` stands for any text.
      """,
    parameters: [
      ModelBuiltins.modelParameter,
      Parameter(
        "algorithm", quantizer, default: .nil, "For weights and activations, such as lsq(bits: 4)."),
      Parameter(
        "weights", quantizer, default: .nil, needsLabel: true, "For weights, if it differs."),
      Parameter(
        "activations", quantizer, default: .nil, needsLabel: true,
        "For activations, if it differs."),
      Parameter("backend", .host("backend"), needsLabel: true, "The hardware to simulate."),
      Parameter(
        "graph", .optional(.oneOf([.anyInt, .name(.graphModes)])), default: .nil, needsLabel: true,
        "A graph mode by number or name; nil for the backend's."),
      Parameter(
        "fold", .optional(.oneOf([.anyInt, .name(.folds)])), default: .nil, needsLabel: true,
        "A folding strategy by number or name; nil for the backend's."),
      Parameter(
        "first_last_bits", .int(2...8), default: .int(8), needsLabel: true,
        "Bits of the first and the last layer."),
      Parameter(
        "only", names, default: try? .list([]), needsLabel: true, "Layers to quantize; [] for all."),
      Parameter(
        "except", names, default: try? .list([]), needsLabel: true, "Layers to leave in float."),
    ],
    result: .host("model"),
    examples: [
      .init("\(small) |> quantize(lsq(bits: 4), backend: tensorrt) |> quantizers |> count"),
      .init("quantize(\(small), lsq(bits: 4), backend: academic, fold: 4).fold", "\"torch_fold\""),
    ]
  ) { call in
    let both = call.host("algorithm", as: QuantizerValue.self)?.content
    let weights = call.host("weights", as: QuantizerValue.self)?.content ?? both?.forWeights
    let activations = call.host("activations", as: QuantizerValue.self)?.content ?? both
    guard weights != nil || activations != nil else {
      throw noAlgorithm
    }
    do {
      let configuration = try configuration(call, weights: weights, activations: activations)
      let model = ModelBuiltins.value(call)
      let quantized = try QuantRuntime.quantize(model.content, configuration)
      return .host(ModelValue(content: quantized, work: model.work))
    } catch let error as QuantizeError {
      guard let parameter = try culprit(error, call) else { throw error }
      throw ArgumentError.refused(
        parameter: parameter, function: call.builtin.name, reason: error)
    }
  }.checking(QuantizationCheck.check)

  static let noAlgorithm = ValueError.builtin(
    code: "quantize.algorithm", message: "'quantize' needs an algorithm",
    help: "such as lsq(bits: 4)")

  private static func configuration(
    _ call: Call, weights: QuantizerChoice?, activations: QuantizerChoice?
  ) throws -> QuantizeConfiguration {
    QuantizeConfiguration(
      profile: call.value("backend", as: BackendValue.self).content, weights: weights,
      activations: activations,
      firstLastBits: call.int("first_last_bits"), graphMode: try graphMode(call["graph"]),
      fold: try fold(call["fold"]), only: try call.strings("only"),
      except: try call.strings("except"))
  }

  /// The parameter whose argument an error is about.
  private static func culprit(_ error: QuantizeError, _ call: Call) throws -> String? {
    switch error {
    case .forbidden(let prohibition) where prohibition.isBackendsOwn: return "backend"
    case .forbidden(let prohibition): return argument(of: prohibition.site, call.isGiven)
    case .unmatchedSelector(let selector, _):
      return try call.strings("only").contains(selector) ? "only" : "except"
    case .contradiction: return "only"
    case .everythingExcluded: return "except"
    case .unknownGraphMode: return "graph"
    case .unknownFold: return "fold"
    case .idleObserver(_, _, let site): return argument(of: site, call.isGiven)
    case .alreadyQuantized, .layer: return "model"
    default: return nil
    }
  }

  /// The parameter that chose the quantizer of a site.
  static func argument(of site: FakeQuant.Site, _ isGiven: (String) -> Bool) -> String {
    let own = site == .weight ? "weights" : "activations"
    return isGiven(own) ? own : "algorithm"
  }

  static func graphMode(_ value: Value) throws(QuantizeError) -> String? {
    switch value {
    case .int(let number): try GraphModeCatalog.mode(number: number).name
    case .string(let name): try GraphModeCatalog.mode(name.value).name
    default: nil
    }
  }

  /// The name of a folding strategy given by number or name; nil when none is given.
  static func fold(_ value: Value) throws(QuantizeError) -> String? {
    switch value {
    case .int(let number): try FoldingCatalog.strategy(number: number).name
    case .string(let name): try FoldingCatalog.strategy(name.value).name
    default: nil
    }
  }

  private static let quantizers = Builtin(
    "quantizers", family: "quantization",
    "Every quantizer of a model, with its grid and its scale.",
    details: """
      `scale` and `zero_point` are means over the channels, whatever the algorithm learns in their
      place; they are empty before the quantizer has met data, and where its levels are no uniform
      grid. `elements` counts the values that are quantized, of one image for activations; `rule` says
      why the quantizer is there.
      """,
    parameters: [ModelBuiltins.modelParameter], result: .table,
    examples: [.init("count(quantizers(\(small)))", "0")]
  ) { call in
    let rows = ModelBuiltins.value(call).content.quantizers().map { quantizer -> [Cell] in
      let isAsymmetric = quantizer.spec.symmetry == .asymmetric
      return [
        .text(quantizer.name), .text(quantizer.site.rawValue), .text(quantizer.algorithm),
        .int(quantizer.spec.bits), .text(quantizer.spec.sign.rawValue),
        .text(quantizer.spec.symmetry.rawValue), .text(quantizer.spec.granularity.rawValue),
        mean(quantizer.maps.map(\.scale)),
        isAsymmetric ? mean(quantizer.maps.map(\.zeroPoint)) : .empty,
        .int(quantizer.elements), .text(quantizer.reason),
      ]
    }
    return .table(
      Table(
        columns: [
          "name", "site", "algorithm", "bits", "sign", "symmetry", "per", "scale", "zero_point",
          "elements", "rule",
        ], rows: rows))
  }

  private static func mean(_ values: [Float]) -> Cell {
    values.isEmpty ? .empty : .float(values.reduce(0) { $0 + Double($1) } / Double(values.count))
  }

  /// One builtin for each algorithm of the catalog that networks are trained with.
  private static let algorithms = QuantizerCatalog.all.filter { $0.kind != .range }.map {
    algorithm in
    Builtin(
      algorithm.name, family: "quantization", algorithm.summary,
      details: details(of: algorithm),
      parameters: [
        Parameter("bits", .int(2...8), needsLabel: true, "Bit width."),
        Parameter(
          "per", .optional(.choice(QuantSpec.Granularity.allCases.map(\.rawValue))), default: .nil,
          needsLabel: true, "One scale for a tensor or for each channel; nil for the backend's."),
        Parameter(
          "observer", .optional(.host("observer")), default: .nil, needsLabel: true,
          "Finds the range to start from, such as mse(); nil for the algorithm's own formula."),
      ],
      result: .host("quantizer"),
      examples: [.init("\(algorithm.name)(bits: 4)", "\(algorithm.name)(bits: 4)")]
    ) { call in
      let granularity =
        call.isGiven("per") ? QuantSpec.Granularity(rawValue: call.string("per")) : nil
      return .host(
        QuantizerValue(
          content: QuantizerChoice(
            algorithm.name, bits: call.int("bits"), granularity: granularity,
            observer: call.host("observer", as: ObserverValue.self)?.content)))
    }
  }

  /// Source, formula and what differs from the authors' code.
  private static func details(of algorithm: QuantizerAlgorithm) -> String {
    var parts = algorithm.citation.map { ["\($0)."] } ?? []
    parts.append(algorithm.formula)
    if let partner = algorithm.weightPartner {
      parts.append("Weights are quantized by \(partner).")
    }
    if let edge = algorithm.edgeAlgorithm {
      parts.append("The network's ends are quantized by \(edge).")
    }
    return (parts + algorithm.deviations).joined(separator: "\n")
  }

  private static let foldTable = Builtin(
    "folds", family: "backends", "The strategies for folding batch norm into weights.",
    result: .table,
    examples: [.init("folds().label", "[\"-1\", \"0\", \"1\", \"2\", \"3\", \"4\", \"4*\"]")]
  ) { _ in
    .table(
      Table(
        columns: ["label", "name", "summary"],
        rows: FoldingCatalog.all.map { [.text($0.label), .text($0.name), .text($0.summary)] }))
  }

  private static let graphTable = Builtin(
    "graph_modes", family: "backends", "Where a backend places the quantizers of activations.",
    result: .table, examples: [.init("graph_modes().number", "[1, 2, 3]")]
  ) { _ in
    .table(
      Table(
        columns: ["number", "name", "summary"],
        rows: GraphModeCatalog.all.map { [.int($0.number), .text($0.name), .text($0.summary)] }))
  }
}
