import Lang
import QuantRuntime

/// Finds, before anything runs, what must fail: calls that fit no function, values of the wrong type or
/// out of range, unknown fields, names of models and data sets that there are not, and algorithms on
/// backends that cannot have them.
///
/// It follows types through `let`, calls, pipes and closures as far as they are certain, and says
/// nothing where they are not: no script that could run is refused, apart from code that is never
/// reached. The words are those of the same failure at run time.
struct Checker {
  let context: SessionContext
  let resolution: Resolution
  private(set) var diagnostics: [Diagnostic] = []
  /// What was found wrong, also where it is not reported.
  private(set) var failures = 0
  /// What the names of the top level hold, by slot.
  private(set) var globals: [Int: StaticType] = [:]
  /// Local names, innermost scope last. The resolver has seen to it that they mean what they say.
  private var scopes: [[String: StaticType]] = []
  /// Names that are assigned somewhere: their values are not followed.
  private let assigned: Set<String>
  /// What the running functions give back early, innermost last.
  private var returns: [[StaticType]] = []
  /// Inside of what catches failures nothing is reported: they may be the purpose.
  private var catching = 0
  private let module: ModuleTypes

  /// What the checker knows of the world around a text.
  struct ModuleTypes {
    /// The value of a slot that an earlier entry of the prompt has set.
    var earlier: (Int) -> StaticType = { _ in .unknown }
    /// The record of an imported file.
    var imported: (String) -> StaticType = { _ in .unknown }
  }

  init(
    _ program: Program, _ resolution: Resolution, context: SessionContext, module: ModuleTypes
  ) {
    self.context = context
    self.resolution = resolution
    self.module = module
    var finder = AssignedNames()
    finder.visit(program.statements)
    assigned = finder.names
    hoistFunctions(program.statements)
    for statement in program.statements where !context.interruption.isRequested {
      check(statement)
    }
  }

  // MARK: - Reporting

  /// Runs a check and reports what it throws at a place.
  mutating func reporting(at span: Span, _ body: () throws -> Void) {
    do { try body() } catch let failure as any RuntimeFailure {
      report(failure, at: span)
    } catch {
      // Interruptions and the like are nothing to report about a text.
    }
  }

  mutating func report(_ failure: any RuntimeFailure, at span: Span) {
    failures += 1
    guard catching == 0 else { return }
    diagnostics.append(ScriptError(failure: failure, span: span).diagnostic(context.sources))
  }

  // MARK: - Names

  /// What a name that is read holds.
  func type(of name: Name) -> StaticType {
    switch resolution.bindings[name.id] {
    case .builtin(let index)?: return .value(context.builtinValues[index])
    case .global(let slot)?: return globals[slot] ?? module.earlier(slot)
    case .local?, .captured?:
      for scope in scopes.reversed() { if let type = scope[name.text] { return type } }
      return .unknown
    case nil: return .unknown
    }
  }

  mutating func declare(_ name: Name, _ type: StaticType) {
    let type = assigned.contains(name.text) ? .unknown : type
    if case .global(let slot)? = resolution.bindings[name.id] {
      globals[slot] = type
    } else if !scopes.isEmpty {
      scopes[scopes.count - 1][name.text] = type
    } else {
      scopes = [[name.text: type]]
    }
  }

  private mutating func hoistFunctions(_ statements: [Statement]) {
    for case .function(let name, let function) in statements.map(\.kind) {
      declare(name, .function(signature(function, result: .unknown)))
    }
  }

  func signature(_ function: FunctionLiteral, result: StaticType) -> StaticType.FunctionType {
    .init(
      name: function.name ?? "closure",
      places: function.parameters.map {
        .init(name: $0.name.text, isRequired: $0.defaultValue == nil)
      }, result: result)
  }

  // MARK: - Statements

  private mutating func check(_ statement: Statement) {
    switch statement.kind {
    case .binding(let name, _, let value): declare(name, type(of: value))
    case .function(let name, let function):
      declare(name, .function(signature(function, result: .unknown)))
      let result = self.result(of: function, given: [])
      declare(name, .function(signature(function, result: result)))
    case .assignment(_, _, let value): _ = type(of: value)
    case .expression(let expression): _ = type(of: expression)
    case .return(let value):
      let type = value.map { self.type(of: $0) } ?? .nil
      if !returns.isEmpty { returns[returns.count - 1].append(type) }
    case .for(let name, let sequence, let body):
      let type = type(of: sequence)
      requireSequence(type, at: sequence.span)
      inScope { checker in
        checker.declare(name, type.element)
        _ = checker.value(of: body)
      }
    case .while(let condition, let body):
      if self.condition(condition) != false { _ = value(of: body) }
    case .break, .continue: break
    case .import(let path, _, let alias): declare(alias, module.imported(path))
    }
  }

  private mutating func inScope<T>(_ body: (inout Checker) -> T) -> T {
    scopes.append([:])
    defer { scopes.removeLast() }
    return body(&self)
  }

  /// What a block gives; nil when it leaves before its end.
  mutating func value(of block: Block) -> StaticType? {
    inScope { checker in
      for (index, statement) in block.statements.enumerated() {
        let isLast = index == block.statements.count - 1
        switch statement.kind {
        case .expression(let last) where isLast: return checker.type(of: last)
        case .return, .break, .continue:
          checker.check(statement)
          return nil
        default: checker.check(statement)
        }
      }
      return .nil
    }
  }

  /// What a function gives for arguments of known types; parameters beyond them are unknown.
  mutating func result(of function: FunctionLiteral, given arguments: [StaticType]) -> StaticType {
    returns.append([])
    return inScope { checker in
      for (index, parameter) in function.parameters.enumerated() {
        if let value = parameter.defaultValue { _ = checker.type(of: value) }
        checker.declare(
          parameter.name, index < arguments.count ? arguments[index] : .unknown)
      }
      let last = checker.value(of: function.body)
      let all = checker.returns.removeLast() + (last.map { [$0] } ?? [])
      return StaticType.joined(all)
    }
  }

  /// Runs a part whose failures are caught when it runs.
  mutating func whileCatching<T>(_ isCaught: Bool, _ body: (inout Checker) -> T) -> T {
    catching += isCaught ? 1 : 0
    defer { catching -= isCaught ? 1 : 0 }
    return body(&self)
  }
}
