import Lang
import QuantRuntime

extension Checker {
  /// An argument of a call, spreads of known records taken apart.
  struct WrittenArgument {
    var label: String?
    var type: StaticType
    var span: Span
    /// Set for a closure that stands in the call: its body is checked when its callers are known.
    var closure: FunctionLiteral?
  }

  /// The arguments of a call as they were written.
  struct WrittenCall {
    var arguments: [WrittenArgument] = []
    /// Whether a record of unknown fields is spread into it.
    var isOpen = false
    var shape: CallShape
    /// The whole call.
    var span: Span

    /// The arguments by their numbers, so that the binder of the run puts them into their places.
    var numbered: Arguments {
      var result = Arguments()
      for (index, argument) in arguments.enumerated() {
        if let label = argument.label {
          result.labelled.append((label, .int(index)))
        } else {
          result.positional.append(.int(index))
        }
      }
      return result
    }
  }

  mutating func call(_ callee: Expression, _ arguments: [Argument], _ span: Span) -> StaticType {
    let function = type(of: callee)
    let isCatching = if case .value(.builtin(let b)) = function { b.builtin.catches } else { false }
    return whileCatching(isCatching) { checker in
      var call = checker.written(arguments, span)
      switch function {
      case .value(.builtin(let reference)): return checker.result(of: reference.builtin, &call)
      case .value(.function(let function)):
        checker.bind(&call, to: function.code.name, function.code.parameters)
        return .unknown
      case .function(let function):
        checker.bind(&call, to: function.name, function.places)
        return function.result
      default:
        if let name = function.name, name != "function" {
          checker.report(ValueError.notCallable(type: name), at: span)
        }
        checker.checkClosures(&call)
        return .unknown
      }
    }
  }

  private mutating func written(_ arguments: [Argument], _ span: Span) -> WrittenCall {
    var call = WrittenCall(shape: CallShape(arguments), span: span)
    for argument in arguments {
      var written = WrittenArgument(type: .unknown, span: argument.span)
      if case .function(let closure) = argument.value.kind {
        written.closure = closure
      } else {
        written.type = type(of: argument.value)
      }
      switch argument.kind {
      case .positional: call.arguments.append(written)
      case .labelled(let name, _):
        written.label = name.text
        call.arguments.append(written)
      case .spread:
        requireRecord(written.type, at: argument.span)
        guard let fields = written.type.recordFields else {
          call.isOpen = true
          continue
        }
        for field in fields {
          call.arguments.append(.init(label: field.label, type: field.type, span: argument.span))
        }
      }
    }
    return call
  }

  /// Checks closures of whose callers nothing is known.
  private mutating func checkClosures(_ call: inout WrittenCall) {
    for index in call.arguments.indices {
      guard let closure = call.arguments[index].closure else { continue }
      call.arguments[index].closure = nil
      call.arguments[index].type = .function(
        signature(closure, result: result(of: closure, given: [])))
    }
  }

  /// Puts arguments into the places of a function.
  ///
  /// - Returns: for each place the number of its argument as the binder gives it; nil when they do
  ///   not fit, which is reported.
  @discardableResult
  private mutating func bind(
    _ call: inout WrittenCall, to function: String, _ places: [ArgumentBinder.Place],
    areClosuresChecked: Bool = true
  ) -> [Value]? {
    if areClosuresChecked { checkClosures(&call) }
    let labels = call.shape.labels
    // The resolver has reported labels that stand twice.
    guard Set(labels).count == labels.count else { return nil }
    var places = places
    if call.isOpen { for index in places.indices { places[index].isRequired = false } }
    do {
      return try ArgumentBinder(function: function, places: places).bind(call.numbered)
    } catch let error as ArgumentError {
      let names = places.map(\.name)
      report(error, at: call.shape.span(of: error, parameters: names) ?? call.span)
    } catch {}
    return nil
  }

  // MARK: - Builtins

