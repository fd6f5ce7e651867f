import Lang
import QuantRuntime

/// One call of a builtin: its bound arguments, and the session it runs in.
public struct Call {
  // Neither is counted, nor are the arguments copied: a call is over before they are gone.
  private let reference: Unmanaged<BuiltinReference>
  private let machine: Unmanaged<Machine>
  private let values: Registers
  let span: Span

  /// - Parameter values: one for each parameter, which stay in place as long as the call runs.
  init(reference: BuiltinReference, values: Registers, machine: Machine, span: Span) {
    self.reference = .passUnretained(reference)
    self.machine = .passUnretained(machine)
    self.values = values
    self.span = span
  }

  var builtin: Builtin { reference._withUnsafeGuaranteedRef { $0.builtin } }

  /// The session's services: output, progress, seed, interruption.
  public var session: SessionContext { machine._withUnsafeGuaranteedRef { $0.context } }

  /// The argument of a parameter, checked and with its default filled in.
  ///
  /// - Precondition: the builtin declares the parameter.
  public subscript(name: String) -> Value { place(name).pointee }

  @inline(__always)
  private func place(_ name: String) -> Registers {
    guard let index = reference._withUnsafeGuaranteedRef({ $0.index(of: name) }) else {
      preconditionFailure("'\(builtin.name)' declares no parameter '\(name)'")
    }
    return values + index
  }

  // The types were checked by the binder; a mismatch here is a wrong declaration.

  public func int(_ name: String) -> Int {
    guard case .int(let value) = self[name] else { preconditionFailure("'\(name)' is no int") }
    return value
  }

  public func float(_ name: String) -> Double {
    guard let value = self[name].number else { preconditionFailure("'\(name)' is no float") }
    return value
  }

  public func bool(_ name: String) -> Bool {
    guard case .bool(let value) = self[name] else { preconditionFailure("'\(name)' is no bool") }
    return value
  }

  public func string(_ name: String) -> String { text(name).value }

  /// A string as the language has it.
  func text(_ name: String) -> Text {
    guard case .string(let text) = place(name).pointee else {
      preconditionFailure("'\(name)' is no string")
    }
    return text
  }

  /// Looks at two strings.
  func texts<T>(_ a: String, _ b: String, _ body: (Text, Text) -> T) -> T {
    let (first, second) = (place(a), place(b))
    guard case .string = first.pointee, case .string = second.pointee else {
      preconditionFailure("'\(a)' or '\(b)' is no string")
    }
    return first.object(Text.self)._withUnsafeGuaranteedRef { first in
      second.object(Text.self)._withUnsafeGuaranteedRef { second in body(first, second) }
    }
  }

  /// Looks at an argument that is a string; nil for another.
  func ifText<T>(_ name: String, _ body: (Text) -> T?) -> T? {
    let place = place(name)
    guard case .string = place.pointee else { return nil }
    return place.object(Text.self)._withUnsafeGuaranteedRef { body($0) }
  }

  /// The elements of a list, or of a range.
  public func elements(_ name: String) throws -> [Value] {
    try self[name].iterated(until: session.interruption)
  }

  /// The texts of a list of strings; a single string is a list of one.
  ///
  /// - Throws: `ArgumentError.type` for an element that is no string.
  public func strings(_ name: String) throws -> [String] {
    let values = if case .string = self[name] { [self[name]] } else { try elements(name) }
    return try values.map { value in
      guard case .string(let text) = value else {
        throw ArgumentError.type(
          parameter: name, function: builtin.name, expected: "list of strings",
          found: value.typeName)
      }
      return text.value
    }
  }

  /// The value of a parameter that takes nothing but host values of this type.
  public func value<T: HostValue>(_ name: String, as type: T.Type) -> T {
    guard let value = host(name, as: type) else {
      preconditionFailure("'\(name)' is no \(type)")
    }
    return value
  }

  /// The host value of the given type; nil when the argument is another.
  public func host<T: HostValue>(_ name: String, as type: T.Type) -> T? {
    guard case .host(let box) = self[name] else { return nil }
    return box.value as? T
  }

  /// Whether there is a value other than nil.
  public func isGiven(_ name: String) -> Bool {
    switch self[name] {
    case .nil, .missing: false
    default: true
    }
  }

