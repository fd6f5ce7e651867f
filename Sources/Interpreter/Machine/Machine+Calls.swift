import Lang
import QuantRuntime

extension Machine {
  /// Calls any function value.
  func invoke(
    _ callee: Value, _ first: UnsafePointer<Value>, _ second: Value?, span: Span
  ) throws -> Value {
    // A builtin that calls a function for each of many elements runs no loop of the script.
    try interruption.check()
    guard case .function(let function) = callee,
      function.entry.pointee.parameterCount == (second == nil ? 1 : 2)
    else {
      let arguments = [first.pointee] + (second.map { [$0] } ?? [])
      return try invoke(callee, Arguments(positional: arguments), span: span)
    }
    let window = try newWindow(function.entry)
    window.set(first)
    if let second { (window + 1).set(second) }
    return try call(function, at: window, span)
  }

  func invoke(_ callee: Value, _ arguments: Arguments, span: Span) throws -> Value {
    try interruption.check()
    switch callee {
    case .function(let function):
      let values = try function.code.binder.bind(arguments)
      let window = try newWindow(function.entry)
      for (index, value) in values.enumerated() { (window + index).set(value) }
      return try call(function, at: window, span)
    case .builtin(let reference):
      return try call(reference, try reference.builtin.bind(arguments), span)
    default:
      throw ValueError.notCallable(type: callee.typeName)
    }
  }

  /// Calls a function whose arguments are in place. The caller keeps it alive.
  private func call(_ function: Function, at window: Registers, _ span: Span) throws -> Value {
    do {
      return try enter(Frame(function, at: window))
    } catch var error as ScriptError {
      error.calls.append(.init(function: function.code.name, span: span))
      throw error
    }
  }

  /// - Parameter values: one for each parameter, as `Builtin.bind` gives them.
  func call(_ reference: BuiltinReference, _ values: [Value], _ span: Span) throws -> Value {
    try withWindow(values.count, at: top) { window in
      for (index, value) in values.enumerated() { (window + index).set(value) }
      return try run(reference, window, span)
    }
  }

  /// Runs a builtin whose arguments are in place.
  private func run(
    _ reference: BuiltinReference, _ arguments: Registers, _ span: Span
  ) throws -> Value {
    if isConfined {
      let values = UnsafeBufferPointer(start: arguments, count: reference.count)
      try reference.builtin.checkPaths(Array(values), context.files)
    }
    return try reference.body(
      Call(reference: reference, values: arguments, machine: self, span: span))
  }

  /// Lets registers be used by a builtin, and clears them. After an error those of a call in the text
  /// keep the arguments, which say where the error was made.
  private func withWindow(
    _ count: Int, at window: Registers, _ work: (Registers) throws -> Value
  ) throws -> Value {
    guard hasRoom(count, at: window) else {
      throw ValueError.callDepth(limit: Self.depthLimit)
    }
    let outerTop = top
    if window + count > top { top = window + count }
    defer {
      top = outerTop
      if window >= outerTop { window.clear(count) }
    }
    let result = try work(window)
    window.clear(count)
    return result
  }

  // MARK: - Calls in the text

  /// A call of anything but a function of the script whose arguments are in place: callee and
  /// arguments lie in consecutive registers.
  func call(
    _ site: UnsafeMutablePointer<CallSite>, _ first: Registers, _ span: Span
  ) throws -> Value {
    do {
      if case .builtin = first.pointee {
        let result = try first.object(BuiltinReference.self)._withUnsafeGuaranteedRef {
          try call($0, site, first + 1, span)
        }
        if let result { return result }
      }
      return try invoke(first.pointee, try arguments(site.pointee.shape, first + 1), span: span)
    } catch let error as ArgumentError {
      throw ScriptError(failure: error, span: site.pointee.shape.span(of: error, first) ?? span)
    }
  }

  /// Calls a builtin; nil where its arguments have to be looked at one by one.
  private func call(
    _ reference: BuiltinReference, _ site: UnsafeMutablePointer<CallSite>, _ arguments: Registers,
    _ span: Span
  ) throws -> Value? {
    guard let plan = site.pointee.plan(for: reference.binder) else { return nil }
    let given = site.pointee.count
    let isInPlace = plan._withUnsafeGuaranteedRef { $0.givenInOrder == given }
    let result = try withWindow(reference.count, at: isInPlace ? arguments : top) { window in
      try plan._withUnsafeGuaranteedRef { try reference.place(arguments, $0, in: window) }
      return try run(reference, window, span)
    }
    // A list that a dead register still held could not grow in its place.
    if !isInPlace { arguments.clear(given) }
    return result
  }

  /// Puts the arguments of a call into a new window; nil where they have to be looked at one by one.
  func placeArguments(
    _ site: UnsafeMutablePointer<CallSite>, _ function: Function, _ first: Registers
  ) throws -> Registers? {
    guard let plan = site.pointee.plan(for: function.code.binder) else { return nil }
    let window = try newWindow(function.entry)
    for (place, source) in plan._withUnsafeGuaranteedRef({ $0.sources }).enumerated() {
      (window + place).set(source < 0 ? .missing : first[1 + source])
    }
    return window
  }

  /// Takes spreads apart.
  func arguments(_ shape: CallShape, _ values: Registers) throws -> Arguments {
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
