/// Finds out where each name lives, before anything runs, and reports all that are wrong.
///
/// Rules: a name is visible from its declaration to the end of its block. Functions of the top level
/// are visible in the whole file, so that they can call each other. The body of a function may use
/// any name of the file's top level, wherever it is declared: the function runs later. Inner
/// declarations may shadow outer ones and built-in names; two in one block may not have one name,
/// except at the prompt's top level, where the newer replaces the older.
struct Resolver {
  private let builtins: [String: Int]
  private let isPrompt: Bool
  private(set) var globals: Globals
  private(set) var errors: [NameError] = []
  private var functions: [FunctionState] = []
  private var references = IdentityTable<Reference>()
  private var layouts = IdentityTable<FunctionState>()
  /// Names of the top level that were declared in the text so far; the others come later.
  private var declaredGlobals = Set<String>()
  /// Names that were assigned without a declaration; it is said once, at the first assignment.
  private var undeclared = Set<String>()
  /// Declared in this text, for duplicates.
  private var ownGlobals: [String: Name] = [:]
  /// The names of the top level and of the host, once somebody asked for them.
  private var outerNames: [String]?
  /// Names that unknown ones are to be compared with.
  private var candidateCount = 0

  private static let candidateLimit = 50_000

  /// - Parameters:
  ///   - globals: of the session so far; empty for a file.
  ///   - isPrompt: a top-level declaration may replace an older one.
  init(builtins: [String: Int], globals: Globals, isPrompt: Bool) {
    self.builtins = builtins
    self.globals = globals
    self.isPrompt = isPrompt
    declaredGlobals = Set(globals.entries.keys)
  }

  ///
  /// - Parameter isStopped: asked before each statement; once it is true the rest is left out.
  mutating func resolve(
    _ program: Program, until isStopped: () -> Bool = { false }
  ) -> Resolution {
    functions = [FunctionState()]
    declareTopLevel(program.statements)
    for statement in program.statements {
      if isStopped() { break }
      resolve(statement, isTopLevel: true)
    }
    return makeResolution()
  }

  // MARK: - State

  /// A local variable; a class because its uses decide late how it is stored.
  private final class Variable {
    let name: Name
    let kind: DeclarationKind
    let slot: Int
    var isCaptured = false
    /// Assigned after its declaration, or captured by its own function before it has its value.
    var isReassigned = false

    init(_ name: Name, slot: Int, kind: DeclarationKind) {
      self.name = name
      self.slot = slot
      self.kind = kind
    }

    var isBoxed: Bool { isCaptured && isReassigned }
  }

  private struct FunctionState {
    var scopes: [[String: Variable]] = [[:]]
    var slotCount = 0
    var captures: [Capture] = []
    var loopDepth = 0
  }

  /// A variable taken from outside, and where the enclosing function finds it.
  private struct Capture {
    let variable: Variable
    /// Nil when the enclosing function has it in a slot of its own.
    let outerIndex: Int?
  }

  private enum Reference {
    case local(Variable)
    case captured(Variable, index: Int)
    case global(Int)
    case builtin(Int)
  }

  private var isInFunction: Bool { functions.count > 1 }

  // MARK: - Declarations

  private mutating func declareTopLevel(_ statements: [Statement]) {
    for statement in statements {
      guard let name = statement.declaredName else { continue }
      if name.text != "_", let first = ownGlobals[name.text], !isPrompt {
        errors.append(.duplicate(name, first: first.span))
        continue
      }
      ownGlobals[name.text] = name
      if !isPrompt || statement.isFunction { declareGlobal(statement, name) }
      if statement.isFunction { declaredGlobals.insert(name.text) }
    }
  }

  private mutating func declareGlobal(_ statement: Statement, _ name: Name) {
    let entry = globals.declare(name, kind: statement.declarationKind)
    outerNames = nil
    references[name.id] = .global(entry.slot)
  }

  private mutating func declare(_ name: Name, _ kind: DeclarationKind) -> Variable {
    let top = functions.count - 1
    let scope = functions[top].scopes.count - 1
    // `_` says that a value is not wanted, so it may stand several times.
    if name.text != "_", let first = functions[top].scopes[scope][name.text] {
      errors.append(
        kind == .parameter
          ? .duplicateParameter(name, first: first.name.span)
          : .duplicate(name, first: first.name.span))
    }
    let variable = Variable(name, slot: functions[top].slotCount, kind: kind)
    functions[top].slotCount += 1
    functions[top].scopes[scope][name.text] = variable
    references[name.id] = .local(variable)
    return variable
  }

