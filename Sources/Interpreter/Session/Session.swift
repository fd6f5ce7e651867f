import Foundation
import Lang
import QuantRuntime

/// One interpreter: runs a script, or the entries of a prompt one after the other.
///
/// All work happens on a thread of its own with a large stack; the methods wait for it.
public final class Session: @unchecked Sendable {
  public struct Options: Sendable {
    public var output: SessionOutput
    public var interruption: Interruption
    public var seed: UInt64
    /// Whether a person is at the prompt.
    public var isInteractive: Bool
    public var isColored: Bool
    /// Values for `param`, from the command line.
    public var parameters: [String: String]
    /// The remaining words of the command line, for `args`.
    public var arguments: [String]

    public init(
      output: SessionOutput, interruption: Interruption = Interruption(), seed: UInt64 = 0,
      isInteractive: Bool = false, isColored: Bool = false, parameters: [String: String] = [:],
      arguments: [String] = []
    ) {
      self.output = output
      self.interruption = interruption
      self.seed = seed
      self.isInteractive = isInteractive
      self.isColored = isColored
      self.parameters = parameters
      self.arguments = arguments
    }
  }

  /// How a script or an entry ended.
  public enum Outcome: Hashable, Sendable {
    case done
    /// Failed while running.
    case failed
    /// Wrong command line for the script: an unknown or missing parameter.
    case misused
    /// Rejected before anything ran.
    case rejected
    case expectationFailed
    case interrupted

    public var exitCode: Int32 {
      switch self {
      case .done: 0
      case .failed: 1
      case .misused: 2
      case .rejected: 65
      case .expectationFailed: 3
      case .interrupted: 130
      }
    }
  }

  private let thread = DedicatedThread(name: "mqsh-session", stackBytes: 512 << 20)
  private let context: SessionContext
  private let machine: Machine
  private let isColored: Bool
  private var module: Module

  public init(_ options: Options, builtins: [Builtin] = BuiltinCatalog.all) {
    context = SessionContext(options, builtins: builtins)
    machine = Machine(context)
    context.machine = machine
    isColored = options.isColored
    module = Module(folder: nil)
  }

  /// Changes the width that tables and long values are fitted to.
  public func setWidth(_ width: Int) { thread.run { context.output.width = width } }

  // MARK: - Scripts

  /// Checks and runs a whole text.
  ///
  /// - Parameters:
  ///   - name: what diagnostics call it.
  ///   - folder: where its imports start from; nil for text that is in no file.
  /// - Returns: how it ended; diagnostics have gone to the talk output.
  public func run(_ bytes: [UInt8], name: String, folder: String? = nil) -> Outcome {
    thread.run {
      let source = context.sources.add(name: name, bytes: bytes)
      return guarded {
        let result = try context.frontEnd.process(source)
        try context.checkImports(of: result.program, in: folder)
        try checkParameters(ScriptParameter.declared(in: result.program))
        let module = Module(folder: folder)
        module.names = result.globals
        module.grow(to: result.globals.slotCount)
        // The script's variables are there for a prompt that follows.
        self.module = module
        _ = try machine.run(CodeCompiler.compile(result.program, result.resolution), in: module)
      }
    }
  }

  /// The parameters that a script declares with `param`, for its help; nil when it has errors.
  public func parameters(of bytes: [UInt8], name: String) -> [ScriptParameter]? {
    thread.run {
      let source = context.sources.add(name: name, bytes: bytes)
      guard let result = try? context.frontEnd.process(source) else { return nil }
      return ScriptParameter.declared(in: result.program)
    }
  }

  private func checkParameters(_ declared: [ScriptParameter]) throws {
    for name in context.parameters.keys.sorted()
    where !declared.contains(where: { $0.name == name }) {
      throw ParameterError.unknown(name: name, known: declared.map(\.name))
    }
  }

  // MARK: - Prompt

  /// Whether the entry goes on on the next line.
  public static func isIncomplete(_ entry: String) -> Bool {
    var sources = SourceMap()
    return FrontEnd.isIncomplete(sources.add(name: "", bytes: Array(entry.utf8)))
  }

  /// Runs one entry and echoes its value. Whatever happens, the variables of earlier entries stay.
  public func evaluate(_ entry: String) -> Outcome {
    thread.run {
      let source = context.sources.add(name: "<prompt>", bytes: Array(entry.utf8))
      let before = module.names
      let outcome = guarded {
        let result = try context.frontEnd.process(source, globals: before, isPrompt: true)
        try context.checkImports(of: result.program, in: nil)
        module.names = result.globals
        module.grow(to: result.globals.slotCount)
        let value = try machine.run(
          CodeCompiler.compile(result.program, result.resolution), in: module)
        guard value != .missing, value != .nil else { return }
        setLast(value)
        try context.output.write(Printer(context.output).echo(value))
      }
      // What a failed entry declared and never set falls back to what it was before.
      for (name, entry) in module.names.entries where module.value(entry.slot) == .missing {
        module.names.restore(name, from: before)
      }
      return outcome
    }
  }

  /// `_` is the last value that was echoed.
  private func setLast(_ value: Value) {
    if module.names["_"] == nil {
      var names = module.names
      names.declareHostName("_")
      module.names = names
      module.grow(to: names.slotCount)
    }
    if let entry = module.names["_"] { module.set(entry.slot, value) }
  }

  // MARK: - Completion

  /// Names that can be used now: variables, builtins and keywords, sorted.
  public func visibleNames() -> [String] {
    thread.run {
      let names =
        module.variables.map(\.name) + context.builtins.map(\.name)
        + Keyword.allCases.map(\.rawValue)
      return Array(Set(names)).sorted()
    }
  }

  /// The labels of a builtin with a word on each, in their order.
  public func labels(of function: String) -> [(label: String, summary: String)] {
    let builtin = BuiltinCatalog.all.first { $0.name == function }
    return builtin?.parameters.filter { !$0.isVariadic }.map { ($0.name, $0.summary) } ?? []
  }

  // MARK: - Failures

  /// Runs work and turns what it throws into an outcome and talk.
  private func guarded(_ body: () throws -> Void) -> Outcome {
    do {
      try body()
      return .done
    } catch let error as Diagnostics {
      error.all.forEach(report)
      return .rejected
    } catch let error as ScriptError {
      report(error.diagnostic(context.sources))
      if case ValueError.expectation = error.failure { return .expectationFailed }
      if error.failure is ParameterError { return .misused }
      return .failed
    } catch is Interrupted {
      context.output.talk("interrupted")
      return .interrupted
    } catch let error as ParameterError {
      report(error.asDiagnostic)
      return .misused
    } catch let error as any RuntimeFailure {
      report(error.asDiagnostic)
      return .failed
    } catch {
      // Output that could not be written; the program around knows more.
      context.output.talk("error: \(error)")
      return .failed
    }
  }

  private func report(_ diagnostic: Diagnostic) {
    let text = DiagnosticRenderer(context.sources, isColored: isColored).render(diagnostic)
    context.output.talk(String(text.dropLast()))
  }
}

extension RuntimeFailure {
  /// A diagnostic that points at no text.
  var asDiagnostic: Diagnostic {
    Diagnostic(code: code, message: message, primary: nil, help: help, notes: notes)
  }
}
