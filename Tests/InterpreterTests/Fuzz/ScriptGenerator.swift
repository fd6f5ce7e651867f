import QuantRuntime

@testable import Interpreter

/// Writes random scripts that mean something: they declare variables before they use them, call
/// builtins with arguments that mostly fit, and now and then do neither. Some have bytes changed.
struct ScriptGenerator {
  private var random: RandomStream
  private var text = ""
  /// What can be read here, and what can be assigned.
  private var names: [String] = []
  private var variables: [String] = []
  private let builtins: [Builtin]

  /// The script of a number; the same number gives the same bytes.
  static func script(_ number: UInt64, builtins: [Builtin]) -> [UInt8] {
    var generator = ScriptGenerator(
      random: RandomStream(seed: 20_261_125, purpose: .order, lane: number), builtins: builtins)
    for _ in 0...generator.random.below(4) { generator.statement(3) }
    var bytes = Array(generator.text.utf8)
    if generator.random.below(4) == 0 { generator.damage(&bytes) }
    return bytes
  }

  private init(random: RandomStream, builtins: [Builtin]) {
    self.random = random
    self.builtins = builtins
  }

  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[random.below(elements.count)]
  }

  private mutating func damage(_ bytes: inout [UInt8]) {
    let marks = Array("(){}[]\"\\,.:;|>=+-*/ \n#a0_\r\t\0\u{FF}é".utf8)
    for _ in 0...random.below(4) where !bytes.isEmpty {
      let place = random.below(bytes.count)
      switch random.below(3) {
      case 0: bytes[place] = pick(marks)
      case 1: bytes.removeSubrange(place..<min(place + 1 + random.below(9), bytes.count))
      default: bytes.insert(contentsOf: bytes[..<min(bytes.count, random.below(20))], at: place)
      }
    }
  }

  // MARK: - Statements

  private mutating func statement(_ depth: Int) {
    switch random.below(depth > 0 ? 10 : 3) {
    case 0: declaration("let", depth)
    case 1: text += expression(depth)
    case 2:
      declaration("var", depth)
      variables.append(names[names.count - 1])
    case 3: function(depth)
    case 4:
      let sequence = random.below(3) == 0 ? expression(depth - 1) : "0..<3"
      let variable = newName()
      text += "for \(variable) in \(sequence) \(block(depth - 1))"
      names.removeLast()
    case 5: text += "while \(expression(depth - 1)) \(block(depth - 1))"
    case 6:
      let value = expression(depth)
      text +=
        variables.isEmpty
        ? value : "\(pick(variables)) \(pick(["=", "=", "+=", "-=", "*=", "/="])) \(value)"
    case 7:
      text +=
        random.below(8) == 0
        ? pick(["return", "break", "continue"]) : "print(\(name()), \(call(depth - 1)))"
    case 8: text += "# \(pick(["note", "größe", "\\("]))"
    default: text += "print(\(expression(depth - 1)), \(expression(1)))"
    }
    text += pick(["\n", "\n", ";", "\n\n"])
  }

  private mutating func declaration(_ word: String, _ depth: Int) {
    let value = expression(depth)
    text += "\(word) \(newName()) = \(value)"
  }

  private mutating func function(_ depth: Int) {
    let (first, second) = (newName(), newName())
    let fallback = random.below(2) == 0 ? ": \(expression(0))" : ""
    let body = block(depth - 1)
    names.removeLast(2)
    text += "func \(newName())(\(first), \(second)\(fallback)) \(body)"
  }

  private mutating func block(_ depth: Int) -> String {
    let outside = text
    let known = (names, variables)
    text = "{ "
    for _ in 0..<random.below(3) { statement(depth) }
    text += expression(max(0, depth - 1)) + " }"
    defer {
      text = outside
      (names, variables) = known
    }
    return text
  }

  private mutating func newName() -> String {
    let name = "\(pick(["a", "b", "net", "größe"]))\(random.below(1000))"
    names.append(name)
    return name
  }

  private mutating func name() -> String {
    if names.isEmpty { return literal() }
    return random.below(100) == 0 ? pick(["a", "data", "_"]) : pick(names)
  }

  // MARK: - Expressions

  private mutating func expression(_ depth: Int) -> String {
    guard depth > 0 else { return literal() }
    switch random.below(14) {
    case 0, 1: return literal()
    case 2: return name()
    case 3, 4, 5: return call(depth - 1)
    case 6:
      let operation = pick([
        "+", "-", "*", "/", "//", "%", "**", "<", "==", "in", "and", "or", "..<",
      ])
      return "(\(expression(depth - 1)) \(operation) \(expression(depth - 1)))"
    case 7: return "[\(expression(depth - 1)), \(expression(depth - 1))]"
    case 8: return "(a: \(expression(depth - 1)), ...\(expression(depth - 1)))"
    case 9: return "\(expression(depth - 1))[\(expression(depth - 1))]"
    case 10: return "\(expression(depth - 1)).\(pick(["a", "top1", "name", "bits", "for"]))"
    case 11: return "{ x, \(pick(["y", "z"])) in \(expression(depth - 1)) }"
    case 12:
      return "if \(expression(depth - 1)) { \(expression(depth - 1)) } else { \(expression(0)) }"
    default: return "\(expression(depth - 1)) |> \(call(depth - 1))"
    }
  }

  private mutating func literal() -> String {
    pick([
      "0", "1", "2", "-1", "9223372036854775807", "0.5", "1e308", "nil", "true", "false", "\"\"",
      "\"lsq\"", "\"größe \\(1 + 1)\"", "[]", "()", "0..<3", "1...2", "[1, 2, 3]", "(a: 1)",
      "\"layer1.0.conv1\"", "{ 1 }", "{ x in x }", "lsq", "tensorrt", "sqrt", "\"x\\n\\u{48}\"",
    ])
  }

  private mutating func call(_ depth: Int) -> String {
    let builtin = pick(builtins)
    guard random.below(12) != 0 else { return "\(name())(\(expression(depth)))" }
    guard builtin.constant == nil else { return builtin.name }
    var arguments: [String] = []
    var labelled: [String] = []
    for parameter in builtin.parameters {
      if parameter.defaultValue != nil, random.below(3) != 0 { continue }
      let value = argument(parameter.type, depth)
      // Behind a label the next ones need theirs, too.
      let isLabelled = parameter.needsLabel || !labelled.isEmpty || random.below(4) == 0
      if isLabelled, !parameter.isVariadic {
        labelled.append("\(parameter.name): \(value)")
      } else {
        arguments.append(value)
      }
    }
    if random.below(12) == 0 { labelled.append("...\(expression(0))") }
    return "\(builtin.name)(\((arguments + labelled).joined(separator: ", ")))"
  }

  private mutating func argument(_ type: ParameterType, _ depth: Int) -> String {
    if random.below(20) == 0 { return expression(depth) }
    switch type {
    case .bool: return pick(["true", "false"])
    case .int: return pick(["1", "2", "4", "8", "0", "64"])
    case .float: return pick(["0.5", "1", "0.0", "1e-4"])
    case .choice(let choices): return "\"\(pick(choices))\""
    case .name(let vocabulary): return "\"\(pick(vocabulary.entries().map(\.name)))\""
    case .list, .sequence: return pick(["[1, 2]", "[]", "0..<4", "[\"a\"]", "[(a: 1), (a: 2)]"])
    case .record: return pick(["(a: 1)", "()", "(a: 1, b: \"x\")"])
    case .function, .callback: return pick(["{ x in x }", "{ 1 }", "count", "{ a, b in a }"])
    case .host(let name): return maker(of: name, depth)
    case .oneOf(let types): return argument(pick(types), depth)
    case .optional(let inner): return random.below(3) == 0 ? "nil" : argument(inner, depth)
    case .string, .path, .layer: return pick(["\"a\"", "\"\"", "\"a,b\"", "\"*\"", "\"größe\""])
    case .any: return expression(depth)
    }
  }

  /// A call that gives a value of the runtime's type.
  private mutating func maker(of type: String, _ depth: Int) -> String {
    let makers = builtins.filter { $0.result.description == type }
    guard depth > 0, !makers.isEmpty else { return name() }
    let builtin = pick(makers)
    guard builtin.constant == nil else { return builtin.name }
    let required = builtin.parameters.filter { $0.defaultValue == nil && !$0.isVariadic }
    let arguments = required.map { parameter in
      let value = argument(parameter.type, depth - 1)
      return parameter.collectsLabels ? "a: 1" : "\(parameter.name): \(value)"
    }
    return "\(builtin.name)(\(arguments.joined(separator: ", ")))"
  }
}