  /// Makes the name of a `let`, `var` or `import` visible after its value was resolved.
  private mutating func declareBinding(_ statement: Statement, _ name: Name, isTopLevel: Bool) {
    guard isTopLevel else {
      _ = declare(name, statement.declarationKind)
      return
    }
    if isPrompt { declareGlobal(statement, name) }
    declaredGlobals.insert(name.text)
  }

  // MARK: - Statements

  private mutating func resolve(_ statement: Statement, isTopLevel: Bool) {
    switch statement.kind {
    case .binding(let name, _, let value):
      resolve(value)
      declareBinding(statement, name, isTopLevel: isTopLevel)
    case .function(let name, let function):
      if !isTopLevel {
        // Its own body may capture it before it has its value.
        declare(name, .function).isReassigned = true
      }
      resolve(function)
    case .assignment(.name(let name), _, let value):
      resolve(value)
      resolveAssignment(name)
    case .expression(let expression):
      resolve(expression)
    case .return(let value):
      if !isInFunction { errors.append(.outsideFunction(statement.span)) }
      if let value { resolve(value) }
    case .for(let name, let sequence, let body):
      resolve(sequence)
      resolveLoop(body, variable: name)
    case .while(let condition, let body):
      resolve(condition)
      resolveLoop(body, variable: nil)
    case .break, .continue:
      if functions[functions.count - 1].loopDepth == 0 {
        let word = if case .break = statement.kind { "break" } else { "continue" }
        errors.append(.outsideLoop(statement.span, word: word))
      }
    case .import(_, _, let alias):
      guard isTopLevel else {
        errors.append(.nestedImport(statement.span))
        _ = declare(alias, .module)
        return
      }
      declareBinding(statement, alias, isTopLevel: true)
    }
  }

  private mutating func resolveLoop(_ body: Block, variable: Name?) {
    let top = functions.count - 1
    functions[top].loopDepth += 1
    functions[top].scopes.append([:])
    if let variable { _ = declare(variable, .loopVariable) }
    resolve(body)
    functions[top].scopes.removeLast()
    functions[top].loopDepth -= 1
  }

  private mutating func resolve(_ block: Block) {
    let top = functions.count - 1
    functions[top].scopes.append([:])
    for statement in block.statements { resolve(statement, isTopLevel: false) }
    functions[top].scopes.removeLast()
  }

  private mutating func resolve(_ function: FunctionLiteral) {
    functions.append(FunctionState())
    for parameter in function.parameters {
      // A default may use the parameters before it.
      if let value = parameter.defaultValue { resolve(value) }
      _ = declare(parameter.name, .parameter)
    }
    resolve(function.body)
    layouts[function.id] = functions.removeLast()
  }

  // MARK: - Expressions

  private mutating func resolve(_ expression: Expression) {
    switch expression.kind {
    case .nil, .bool, .integer, .float: break
    case .string(let pieces):
      for case .expression(let piece) in pieces { resolve(piece) }
    case .name(let name):
      resolveUse(name)
    case .list(let elements):
      for element in elements { resolve(element) }
    case .record(let elements):
      resolve(elements)
    case .unary(_, let operand):
      resolve(operand)
    case .binary(.integerDivide, let left, let right, _):
      resolve(left)
      if case .name(let name) = right.kind {
        resolveUse(name, as: .divisor)
      } else {
        resolve(right)
      }
    case .binary(_, let left, let right, _), .logical(_, let left, let right),
      .range(let left, let right, _), .index(let left, let right):
      resolve(left)
      resolve(right)
    case .call(let callee, let arguments, _):
      resolve(callee)
      resolve(arguments)
    case .field(let base, _):
      resolve(base)
    case .function(let function):
      resolve(function)
    case .if(let branches, let otherwise):
      for branch in branches {
        resolve(branch.condition)
        resolve(branch.body)
      }
      if let otherwise { resolve(otherwise) }
    }
  }

  private mutating func resolve(_ arguments: [Argument]) {
    var labels: [String: Name] = [:]
    for argument in arguments {
      switch argument.kind {
      case .positional(let value), .spread(let value): resolve(value)
      case .labelled(let label, let value):
        if let first = labels[label.text] {
          errors.append(.duplicateLabel(label, first: first.span))
        }
        labels[label.text] = label
        resolve(value)
      }
    }
  }

  // MARK: - Names

