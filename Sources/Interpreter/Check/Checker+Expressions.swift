import Lang

extension Checker {
  /// What an expression gives, after everything in it was checked.
  mutating func type(of expression: Expression) -> StaticType {
    switch expression.kind {
    case .nil: return .nil
    case .bool(let value): return .value(.bool(value))
    case .integer(let value): return .value(.int(value))
    case .float(let value): return .value(.float(value))
    case .string(let pieces): return type(of: pieces)
    case .name(let name): return type(of: name)
    case .list(let elements): return list(elements.map { type(of: $0) })
    case .record(let elements): return record(elements)
    case .unary(let operation, let operand): return unary(operation, operand, expression.span)
    case .binary(let operation, let left, let right, let place):
      let types = (type(of: left), type(of: right))
      return binary(operation, types.0, types.1, at: place.joined(with: expression.span))
    case .logical(let operation, let left, let right): return logical(operation, left, right)
    case .range(let low, let high, _):
      for bound in [low, high] {
        guard let name = type(of: bound).name, name != "int" else { continue }
        report(ValueError.rangeBound(type: name), at: expression.span)
      }
      return .plain(.range)
    case .call(let callee, let arguments, _):
      return call(callee, arguments, expression.span)
    case .index(let base, let index): return element(of: base, at: index, expression.span)
    case .field(let base, let name): return field(name, of: type(of: base))
    case .function(let function):
      return .function(signature(function, result: result(of: function, given: [])))
    case .if(let branches, let otherwise): return conditional(branches, otherwise)
    }
  }

  // MARK: - Literals

  private mutating func type(of pieces: [StringPiece]) -> StaticType {
    var text = ""
    var isKnown = true
    for piece in pieces {
      switch piece {
      case .text(let part): text += part
      case .expression(let part):
        _ = type(of: part)
        isKnown = false
      }
    }
    return isKnown ? .value(.text(text)) : .string
  }

  /// Longer lists are not kept as values.
  private static let knownElements = 1_000

  private func list(_ types: [StaticType]) -> StaticType {
    let values = types.prefix(Self.knownElements).compactMap(\.constant)
    if values.count == types.count, let list = try? Value.list(values) { return .value(list) }
    return .list(of: StaticType.joined(types))
  }

  private mutating func record(_ elements: [Argument]) -> StaticType {
    var fields: [StaticType.Field]? = []
    for element in elements {
      let type = type(of: element.value)
      switch element.kind {
      case .labelled(let name, _): fields?.set(name.text, type)
      case .spread:
        requireRecord(type, at: element.span)
        if let spread = type.recordFields {
          for field in spread { fields?.set(field.label, field.type) }
        } else {
          fields = nil
        }
      case .positional: break
      }
    }
    return .record(fields)
  }

  mutating func requireRecord(_ type: StaticType, at span: Span) {
    guard let name = type.name, name != "record" else { return }
    report(ValueError.spread(type: name), at: span)
  }

  mutating func requireSequence(_ type: StaticType, at span: Span) {
    guard let name = type.name, !["list", "range", "string"].contains(name) else { return }
    report(ValueError.notIterable(type: name), at: span)
  }

  // MARK: - Conditions

  /// Whether a condition is known to hold, or not to hold.
  mutating func condition(_ expression: Expression) -> Bool? {
    let type = type(of: expression)
    requireBool(type, at: expression.span)
    guard case .value(.bool(let value)) = type else { return nil }
    return value
  }

  private mutating func requireBool(_ type: StaticType, at span: Span) {
    guard let name = type.name, name != "bool" else { return }
    report(ValueError.condition(type: name), at: span)
  }

  /// Branches that a known condition rules out are left alone: they may be there for other values.
  private mutating func conditional(_ branches: [IfBranch], _ otherwise: Block?) -> StaticType {
    var types: [StaticType] = []
    for branch in branches {
      let holds = condition(branch.condition)
      if holds == false { continue }
      if let type = value(of: branch.body) { types.append(type) }
      if holds == true { return StaticType.joined(types) }
    }
    if let otherwise {
      if let type = value(of: otherwise) { types.append(type) }
    } else {
      types.append(.nil)
    }
    return StaticType.joined(types)
  }

  private mutating func logical(
    _ operation: LogicalOperator, _ left: Expression, _ right: Expression
  ) -> StaticType {
    let first = condition(left)
    let decides = operation == .or
    if first == decides { return .value(.bool(decides)) }
    let second = condition(right)
    if first == !decides, let second { return .value(.bool(second)) }
    return .bool
  }

  // MARK: - Elements and fields

  private mutating func element(
    of base: Expression, at index: Expression, _ span: Span
  ) -> StaticType {
    let (base, index) = (type(of: base), type(of: index))
    switch base.name {
    case "list", "range", "string":
      if let name = index.name, name != "int", name != "range" {
        report(ValueError.indexType(type: name), at: span)
      }
      guard index.isNamed("int") else { return index.isNamed("range") ? slice(base) : .unknown }
      return base.element
    case "record":
      guard let name = index.name else { return .unknown }
      guard case .value(.string(let label)) = index else {
        if name != "string" { report(ValueError.notIndexable(type: "record"), at: span) }
        return .unknown
      }
      return field(label.value, of: base, at: span)
    case let name?:
      report(ValueError.notIndexable(type: name), at: span)
      return .unknown
    case nil: return .unknown
    }
  }

  private func slice(_ base: StaticType) -> StaticType {
    switch base.name {
    case "string": .string
    case "list": .list(of: base.element)
    default: .unknown
    }
  }

  private mutating func field(_ name: Name, of base: StaticType) -> StaticType {
    field(name.text, of: base, at: name.span)
  }

  private mutating func field(_ name: String, of base: StaticType, at span: Span) -> StaticType {
    guard let type = base.name else { return .unknown }
    if type == "record" {
      guard let fields = base.recordFields else { return .unknown }
      if let field = fields.first(where: { $0.label == name }) { return field.type }
      report(
        ValueError.unknownField(name: name, type: type, known: fields.map(\.label)), at: span)
      return .unknown
    }
    let host = HostType.named(type)
    if let field = host?.fields.first(where: { $0.label == name }) { return field.type }
    let known = base.hostFieldNames ?? host?.fields.map(\.label) ?? []
    if known.contains(name) || (host?.isOpen == true && base.hostFieldNames == nil) {
      return .unknown
    }
    report(ValueError.unknownField(name: name, type: type, known: known), at: span)
    return .unknown
  }
}

extension StaticType {
  /// The fields of the one host value that is known.
  fileprivate var hostFieldNames: [String]? {
    guard case .value(.host(let box)) = self else { return nil }
    return box.value.fieldNames
  }
}

extension [StaticType.Field] {
  /// Later fields replace earlier ones of the same label, in their place.
  fileprivate mutating func set(_ label: String, _ type: StaticType) {
    if let index = firstIndex(where: { $0.label == label }) {
      self[index].type = type
    } else {
      append(.init(label: label, type: type))
    }
  }
}

extension Argument {
  var value: Expression {
    switch kind {
    case .positional(let value), .labelled(_, let value), .spread(let value): value
    }
  }
}
