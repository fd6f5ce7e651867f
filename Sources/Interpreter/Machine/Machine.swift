import Lang
import QuantRuntime

/// Runs code. One machine belongs to one session and to its thread.
///
/// All frames lie in one array of registers; a call takes the next window and recursion of the
/// language is recursion of `run`. The thread's stack and `depthLimit` are matched to each other.
public final class Machine {
  static let depthLimit = 5_000
  private static let registerLimit = 512 * 1_024

  let context: SessionContext
  private let registers: UnsafeMutablePointer<Value>
  private var top = 0
  private var depth = 0

  init(_ context: SessionContext) {
    self.context = context
    registers = .allocate(capacity: Self.registerLimit)
    registers.initialize(repeating: .nil, count: Self.registerLimit)
  }

  deinit {
    registers.deinitialize(count: Self.registerLimit)
    registers.deallocate()
  }

  /// Runs the top level of a text.
  func run(_ code: Code, in module: Module) throws -> Value {
    try enter(code, captures: [], module) { _ in }
  }

  /// Takes a window of registers, fills in the arguments, runs, and gives the window back clean.
  private func enter(
    _ code: Code, captures: [Value], _ module: Module,
    _ fill: (UnsafeMutablePointer<Value>) throws -> Void
  ) throws -> Value {
    guard depth < Self.depthLimit, top + code.registerCount < Self.registerLimit else {
      throw ValueError.callDepth(limit: Self.depthLimit)
    }
    let frame = registers + top
    top += code.registerCount
    depth += 1
    defer {
      // Values must not live on in dead registers.
      frame.update(repeating: .nil, count: code.registerCount)
      top -= code.registerCount
      depth -= 1
    }
    try fill(frame)
    return try execute(code, frame, captures, module)
  }

  // MARK: - Calls

  /// Calls any function value.
  func invoke(_ callee: Value, _ arguments: Arguments, span: Span) throws -> Value {
    // A builtin that calls a function for each of many elements runs no loop of the script.
    try context.interruption.check()
    switch callee {
    case .function(let function):
      let values = try ArgumentBinder(
        function: function.code.name, places: function.code.parameters
      )
      .bind(arguments)
      return try call(function, span) { frame in
        for (index, value) in values.enumerated() { frame[index] = value }
      }
    case .builtin(let reference):
      return try call(reference.builtin, arguments, span)
    default:
      throw ValueError.notCallable(type: callee.typeName)
    }
  }

  private func call(_ builtin: Builtin, _ arguments: Arguments, _ span: Span) throws -> Value {
    let values = try builtin.bind(arguments)
    try builtin.checkPaths(values, context.files)
    return try builtin.body(Call(builtin: builtin, values: values, machine: self, span: span))
  }

  private func call(
    _ function: Function, _ span: Span, _ fill: (UnsafeMutablePointer<Value>) throws -> Void
  ) throws -> Value {
    do {
      return try enter(function.code, captures: function.captures, function.module, fill)
    } catch var error as ScriptError {
      error.calls.append(.init(function: function.code.name, span: span))
      throw error
    }
  }

  /// The call instruction: callee and arguments lie in consecutive registers.
  func call(
    _ code: Code, _ instruction: Instruction, _ frame: UnsafeMutablePointer<Value>, _ span: Span
  ) throws -> Value {
    let first = frame + Int(instruction.b)
    let shape = code.calls[Int(instruction.c)]
    if case .function(let function) = first.pointee, shape.isPlain,
      shape.items.count == function.code.parameters.count
    {
      return try call(function, span) { window in
        for index in 0..<shape.items.count { window[index] = first[index + 1] }
      }
    }
    do {
      return try invoke(first.pointee, try arguments(shape, first + 1), span: span)
    } catch let error as ArgumentError {
      throw ScriptError(failure: error, span: shape.span(of: error, first) ?? span)
    }
  }

  /// Takes spreads apart.
  func arguments(_ shape: CallShape, _ values: UnsafeMutablePointer<Value>) throws -> Arguments {
    var result = Arguments()
    for (index, item) in shape.items.enumerated() {
      switch item {
      case .positional: result.positional.append(values[index])
      case .labelled(let label): result.labelled.append((label, values[index]))
      case .spread:
        guard case .record(let record) = values[index] else {
          throw ScriptError(
            failure: ValueError.spread(type: values[index].typeName), span: shape.spans[index])
        }
        result.labelled += zip(record.labels, record.values).map { ($0, $1) }
      }
    }
    return result
  }
}

extension CallShape {
  /// The argument that an error is about: of the callee, or the function among its arguments that it
  /// called in a way that does not fit.
  ///
  /// - Parameter values: the callee, and behind it the arguments.
  fileprivate func span(of error: ArgumentError, _ values: UnsafePointer<Value>) -> Span? {
    let callee = values.pointee
    if error.function == callee.functionName {
      return span(of: error, parameters: callee.parameterNames)
    }
    return items.indices.first { values[$0 + 1].functionName == error.function }.map { spans[$0] }
  }
}

extension Value {
  /// What messages call the function; nil for what is no function.
  fileprivate var functionName: String? {
    switch self {
    case .function(let function): function.code.name
    case .builtin(let reference): reference.builtin.name
    default: nil
    }
  }

  /// The names that a call of the value can use as labels; empty for what is no function.
  var parameterNames: [String] {
    switch self {
    case .function(let function): function.code.parameters.map(\.name)
    case .builtin(let reference): reference.builtin.parameters.map(\.name)
    default: []
    }
  }
}