  private mutating func resolveUse(_ name: Name, as use: NameError.Use = .value) {
    if let reference = find(name.text, in: functions.count - 1) {
      references[name.id] = reference
    } else if let entry = globals[name.text], isInFunction || declaredGlobals.contains(name.text) {
      references[name.id] = .global(entry.slot)
    } else if let index = builtins[name.text] {
      references[name.id] = .builtin(index)
    } else if let later = ownGlobals[name.text] {
      errors.append(.beforeDeclaration(name, declaration: later.span))
    } else if !undeclared.contains(name.text) {
      errors.append(.unknown(name, known: visibleNames(), use: use))
    }
  }

  private mutating func resolveAssignment(_ name: Name) {
    if let reference = find(name.text, in: functions.count - 1) {
      let variable =
        switch reference {
        case .local(let variable), .captured(let variable, _): variable
        default: nil as Variable?
        }
      if let variable, variable.kind != .variable {
        errors.append(.immutable(name, declaration: variable.name.span, kind: variable.kind))
      }
      variable?.isReassigned = true
      references[name.id] = reference
    } else if let entry = globals[name.text], isInFunction || declaredGlobals.contains(name.text) {
      if !entry.isMutable {
        errors.append(.immutable(name, declaration: entry.declaration, kind: entry.kind))
      }
      references[name.id] = .global(entry.slot)
    } else if let later = ownGlobals[name.text] {
      errors.append(.beforeDeclaration(name, declaration: later.span))
    } else if builtins[name.text] != nil {
      errors.append(.assignedBuiltin(name))
    } else if undeclared.insert(name.text).inserted {
      errors.append(.unknown(name, known: visibleNames(), use: .assignment))
    }
  }

  /// The variable in the function at the given depth, captured from outside if need be.
  private mutating func find(_ text: String, in depth: Int) -> Reference? {
    for scope in functions[depth].scopes.reversed() {
      if let variable = scope[text] { return .local(variable) }
    }
    guard depth > 0, let outer = find(text, in: depth - 1) else { return nil }
    let (variable, outerIndex): (Variable, Int?)
    switch outer {
    case .local(let found): (variable, outerIndex) = (found, nil)
    case .captured(let found, let index): (variable, outerIndex) = (found, index)
    case .global, .builtin: return outer
    }
    variable.isCaptured = true
    if let index = functions[depth].captures.firstIndex(where: { $0.variable === variable }) {
      return .captured(variable, index: index)
    }
    functions[depth].captures.append(Capture(variable: variable, outerIndex: outerIndex))
    return .captured(variable, index: functions[depth].captures.count - 1)
  }

  /// The names that an unknown one could stand for: inner ones first. Empty once so many were given
  /// that comparing them all would take long; the help stops there, not the reports.
  private mutating func visibleNames() -> [String] {
    guard candidateCount < Self.candidateLimit else { return [] }
    let locals = functions.reversed().flatMap { $0.scopes.reversed().flatMap { $0.keys.sorted() } }
    let outer = outerNames ?? globals.entries.keys.sorted() + builtins.keys.sorted()
    outerNames = outer
    candidateCount += locals.count + outer.count
    return locals + outer
  }

  // MARK: - Result

  private func makeResolution() -> Resolution {
    Resolution(
      bindings: references.mapValues(binding),
      functions: layouts.mapValues { state in
        FunctionLayout(
          slotCount: state.slotCount,
          captures: state.captures.map { capture in
            let isBoxed = capture.variable.isBoxed
            return capture.outerIndex.map { .captured(index: $0, isBoxed: isBoxed) }
              ?? .local(slot: capture.variable.slot, isBoxed: isBoxed)
          })
      },
      topLevelSlotCount: functions[0].slotCount)
  }

  private func binding(_ reference: Reference) -> Binding {
    switch reference {
    case .local(let variable): .local(slot: variable.slot, isBoxed: variable.isBoxed)
    case .captured(let variable, let index): .captured(index: index, isBoxed: variable.isBoxed)
    case .global(let slot): .global(slot: slot)
    case .builtin(let index): .builtin(index: index)
    }
  }
}

extension Statement {
  /// The name that the statement adds to its block.
  fileprivate var declaredName: Name? {
    switch kind {
    case .binding(let name, _, _), .function(let name, _), .import(_, _, let name): name
    default: nil
    }
  }

  fileprivate var isFunction: Bool {
    if case .function = kind { true } else { false }
  }

  /// What its name becomes.
  fileprivate var declarationKind: DeclarationKind {
    switch kind {
    case .binding(_, let isMutable, _): isMutable ? .variable : .constant
    case .function: .function
    case .import: .module
    default: .constant
    }
  }
}