  private mutating func result(of builtin: Builtin, _ call: inout WrittenCall) -> StaticType {
    let places = builtin.binder.places
    guard builtin.constant == nil,
      let bound = bind(&call, to: builtin.name, places, areClosuresChecked: false)
    else {
      checkClosures(&call)
      return StaticType(builtin.result, .init(builtin: builtin, types: []))
    }
    let before = failures
    // Functions come last: what they are called with follows from the other arguments.
    var types = [StaticType](repeating: .unknown, count: bound.count)
    let isCallback = builtin.parameters.map(\.type.isCallback)
    for pass in [false, true] {
      for index in bound.indices where isCallback[index] == pass {
        types[index] = check(
          bound[index], of: builtin.parameters[index], &call,
          CheckedCall(builtin: builtin, types: types))
      }
    }
    checkClosures(&call)
    let checked = CheckedCall(builtin: builtin, types: types)
    guard failures == before else { return StaticType(builtin.result, checked) }
    return outcome(of: checked, call)
  }

  /// Checks how the arguments go together, and computes the call where it costs nothing.
  private mutating func outcome(of checked: CheckedCall, _ call: WrittenCall) -> StaticType {
    let builtin = checked.builtin
    do {
      try builtin.check?(checked)
      let values = checked.types.compactMap(\.constant)
      if builtin.isPure, values.count == checked.types.count, let machine = context.machine {
        return .value(
          try machine.call(BuiltinReference(builtin), values, call.span))
      }
    } catch let error as ArgumentError {
      let names = builtin.parameters.map(\.name)
      report(error, at: call.shape.span(of: error, parameters: names) ?? call.span)
    } catch let failure as any RuntimeFailure {
      report(failure, at: call.span)
    } catch {}
    return StaticType(builtin.result, checked)
  }

  /// Checks what stands in one parameter's place.
  private mutating func check(
    _ bound: Value, of parameter: Parameter, _ call: inout WrittenCall, _ known: CheckedCall
  ) -> StaticType {
    switch bound {
    case .int(let number):
      return check(number, parameter, &call, known)
    case .list(let numbers):
      let types = numbers.elements.map { check($0, of: parameter, &call, known) }
      return .list(of: StaticType.joined(types))
    case .record(let numbers):
      let fields = zip(numbers.labels, numbers.values).map {
        StaticType.Field(label: $0, type: check($1, of: parameter, &call, known))
      }
      // What is spread into the call can have more of them.
      return .record(call.isOpen ? nil : fields)
    default:
      return call.isOpen ? .unknown : .value(parameter.defaultValue ?? .nil)
    }
  }

  private mutating func check(
    _ number: Int, _ parameter: Parameter, _ call: inout WrittenCall, _ known: CheckedCall
  ) -> StaticType {
    let argument = call.arguments[number]
    if let closure = argument.closure {
      call.arguments[number].closure = nil
      let given = parameter.type.callback?.map { $0.type(in: known) }
      let result = result(of: closure, given: given ?? [])
      let function = signature(closure, result: result)
      requireArity(function, given, at: argument.span)
      return admitted(.function(function), parameter, known.builtin, at: argument.span)
    }
    if case .function(let function) = argument.type, let callback = parameter.type.callback {
      requireArity(function, callback.map { $0.type(in: known) }, at: argument.span)
    }
    // What a record collects is checked by the builtin alone.
    if parameter.collectsLabels { return argument.type }
    return admitted(argument.type, parameter, known.builtin, at: argument.span)
  }

  /// A function that a builtin calls has to take what it is called with.
  private mutating func requireArity(
    _ function: StaticType.FunctionType, _ given: [StaticType]?, at span: Span
  ) {
    guard let given else { return }
    reporting(at: span) {
      _ = try ArgumentBinder(function: function.name, places: function.places)
        .bind(Arguments(positional: given.map { _ in .nil }))
    }
  }

  /// The type of an argument as the parameter wants it: a known int for a float becomes one.
  private mutating func admitted(
    _ type: StaticType, _ parameter: Parameter, _ builtin: Builtin, at span: Span
  ) -> StaticType {
    do {
      if let value = type.constant {
        let result = try builtin.check(value, parameter, parameter.type)
        try parameter.type.lookUp(value)
        return .value(result)
      }
      if let name = type.name, !parameter.type.admits(type) {
        throw ArgumentError.type(
          parameter: parameter.name, function: builtin.name,
          expected: parameter.type.description, found: name)
      }
    } catch let failure as any RuntimeFailure {
      report(failure, at: span)
    } catch {}
    return type
  }
}
