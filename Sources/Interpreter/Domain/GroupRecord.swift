import QuantRuntime

/// Reads a record of an optimizer's `groups`.
struct GroupRecord {
  private let call: Call

  init(_ call: Call) { self.call = call }

  /// What scripts call the roles of tensors.
  private static let roles: KeyValuePairs<String, [StateEntry.Role]> = [
    "weight": [.weight], "bias": [.bias], "norm": StateEntry.Role.norm, "quantizer": [.quantizer],
  ]

  func group(_ value: Value) throws -> ParameterGroup {
    guard case .record(let record) = value else {
      throw ArgumentError.type(
        parameter: "groups", function: call.builtin.name, expected: "list of records",
        found: value.typeName)
    }
    var group = ParameterGroup()
    for (label, value) in zip(record.labels, record.values) {
      switch label {
      case "names": group.names = try texts(value, label)
      case "roles": group.roles = try texts(value, label).flatMap(role)
      case "lr": group.rateFactor = try number(value, label, 0...1_000_000)
      case "weight_decay": group.weightDecay = try number(value, label, 0...1)
      default: throw failure("a group has no '\(label)'")
      }
    }
    guard !group.names.isEmpty || !group.roles.isEmpty else {
      throw failure("a group needs 'names' or 'roles'")
    }
    guard group.rateFactor != nil || group.weightDecay != nil else {
      throw failure("a group needs 'lr' or 'weight_decay'")
    }
    return group
  }

  private func texts(_ value: Value, _ label: String) throws -> [String] {
    let values =
      if case .string = value { [value] } else { try value.iterated(until: Interruption()) }
    return try values.map { value in
      guard case .string(let text) = value else {
        throw failure("'\(label)' of a group is a string or a list of strings")
      }
      return text.value
    }
  }

  private func role(_ name: String) throws -> [StateEntry.Role] {
    guard let roles = Self.roles.first(where: { $0.key == name })?.value else {
      throw failure("no role is named '\(name)'")
    }
    return roles
  }

  private func number(
    _ value: Value, _ label: String, _ range: ClosedRange<Double>
  ) throws -> Double {
    guard let number = value.number, range.contains(number) else {
      throw failure(
        "'\(label)' of a group is a number from \(Display.number(range.lowerBound)) "
          + "to \(Display.number(range.upperBound))")
    }
    return number
  }

  private func failure(_ message: String) -> any Error {
    call.failure(
      "optimizer.group", message,
      help: "such as (roles: \"quantizer\", lr: 0.1) or (names: \"fc\", weight_decay: 0); "
        + "roles are weight, bias, norm, quantizer")
  }
}
