import QuantRuntime

/// An optimizer's settings as a value of the language, with its parameter groups.
struct OptimizerValue: HostValue, Equatable {
  let content: AnyOptimizer
  var groups = ParameterGroupOptions()

  static let type = HostType("optimizer")
  var summary: String { "\(content.name)(\(content.base.settings)\(groups.settings))" }
}

/// The arguments that make parameter groups, in the order in which they count: a group of the list
/// has the last word.
struct ParameterGroupOptions: Equatable {
  var normWeightDecay: Double?
  var quantizerRate: Double?
  var quantizerWeightDecay: Double?
  var listed: [ParameterGroup] = []

  var groups: [ParameterGroup] {
    let all = [
      ParameterGroup(roles: StateEntry.Role.norm, weightDecay: normWeightDecay),
      ParameterGroup(
        roles: [.quantizer], rateFactor: quantizerRate, weightDecay: quantizerWeightDecay),
    ]
    return all.filter { $0.rateFactor != nil || $0.weightDecay != nil } + listed
  }

  /// As a script would write them behind other settings.
  var settings: String {
    let numbers = [
      ("norm_weight_decay", normWeightDecay), ("quantizer_lr", quantizerRate),
      ("quantizer_weight_decay", quantizerWeightDecay),
    ]
    let given = numbers.compactMap { name, value in value.map { ", \(name): \($0)" } }.joined()
    guard !listed.isEmpty else { return given }
    return "\(given), groups: [\(listed.map(\.description).joined(separator: ", "))]"
  }
}

/// Optimizers.
enum OptimizerBuiltins {
  static let all = [sgd, adam].map(\.pure)

  private static let groupHelp = """
    Weight decay reaches every trained tensor, batch norm and the scales of quantizers included.
    `norm_weight_decay` gives batch norm another one, `quantizer_weight_decay` and `quantizer_lr`
    the learned numbers of quantizers. `groups` is a list of records with `names` (tensors or
    layers, `*` stands for any text) or `roles` (weight, bias, norm, quantizer), and `lr` (a
    factor), `weight_decay` or both; the last one that fits a tensor counts.
    """

  private static let factor = ParameterType.optional(.float(0...1_000_000))
  private static let decay = ParameterType.optional(.float(0...1))

  private static func weightDecay(_ value: Double) -> Parameter {
    Parameter(
      "weight_decay", .float(0...1), default: .float(value), needsLabel: true, "L2 penalty.")
  }

  private static let groupParameters = [
    Parameter(
      "norm_weight_decay", decay, default: .nil, needsLabel: true,
      "Of the scales and shifts of batch norm, if it differs."),
    Parameter(
      "quantizer_lr", factor, default: .nil, needsLabel: true,
      "Factor of the learning rate for quantizers."),
    Parameter(
      "quantizer_weight_decay", decay, default: .nil, needsLabel: true,
      "Of the learned numbers of quantizers, if it differs."),
    Parameter(
      "groups", .list, default: try? .list([]), needsLabel: true,
      "Records with names or roles, and lr or weight_decay."),
  ]

  private static func value(_ optimizer: any Optimizer, _ call: Call) throws -> Value {
    .host(
      OptimizerValue(
        content: AnyOptimizer(optimizer),
        groups: ParameterGroupOptions(
          normWeightDecay: call["norm_weight_decay"].number,
          quantizerRate: call["quantizer_lr"].number,
          quantizerWeightDecay: call["quantizer_weight_decay"].number,
          listed: try call.elements("groups").map { try GroupRecord(call).group($0) })))
  }

  private static let sgd = Builtin(
    "sgd", family: "training", "Stochastic gradient descent with momentum and weight decay.",
    details: """
      d = g + weight_decay w;  v = momentum v + d;  w = w - lr (nesterov ? d + momentum v : v).
      \(groupHelp)
      """,
    parameters: [
      Parameter("momentum", .float(0...0.9999), default: .float(0.9), needsLabel: true, "0 to 1."),
      Parameter(
        "nesterov", .bool, default: .bool(true), needsLabel: true, "Looks a step ahead."),
      weightDecay(1e-4),
    ] + groupParameters,
    result: .host("optimizer"),
    examples: [
      .init("sgd()", "sgd(momentum: 0.9, nesterov: true, weight_decay: 0.0001)"),
      .init(
        "sgd(norm_weight_decay: 0)",
        "sgd(momentum: 0.9, nesterov: true, weight_decay: 0.0001, norm_weight_decay: 0.0)"),
      .init("sgd(groups: [(names: \"fc\", lr: 10)])"),
    ]
  ) { call in
    try value(
      SGD(
        momentum: call.float("momentum"), nesterov: call.bool("nesterov"),
        weightDecay: call.float("weight_decay")), call)
  }

  private static let adam = Builtin(
    "adam", family: "training", "Adam, and with decoupled weight decay AdamW.",
    details: """
      d = g + weight_decay w;  m = beta1 m + (1 - beta1) d;  v = beta2 v + (1 - beta2) d^2;
      w = w - lr / (1 - beta1^t) m / (sqrt(v / (1 - beta2^t)) + eps). With `decoupled: true` the
      weights shrink by lr weight_decay instead, and d = g.
      Kingma and Ba, ICLR 2015; Loshchilov and Hutter, ICLR 2019.
      \(groupHelp)
      """,
    parameters: [
      Parameter(
        "betas", .list, default: try? .list([.float(0.9), .float(0.999)]), needsLabel: true,
        "How long the two moments remember, 0 to 1 each."),
      Parameter(
        "eps", .float(1e-30...1), default: .float(1e-8), needsLabel: true,
        "Keeps the quotient finite."),
      weightDecay(0),
      Parameter("decoupled", .bool, default: .bool(false), needsLabel: true, "AdamW's decay."),
    ] + groupParameters,
    result: .host("optimizer"),
    examples: [
      .init(
        "adam()", "adam(betas: [0.9, 0.999], eps: 1e-08, weight_decay: 0.0, decoupled: false)"),
      .init("adam(weight_decay: 0.01, decoupled: true, norm_weight_decay: 0)"),
    ]
  ) { call in
    let betas = try call.elements("betas").compactMap(\.number).filter {
      (0...0.999_999).contains($0)
    }
    guard betas.count == 2, try call.elements("betas").count == 2 else {
      throw call.failure("optimizer.betas", "'betas' takes two numbers from 0 to 0.999999")
    }
    return try value(
      Adam(
        beta1: betas[0], beta2: betas[1], epsilon: call.float("eps"),
        weightDecay: call.float("weight_decay"), isDecoupled: call.bool("decoupled")), call)
  }
}

extension StateEntry.Role {
  /// Those of batch norm.
  static let norm: [StateEntry.Role] = [.normScale, .normShift]
}
