/// Writes random texts that the parser accepts, with white space, line ends and comments wherever the
/// language allows them.
struct RandomProgram {
  private var random: Random
  private var text = ""
  /// Whether the innermost open bracket is `(` or `[`, where lines end freely.
  private var isInParentheses = false
  /// In the head of a statement, where `{` would start its block.
  private var isInHead = false

  private init(seed: UInt64) { random = Random(state: seed) }

  static func text(seed: UInt64) -> String {
    var program = RandomProgram(seed: seed)
    program.statements(depth: 4, isTopLevel: true)
    return program.text
  }

  // MARK: - White space

  /// Space behind which the text may go on at once.
  private mutating func gap(canBreak: Bool = false) {
    let breaks = ["\n", "\n\n", "\r\n", " # c1\n", "#c2 \r\n  ", "\n  # c 3\n\n\n"]
    text +=
      (canBreak || isInParentheses) && random.below(5) == 0
      ? random.pick(breaks) : random.pick(["", "", " ", " ", "  ", "\t", "\r"])
  }

  /// Space between two words.
  private mutating func space(canBreak: Bool = false) {
    text += " "
    gap(canBreak: canBreak)
  }

  /// What ends a statement.
  private mutating func separator() {
    text += random.pick([
      "\n", "\n", "\n", ";", " ; ", ";\n", ";;\n", "\n\n\n", " # d\n", "\n;\r\n",
    ])
  }

  // MARK: - Statements

  private mutating func statements(depth: Int, isTopLevel: Bool = false) {
    let wasInParentheses = isInParentheses
    let wasInHead = isInHead
    isInParentheses = false
    isInHead = false
    if random.below(3) == 0 { text += random.pick([";", "\n", "  ", "\n# e\n", "\n\n\t"]) }
    for _ in 0..<random.below(isTopLevel ? 8 : 3) {
      statement(depth: depth)
      separator()
    }
    if random.below(2) == 0 { statement(depth: depth) }
    isInParentheses = wasInParentheses
    isInHead = wasInHead
  }

  private mutating func statement(depth: Int) {
    switch random.below(depth > 0 ? 9 : 3) {
    case 0: binding(random.pick(["let", "var"]), depth)
    case 1: assignment(depth)
    case 2, 3, 4: expression(depth)
    case 5: function(depth)
    case 6: loop(depth)
    case 7:
      text += "return"
      space()
      expression(depth)
    default: text += random.pick(["break", "continue", "import \"a.mq\"as a", "return"])
    }
  }

  private mutating func binding(_ keyword: String, _ depth: Int) {
    text += keyword
    space()
    name()
    gap()
    text += "="
    gap(canBreak: true)
    expression(depth)
  }

  private mutating func assignment(_ depth: Int) {
    name()
    gap()
    text += random.pick(["=", "+=", "-=", "*=", "/="])
    gap(canBreak: true)
    expression(depth)
  }

  private mutating func function(_ depth: Int) {
    text += "func"
    space()
    name()
    gap()
    bracketed("(", ")") { program in
      program.list(depth - 1) { program, depth in
        program.name()
        guard program.random.below(2) == 0 else { return }
        program.gap()
        program.text += ":"
        program.gap(canBreak: true)
        program.expression(depth)
      }
    }
    gap()
    block(depth - 1)
  }

  private mutating func loop(_ depth: Int) {
    text += random.pick(["while", "for x in", "for _ in"])
    space()
    head(depth - 1)
    gap()
    block(depth - 1)
  }

  private mutating func head(_ depth: Int) {
    let wasInHead = isInHead
    isInHead = true
    expression(depth)
    isInHead = wasInHead
  }

  private mutating func block(_ depth: Int) {
    text += "{"
    statements(depth: depth)
    text += "}"
  }

  // MARK: - Expressions

  private mutating func expression(_ depth: Int) {
    operand(depth)
    guard depth > 0 else { return }
    for _ in 0..<random.below(3) {
      switch random.below(4) {
      case 0:
        gap(canBreak: true)
        text += "|>"
        gap(canBreak: true)
        call(depth - 1)
        return
      case 1:
        space()
        text += random.pick(["and", "or"])
        space(canBreak: true)
        parenthesized(depth - 1)
      default:
        gap()
        text += random.pick(["+", "-", "*", "/", "//", "%", "**"])
        gap(canBreak: true)
        operand(depth - 1)
      }
    }
  }

