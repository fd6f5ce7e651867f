import Lang

/// Compiles the resolved tree of one function, or of a top level, to instructions.
///
/// Local variables take the registers that the resolver numbered; temporaries lie above them and are
/// handed out like a stack.
struct CodeCompiler {
  let resolution: Resolution
  var draft = CodeDraft()
  private var nextTemporary: Int32
  private let firstTemporary: Int32
  var loops: [LoopState] = []

  /// Jumps of a loop that wait for their targets.
  struct LoopState {
    var start: Int32
    var breaks: [Int] = []
  }

  private init(_ resolution: Resolution, slotCount: Int) {
    self.resolution = resolution
    nextTemporary = Int32(slotCount)
    firstTemporary = Int32(slotCount)
    draft.registerCount = slotCount
  }

  /// The top level of a text. Its result is the value of the last statement when that is an
  /// expression that was not silenced, else nil; `missing` says that there is nothing to show.
  static func compile(_ program: Program, _ resolution: Resolution) -> Code {
    var compiler = CodeCompiler(resolution, slotCount: resolution.topLevelSlotCount)
    let end = Span(source: program.source, start: 0, end: 0)
    compiler.hoistFunctions(program.statements)
    var shown: Int32?
    for (index, statement) in program.statements.enumerated() {
      let isLast = index == program.statements.count - 1
      if isLast, !statement.isSilenced, case .expression(let expression) = statement.kind {
        shown = compiler.value(of: expression)
      } else {
        compiler.statement(statement, isTopLevel: true)
      }
    }
    let result = shown ?? compiler.load(.missing, end)
    compiler.emit(.giveBack, result, 0, 0, end)
    return Code(compiler.draft, name: "top level", parameters: [])
  }

  static func compile(_ function: FunctionLiteral, _ resolution: Resolution) -> Code {
    let layout = resolution.functions[function.id] ?? FunctionLayout(slotCount: 0, captures: [])
    var compiler = CodeCompiler(resolution, slotCount: layout.slotCount)
    for (index, parameter) in function.parameters.enumerated() {
      guard let value = parameter.defaultValue else { continue }
      let skip = compiler.emit(.jumpIfPresent, Int32(index), 0, 0, parameter.name.span)
      compiler.evaluate(value, into: Int32(index))
      compiler.patch(skip)
    }
    let result = compiler.blockValue(function.body)
    compiler.emit(.giveBack, result, 0, 0, function.body.span)
    let places = function.parameters.map {
      ArgumentBinder.Place(
        name: $0.name.text, isRequired: $0.defaultValue == nil,
        defaultText: $0.defaultValue?.literalText)
    }
    return Code(compiler.draft, name: function.name ?? "closure", parameters: places)
  }

  /// Functions of the top level exist before its first statement runs.
  private mutating func hoistFunctions(_ statements: [Statement]) {
    for statement in statements {
      guard case .function(let name, let function) = statement.kind else { continue }
      let register = closure(function, name.span)
      store(register, to: name)
      release(register)
    }
  }

  // MARK: - Emitting

  @discardableResult
  mutating func emit(
    _ opcode: Opcode, _ a: Int32, _ b: Int32, _ c: Int32, _ span: Span
  ) -> Int {
    draft.instructions.append(Instruction(opcode: opcode, a: a, b: b, c: c))
    draft.spans.append(span)
    return draft.instructions.count - 1
  }

  var position: Int32 { Int32(draft.instructions.count) }

  /// Makes a jump lead here.
  mutating func patch(_ index: Int) {
    switch draft.instructions[index].opcode {
    case .jump, .loop, .jumpEqual, .jumpNotEqual, .jumpLess, .jumpLessOrEqual, .jumpGreater,
      .jumpGreaterOrEqual:
      draft.instructions[index].a = position
    case .nextElement: draft.instructions[index].c = position
    default: draft.instructions[index].b = position
    }
  }

  mutating func temporary() -> Int32 {
    defer { nextTemporary += 1 }
    draft.registerCount = max(draft.registerCount, Int(nextTemporary) + 1)
    return nextTemporary
  }

  /// Gives back the temporaries from a register on; a local variable is left alone.
  mutating func release(_ register: Int32) {
    if register < nextTemporary && register >= firstTemporary { nextTemporary = register }
  }

  func isTemporary(_ register: Int32) -> Bool { register >= firstTemporary }

  var mark: Int32 { nextTemporary }

  mutating func release(to mark: Int32) { nextTemporary = mark }

  mutating func constant(_ value: Value) -> Int32 {
    draft.constants.append(value)
    return Int32(draft.constants.count - 1)
  }

  mutating func load(_ value: Value, _ span: Span) -> Int32 {
    let target = temporary()
    emit(.constant, target, constant(value), 0, span)
    return target
  }

  // MARK: - Variables

  /// Puts a register's value into a newly declared or assigned variable.
  mutating func store(_ register: Int32, to name: Name, isDeclaration: Bool = true) {
    switch resolution.bindings[name.id] {
    case .local(let slot, isBoxed: true)?:
      emit(isDeclaration ? .makeBox : .storeBox, Int32(slot), register, 0, name.span)
    case .local(let slot, isBoxed: false)?:
      if Int32(slot) != register { emit(.move, Int32(slot), register, 0, name.span) }
    case .captured(let index, _)?:
      emit(.storeCapturedBox, Int32(index), register, 0, name.span)
    case .global(let slot)?:
      emit(.setGlobal, Int32(slot), register, 0, name.span)
    case .builtin?, nil:
      preconditionFailure("the resolver let '\(name.text)' be assigned")
    }
  }

  /// The local register of a name that is a plain local variable.
  func plainLocal(_ name: Name) -> Int32? {
    guard case .local(let slot, isBoxed: false)? = resolution.bindings[name.id] else { return nil }
    return Int32(slot)
  }

  /// Reads a variable into a register.
  mutating func read(_ name: Name, into target: Int32) {
    switch resolution.bindings[name.id] {
    case .local(let slot, isBoxed: let isBoxed)?:
      emit(isBoxed ? .loadBox : .move, target, Int32(slot), 0, name.span)
    case .captured(let index, isBoxed: let isBoxed)?:
      emit(isBoxed ? .loadCapturedBox : .capture, target, Int32(index), 0, name.span)
    case .global(let slot)?:
      emit(.global, target, Int32(slot), constant(.text(name.text)), name.span)
    case .builtin(let index)?:
      emit(.builtin, target, Int32(index), 0, name.span)
    case nil:
      preconditionFailure("the resolver left '\(name.text)' open")
    }
  }
}