  /// The labelled values of a record, or of the labels that a parameter collects.
  public func fields(_ name: String) -> [(label: String, value: Value)] {
    guard case .record(let record) = self[name] else { return [] }
    return zip(record.labels, record.values).map { ($0, $1) }
  }

  /// Calls a function value of the script.
  public func invoke(_ function: Value, _ arguments: [Value]) throws -> Value {
    try machine._withUnsafeGuaranteedRef {
      try $0.invoke(function, Arguments(positional: arguments), span: span)
    }
  }

  /// As `invoke` with a list, and quicker, for one or two arguments.
  public func invoke(_ function: Value, _ first: Value, _ second: Value? = nil) throws -> Value {
    try machine._withUnsafeGuaranteedRef { machine in
      try withUnsafePointer(to: first) { try machine.invoke(function, $0, second, span: span) }
    }
  }

  /// Calls a function with each of many elements.
  ///
  /// - Parameter body: what is done with an element and the result for it.
  func forEach(
    of elements: [Value], _ function: Value, _ body: (Value, Value) throws -> Void
  ) throws {
    try machine._withUnsafeGuaranteedRef { machine in
      try elements.withUnsafeBufferPointer { elements in
        guard let start = elements.baseAddress else { return }
        for element in start..<(start + elements.count) {
          try body(element.pointee, machine.invoke(function, element, nil, span: span))
        }
      }
    }
  }

  /// Stops the statement when the user asked for it.
  public func checkInterruption() throws { try session.interruption.check() }

  /// Asks whether a file may be written that no parameter of the call is declared to write.
  ///
  /// - Parameter parameter: which one to blame.
  /// - Throws: `ArgumentError.refused`.
  func checkWriting(_ path: String, of parameter: String) throws(ArgumentError) {
    try builtin.check(path, of: parameter, for: .write, session.files)
  }

  /// How the files that the call names are read.
  public var reader: FileReader {
    FileReader(access: session.files, interruption: session.interruption)
  }

  /// Runs work whose failure is an answer. What stops the whole statement goes on: an interruption,
  /// and an output that nobody takes any more.
  func attempt<T>(_ work: () throws -> T) throws -> Result<T, ScriptError> {
    do {
      return .success(try work())
    } catch let error as ScriptError where !error.failure.endsStatement {
      return .failure(error)
    } catch let failure as any RuntimeFailure where !failure.endsStatement {
      return .failure(ScriptError(failure: failure, span: span))
    }
  }

  /// Does what can fail because of one argument, and blames that one.
  ///
  /// - Throws: `ArgumentError.refused` in the place of other failures of the runtime.
  func blaming<T>(_ parameter: String, _ work: () throws -> T) throws -> T {
    try blaming({ _ in parameter }, work)
  }

  /// - Parameter culprit: the parameter whose argument a failure is about; nil for none of them.
  func blaming<T>(
    _ culprit: (any RuntimeFailure) -> String?, _ work: () throws -> T
  ) throws -> T {
    do {
      return try work()
    } catch let failure as any RuntimeFailure where !(failure is ArgumentError) {
      guard let parameter = culprit(failure) else { throw failure }
      throw ArgumentError.refused(
        parameter: parameter, function: builtin.name, reason: failure)
    }
  }

  /// Reads the file that an argument names; what is wrong with it is told with its path.
  func reading<T>(_ parameter: String, _ read: (_ path: String) throws -> T) throws -> T {
    let path = string(parameter)
    return try blaming(parameter) { try FileFailure.naming(path) { try read(path) } }
  }

  /// An error in the builtin's own words.
  public func failure(_ code: String, _ message: String, help: String? = nil) -> any Error {
    ValueError.builtin(code: code, message: message, help: help)
  }
}

extension Value {
  /// The elements that `for` and `map` go through.
  ///
  /// - Throws: `ValueError` for what has none, or too many; `Interrupted`.
  func iterated(until interruption: Interruption) throws -> [Value] {
    switch self {
    case .list(let list): return list.elements
    case .range(let range):
      try List.checkCount(range.count)
      return (range.lower..<range.upper).map { .int($0) }
    case .string(let text):
      // A character has a byte at least: this counts none of a string that is short enough.
      if text.value.utf8.count > List.sizeLimit { try List.checkCount(text.value.count) }
      return try text.value.map { character in
        try interruption.check()
        return .text(String(character))
      }
    default: throw ValueError.notIterable(type: typeName)
    }
  }
}
