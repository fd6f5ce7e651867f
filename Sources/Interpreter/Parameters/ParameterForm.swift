import Lang
import QuantRuntime

/// What a parameter of a script takes: the type of its values, and what limits them.
struct ParameterForm: Sendable {
  enum Element: String, Sendable, CaseIterable {
    case bool, int, float, string
  }

  let element: Element
  /// A list of elements, on the command line with commas between them.
  let isList: Bool
  private(set) var minimum: Value?
  private(set) var maximum: Value?
  /// The elements that are allowed; empty for all.
  private(set) var choices: [Value] = []

  /// The types as `param` takes them: `int`, `[int]`.
  static let typeNames =
    Element.allCases.map(\.rawValue) + Element.allCases.map { "[\($0.rawValue)]" }

  /// - Parameters: the arguments of `param`; nil or missing where they are not given.
  /// - Throws: `ArgumentError.refused` when they do not go together.
  init(
    default defaultValue: Value, type: Value, minimum: Value, maximum: Value, choices: Value
  ) throws(ArgumentError) {
    do throws(Refusal) {
      (element, isList) = try Self.type(type, defaultValue)
      try setLimits(minimum, maximum)
      try setChoices(choices)
      if case .nil = defaultValue { return }
      if case .missing = defaultValue { return }
      try checkDefault(defaultValue)
    } catch {
      throw .refused(parameter: error.parameter, function: "param", reason: error.reason)
    }
  }

  /// A declaration that is wrong, and the argument to blame.
  private struct Refusal: Error {
    var parameter: String
    var reason: ParameterDeclarationError
  }

  // MARK: - Declaring

  private static func type(
    _ type: Value, _ defaultValue: Value
  ) throws(Refusal) -> (Element, isList: Bool) {
    if case .string(let name) = type {
      let inner = name.value.filter { $0 != "[" && $0 != "]" }
      return (Element(rawValue: inner) ?? .string, name.value != inner)
    }
    if case .list(let list) = defaultValue { return (try common(list.elements), true) }
    return (try element(of: defaultValue), false)
  }

  /// The one type of all elements; ints among floats are floats. An empty list could be of any type
  /// and takes the texts as they are.
  private static func common(_ values: [Value]) throws(Refusal) -> Element {
    var found: Element?
    for value in values {
      let next = try element(of: value)
      switch (found, next) {
      case (nil, _), (.int, .float): found = next
      case (.float, .int): break
      case (let found, _):
        guard found == next else { throw Refusal(parameter: "default", reason: .mixed) }
      }
    }
    return found ?? .string
  }

  private static func element(of value: Value) throws(Refusal) -> Element {
    switch value {
    case .bool: .bool
    case .int: .int
    case .float: .float
    case .string, .nil, .missing: .string
    default: throw Refusal(parameter: "default", reason: .type(found: value.typeName))
    }
  }

  private mutating func setLimits(_ low: Value, _ high: Value) throws(Refusal) {
    for (name, value) in [("min", low), ("max", high)] where value.number != nil {
      guard element == .int || element == .float, let limit = converted(value) else {
        throw Refusal(parameter: name, reason: .limit(Display.inline(value), of: description))
      }
      if name == "min" { minimum = limit } else { maximum = limit }
    }
    guard let minimum, let maximum, Self.isLess(maximum, minimum) else { return }
    throw Refusal(
      parameter: "max", reason: .order(Display.inline(minimum), Display.inline(maximum)))
  }

  private mutating func setChoices(_ value: Value) throws(Refusal) {
    guard case .list(let list) = value else { return }
    guard !list.elements.isEmpty else {
      throw Refusal(parameter: "choices", reason: .noChoices)
    }
    for choice in list.elements {
      guard let converted = converted(choice) else {
        throw Refusal(
          parameter: "choices", reason: .choice(Display.inline(choice), of: element.rawValue))
      }
      choices.append(converted)
    }
  }

  private func checkDefault(_ value: Value) throws(Refusal) {
    let reason: ParameterDeclarationError
    switch accept(value) {
    case .success: return
    case .failure(.type): reason = .defaultType(Display.inline(value), of: description)
    case .failure(.range(let element)), .failure(.choice(let element)):
      reason = .defaultOutside(Display.inline(element), limits)
    }
    throw Refusal(parameter: "default", reason: reason)
  }

  // MARK: - Values

  /// What is wrong with a value; of a list with an element.
  enum Rejection: Error {
    case type
    case range(Value)
    case choice(Value)
  }

  /// The value as the parameter has it; an int for a float becomes one.
  func accept(_ value: Value) -> Result<Value, Rejection> {
    guard isList else { return acceptElement(value) }
    guard case .list(let list) = value else { return .failure(.type) }
    var elements: [Value] = []
    for element in list.elements {
      switch acceptElement(element) {
      case .success(let value): elements.append(value)
      case .failure(let rejection): return .failure(rejection)
      }
    }
    return (try? Value.list(elements)).map { .success($0) } ?? .failure(.type)
  }

  private func acceptElement(_ value: Value) -> Result<Value, Rejection> {
    guard let value = converted(value) else { return .failure(.type) }
    if let minimum, !Self.isLess(minimum, value), minimum != value {
      return .failure(.range(value))
    }
    if let maximum, !Self.isLess(value, maximum), maximum != value {
      return .failure(.range(value))
    }
    return choices.isEmpty || choices.contains(value) ? .success(value) : .failure(.choice(value))
  }

  private func converted(_ value: Value) -> Value? {
    switch (element, value) {
    case (.bool, .bool), (.int, .int), (.float, .float), (.string, .string): value
    case (.float, .int(let number)): .float(Double(number))
    default: nil
    }
  }

  /// False for NaN, which is so outside of all limits.
  private static func isLess(_ a: Value, _ b: Value) -> Bool {
    switch (a, b) {
    case (.int(let a), .int(let b)): a < b
    case (.float(let a), .float(let b)): a < b
    default: false
    }
  }
}

// MARK: - Words

extension ParameterForm {
  /// How messages name the type: `int`, `list of ints`.
  var description: String { isList ? "list of \(element.rawValue)s" : element.rawValue }

  /// Stands for a value in usage: `INT`, `INT,...`.
  var placeholder: String { element.rawValue.uppercased() + (isList ? ",..." : "") }

  /// `1 to 100`, `1 or more`, `one of lsq, pact`; empty without limits.
  var limits: String {
    guard choices.isEmpty else {
      return "one of " + choices.map(Self.text).joined(separator: ", ")
    }
    switch (minimum.map(Self.text), maximum.map(Self.text)) {
    case (let low?, let high?): return "\(low) to \(high)"
    case (let low?, nil): return "\(low) or more"
    case (nil, let high?): return "at most \(high)"
    case (nil, nil): return ""
    }
  }

  /// A value as it is written on a command line.
  static func text(_ value: Value) -> String {
    switch value {
    case .string(let text): text.value
    case .list(let list): list.elements.map(text).joined(separator: ",")
    default: Display.inline(value)
    }
  }
}