  private mutating func operand(_ depth: Int) {
    switch random.below(depth > 0 ? 13 : 5) {
    case 0: name()
    case 1: text += random.pick(["1", "1_000", "0.5", "1e-4", "nil", "true"])
    case 2: text += random.pick(["\"a \\( b )\"", "\"\"\"\n  a \r\n  \\(f(1))\n  \"\"\"", "\"#\""])
    case 3, 4: text += random.pick(["[]", "()", "( \n)", "[ # f\n]"])
    case 5: bracketed("[", "]") { $0.list(depth - 1) { $0.expression($1) } }
    case 6: record(depth - 1)
    case 7: call(depth - 1)
    case 8: isInHead ? parenthesized(depth - 1) : closure(depth - 1)
    case 9: prefixed(depth - 1)
    case 10: parenthesized(depth - 1)
    case 11: condition(depth - 1)
    default: access(depth - 1)
    }
  }

  private mutating func prefixed(_ depth: Int) {
    text += "-"
    gap(canBreak: true)
    operand(depth)
  }

  /// In brackets, so that operators around it join nothing that must not be joined.
  private mutating func parenthesized(_ depth: Int) {
    bracketed("(", ")") { program in
      program.operand(depth)
      switch program.random.below(4) {
      case 0:
        program.gap()
        program.text += program.random.pick(["..<", "..."])
        program.gap()
        program.operand(depth)
      case 1:
        program.space()
        program.text += program.random.pick(["in", "not in", "==", "<=", "and not"])
        program.space()
        program.operand(depth)
      default: return
      }
    }
  }

  private mutating func access(_ depth: Int) {
    name()
    gap()
    text += "."
    gap(canBreak: true)
    text += random.pick(["lr", "for", "if", "true"])
    gap()
    if random.below(2) == 0 { bracketed("[", "]") { $0.expression(depth) } }
  }

  private mutating func call(_ depth: Int) {
    name()
    gap()
    bracketed("(", ")") { $0.list(depth) { $0.expression($1) } }
    guard !isInHead, random.below(3) == 0 else { return }
    gap()
    closure(depth)
  }

  private mutating func record(_ depth: Int) {
    bracketed("(", ")") { program in
      program.text += program.random.pick(["a", "if", "in", "not"])
      program.gap()
      program.text += ":"
      program.gap()
      program.expression(depth)
      program.gap()
      program.text += ","
      program.gap()
      program.text += "..."
      program.gap()
      program.name()
    }
  }

  private mutating func condition(_ depth: Int) {
    text += "if"
    space()
    head(depth)
    gap()
    block(depth)
    guard random.below(2) == 0 else { return }
    gap(canBreak: true)
    text += "else"
    gap()
    block(depth)
  }

  private mutating func closure(_ depth: Int) {
    let wasInParentheses = isInParentheses
    isInParentheses = false
    text += "{"
    if random.below(2) == 0 {
      gap(canBreak: true)
      text += random.pick(["x", "x , y", "x,\ny"])
      space()
      text += "in"
      space(canBreak: true)
    }
    statements(depth: depth)
    text += "}"
    isInParentheses = wasInParentheses
  }

  // MARK: - Parts

  private mutating func name() { text += random.pick(["a", "b", "net", "größe", "_"]) }

  private mutating func bracketed(
    _ open: String, _ close: String, _ body: (inout RandomProgram) -> Void
  ) {
    let wasInParentheses = isInParentheses
    let wasInHead = isInHead
    isInParentheses = true
    isInHead = false
    text += open
    gap()
    body(&self)
    gap()
    text += close
    isInParentheses = wasInParentheses
    isInHead = wasInHead
  }

  private mutating func list(_ depth: Int, _ element: (inout RandomProgram, Int) -> Void) {
    for index in 0..<random.below(4) {
      if index > 0 {
        text += ","
        gap()
      }
      element(&self, depth)
      gap()
    }
  }
}
