import QuantRuntime

/// The arguments of one call as they were written, spreads already taken apart.
struct Arguments {
  var positional: [Value] = []
  var labelled: [(label: String, value: Value)] = []
}

/// Puts arguments into the places of parameters; one binder for builtins and for functions of
/// scripts, so that the rules and the words are the same.
///
/// A class, because places in the text remember how their arguments fit the one they met last.
final class ArgumentBinder: Sendable {
  struct Place: Sendable {
    var name: String
    var isRequired: Bool
    var isVariadic = false
    var needsLabel = false
    var collectsLabels = false
    /// The default as it is written, for listings; nil where there is none.
    var defaultText: String?

    /// Whether it can be named in a call.
    var hasLabel: Bool { !isVariadic && !collectsLabels }
  }

  let function: String
  let places: [Place]

  init(function: String, places: [Place]) {
    self.function = function
    self.places = places
  }

  /// One value for each place: the argument, a list for a variadic place, `.missing` for one that
  /// was left out and has a default.
  func bind(_ arguments: Arguments) throws -> [Value] {
    var values = Array(repeating: Value.missing, count: places.count)
    var next = 0
    for (index, value) in arguments.positional.enumerated() {
      guard next < places.count else {
        throw ArgumentError.tooMany(
          function: function, expected: places.count { !$0.needsLabel },
          found: arguments.positional.count)
      }
      if places[next].isVariadic {
        values[next] = try .list(Array(arguments.positional[index...]))
        break
      }
      guard !places[next].needsLabel else {
        throw ArgumentError.needsLabel(parameter: places[next].name, function: function)
      }
      values[next] = value
      next += 1
    }
    try bindLabels(arguments, &values)
    for (index, place) in places.enumerated() where values[index].isMissing {
      if place.isVariadic { values[index] = try .list([]) }
      if place.isRequired && place.hasLabel {
        throw ArgumentError.missing(parameter: place.name, function: function)
      }
    }
    return values
  }

  private func bindLabels(_ arguments: Arguments, _ values: inout [Value]) throws {
    let collector = places.firstIndex(where: \.collectsLabels)
    var collected: [(label: String, value: Value)] = []
    for (label, value) in arguments.labelled {
      guard let index = places.firstIndex(where: { $0.name == label && $0.hasLabel }) else {
        guard collector != nil else {
          throw ArgumentError.unknownLabel(
            label: label, function: function, known: places.filter(\.hasLabel).map(\.name))
        }
        guard !collected.contains(where: { $0.label == label }) else {
          throw ArgumentError.twice(parameter: label, function: function)
        }
        collected.append((label, value))
        continue
      }
      guard values[index].isMissing else {
        throw ArgumentError.twice(parameter: label, function: function)
      }
      values[index] = value
    }
    if let collector { values[collector] = try .record(collected.map { ($0.label, $0.value) }) }
  }
}

extension Builtin {
  /// Binds, checks types and ranges, and fills in defaults.
  func bind(_ arguments: Arguments) throws -> [Value] {
    var values = try binder.bind(arguments)
    for (index, parameter) in parameters.enumerated() {
      if values[index].isMissing {
        values[index] = parameter.defaultValue ?? .nil
      } else if parameter.isVariadic, case .list(let list) = values[index] {
        values[index] = try .list(
          list.elements.map { try check($0, parameter, parameter.type) })
      } else {
        values[index] = try check(values[index], parameter, parameter.type)
      }
    }
    return values
  }

  /// The value as the parameter wants it: an int for a float becomes one.
  func check(_ value: Value, _ parameter: Parameter, _ type: ParameterType) throws -> Value {
    switch (type, value) {
    case (.any, _), (.bool, .bool), (.string, .string), (.path, .string),
      (.layer, .string), (.list, .list), (.sequence, .list),
      (.sequence, .range), (.record, .record), (.function, .function), (.function, .builtin),
      (.callback, .function), (.callback, .builtin),
      (.optional, .nil):
      return value
    case (.int(let range), .int(let number)):
      guard range.contains(number) else { throw outOfRange(parameter, type, value) }
      return value
    case (.float(let range), _):
      guard let number = value.number else { break }
      guard range.contains(number) else { throw outOfRange(parameter, type, value) }
      return .float(number)
    case (.name(let vocabulary), .string):
      do { try vocabulary.check(value) } catch let failure as any RuntimeFailure {
        throw ArgumentError.refused(parameter: parameter.name, function: name, reason: failure)
      }
      return value
    case (.choice(let choices), .string(let text)):
      guard choices.contains(text.value) else {
        throw ArgumentError.choice(
          parameter: parameter.name, function: name, value: text.value, choices: choices)
      }
      return value
    case (.host(let wanted), .host(let box)) where box.value.typeName == wanted:
      return value
    case (.optional(let inner), _):
      return try check(value, parameter, inner)
    case (.oneOf(let types), _):
      if let result = try firstMatch(value, parameter, types) { return result }
    default: break
    }
    throw ArgumentError.type(
      parameter: parameter.name, function: name, expected: parameter.type.description,
      found: value.typeName)
  }

  /// A type that matches but for its range reports the range.
  private func firstMatch(
    _ value: Value, _ parameter: Parameter, _ types: [ParameterType]
  ) throws -> Value? {
    for type in types {
      // Before one is asked for a reason, which takes long to word.
      let taken = type.taken
      guard taken.asTheyAre.union(taken.withCheck).contains(value.kind) else { continue }
      do {
        return try check(value, parameter, type)
      } catch let error as ArgumentError {
        if case .type = error { continue }
        throw error
      }
    }
    return nil
  }

  private func outOfRange(
    _ parameter: Parameter, _ type: ParameterType, _ value: Value
  ) -> ArgumentError {
    .range(
      parameter: parameter.name, function: name, value: Display.inline(value), limits: type.limits)
  }
}
