import QuantRuntime

/// A network in integers as a value of the language, with the simulated model that it came from.
struct IntegerValue: HostValue, Equatable {
  let content: IntegerNetwork
  let model: ModelValue

  static let type = HostType(
    "integer_model",
    fields: [
      "name": .string, "backend": .string, "arithmetic": .string, "bytes": .int,
      "float_operations": .list(of: .string),
    ])

  var summary: String { "integer model \(content.name), \(state)" }

  /// What runs: `8/8 bits in integers, snpe, fixed_point`.
  var state: String {
    let quantization = model.content.quantization
    let bits = [quantization?.weights?.bits, quantization?.activations?.bits]
      .map { $0.map(String.init) ?? "-" }.joined(separator: "/")
    return "\(bits) bits in integers for \(content.backend), \(content.arithmetic.rawValue)"
  }

  func field(_ name: String) -> Value? {
    switch name {
    case "name": .text(content.name)
    case "backend": .text(content.backend)
    case "arithmetic": .text(content.arithmetic.rawValue)
    case "bytes": .int(content.parameterBytes)
    case "float_operations": try? .list(content.floatOperations.map { .text($0) })
    default: nil
    }
  }

  var table: Table? {
    Table(
      columns: ["name", "operation", "output", "values", "rescaling", "accumulator_bits"],
      rows: content.nodes.map { node in
        let input = node.inputs.first.map { content.nodes[$0] }
        return [
          .text(node.name), .text(node.label), .text("\(node.shape)"), .text(node.type.label),
          node.rescaling.isEmpty ? .empty : .text(node.rescaling),
          input.flatMap { node.accumulatorBits(reading: $0) }.map { .int($0) } ?? .empty,
        ]
      })
  }

  func notes(in area: TextArea) -> [String] {
    let float = content.floatOperations
    let floats =
      float.isEmpty
      ? ""
      : "; the backend keeps in float: \(float.prefix(3).joined(separator: ", "))"
        + (float.count > 3 ? " and \(float.count - 3) more" : "")
    return ["\(summary), \(content.parameterBytes) bytes of weights and biases\(floats)"]
  }

  var badge: String? { "\(content.name)[integer \(content.backend)]" }
}

extension IntegerType {
  /// `-128...127, scale 0.0235, zero point 3`.
  fileprivate var label: String {
    switch self {
    case .codes(let map):
      "\(map.lowest)...\(map.highest), scale \(Display.number(Double(map.scale)))"
        + (map.zeroPoint == 0 ? "" : ", zero point \(map.zeroPoint)")
    case .sums(let scale): "int32, scale \(Display.number(Double(scale)))"
    case .real: "float32"
    }
  }
}

/// What is compared of two networks, and how a simulation and integers differ.
struct GapValue: HostValue, Equatable {
  let content: Gap
  let model: String
  let data: String
  /// Names the measurement that was planned and not done.
  var planned: String?

  static let type = HostType(
    "gap",
    fields: [
      "top1_simulated": .float, "top1_integer": .float, "agreement": .float, "off": .float,
      "largest_step": .int, "first": .unknown, "cause": .unknown, "count": .int,
      "backend": .string, "arithmetic": .string, "layers": .host("table"), "rules": .host("table"),
    ])

  var summary: String {
    String(
      format: "gap of %@ on %@ (%@): top-1 %.2f %% simulated, %.2f %% in integers, "
        + "%.4f %% of codes off, %ld images of %@",
      model, content.backend, content.arithmetic.rawValue, content.simulated.top1 * 100,
      content.integer.top1 * 100, content.steps.share * 100, content.logits.count, data)
  }

  func field(_ name: String) -> Value? {
    switch name {
    case "top1_simulated": .float(content.simulated.top1)
    case "top1_integer": .float(content.integer.top1)
    case "agreement": .float(content.logits.agreement)
    case "off": .float(content.steps.share)
    case "largest_step": .int(content.steps.largest)
    case "first": content.first.map { .text($0.name) } ?? .nil
    case "cause": content.cause.map { .text($0.name) } ?? .nil
    case "count": .int(content.logits.count)
    case "backend": .text(content.backend)
    case "arithmetic": .text(content.arithmetic.rawValue)
    case "layers": .table(layers)
    case "rules": .table(rules)
    default: nil
    }
  }

  private var layers: Table {
    Table(
      columns: ["quantizer", "codes", "off", "far", "largest_step", "saturated"],
      rows: content.layers.map { layer in
        [.text(layer.name)] + Self.cells(layer.steps)
          + [.float(Double(layer.saturated) / Double(max(layer.steps.count, 1)))]
      })
  }

  private var rules: Table {
    Table(
      columns: ["without", "codes", "off", "far", "largest_step", "agreement", "rule"],
      rows: content.rules.enumerated().map { index, rule in
        [.text(index == 0 ? "nothing" : rule.name)] + Self.cells(rule.steps)
          + [.float(rule.logits.agreement), .text(rule.summary)]
      })
  }

  /// Shares, so that layers of different sizes can be compared.
  private static func cells(_ steps: StepCounts) -> [Cell] {
    let count = Double(max(steps.count, 1))
    return [
      .int(steps.count), .float(steps.share), .float(Double(steps.far) / count),
      .int(steps.largest),
    ]
  }

  func display(in area: TextArea) -> String {
    ([summary] + verdict + [TableFormat.table.text(layers, in: area)]).joined(separator: "\n")
  }

  /// The first difference and what explains it.
  private var verdict: [String] {
    guard let first = content.first else { return ["all codes are equal"] }
    let cause =
      content.cause.map { "most are due to '\($0.name)': \($0.summary)" }
      ?? "no single rule explains them: the simulation's float32 sums round too"
    return [
      String(
        format: "first difference at %@ (%.4f %% of its codes); %@", first.name,
        first.steps.share * 100, cause)
    ]
  }
}
