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
    /// Which files scripts may touch.
    public var files: FileAccess
    /// The words behind the script's name: its parameters and arguments.
    public var words: [String]
    /// Whether texts are checked for more than syntax and names before they run. Off where a failure
    /// has to be met at run time, as in the test that the checker says what the run says.
    var checksTypes = true

    public init(
      output: SessionOutput, interruption: Interruption = Interruption(), seed: UInt64 = 0,
      isInteractive: Bool = false, isColored: Bool = false, files: FileAccess = .everything,
      words: [String] = []
    ) {
      self.output = output
      self.interruption = interruption
      self.seed = seed
      self.isInteractive = isInteractive
      self.isColored = isColored
      self.files = files
      self.words = words
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

  let thread = DedicatedThread(name: "mqsh-session", stackBytes: 512 << 20)
  let context: SessionContext
  private let machine: Machine
  /// The top level that the prompt goes on with.
  private(set) var module: Module
  /// The entries that ran to their end, in order.
  private var finishedEntries: [String] = []

  public convenience init(_ options: Options, builtins: [Builtin] = BuiltinCatalog.all) {
    self.init(options, builtins: builtins, work: PerformedWork())
  }

  /// - Parameter work: what becomes of trainings, files and the like.
  init(_ options: Options, builtins: [Builtin] = BuiltinCatalog.all, work: any Work) {
    context = SessionContext(options, builtins: builtins, work: work)
    machine = Machine(context)
    context.machine = machine
    module = Module(folder: nil)
  }

  deinit { thread.finish() }

  /// Changes the width that tables and long values are fitted to.
  public func setWidth(_ width: Int) { thread.run { context.output.width = width } }

  /// Changes how printed tables are written.
  public func setFormat(_ format: TableFormat) { thread.run { context.output.format = format } }

  /// Which files scripts may touch; the program around asks it before it does what a script, or an
  /// entry of the prompt, wants of files and of other programs.
  public var files: FileAccess { context.files }

  /// Bytes of a script; an endless file must not fill the memory.
  public static let scriptByteLimit = 64 << 20

  /// The seed that the next random choice derives from.
  public var seed: UInt64 { thread.run { context.seed } }

  // MARK: - Scripts

  /// Checks and runs a whole text.
  ///
  /// - Parameters:
  ///   - name: what diagnostics call it.
  ///   - folder: where its imports start from; nil for text that is in no file.
  /// - Returns: how it ended; diagnostics have gone to the talk output.
  public func run(_ bytes: [UInt8], name: String, folder: String? = nil) -> Outcome {
    let outcome = execute(bytes, name: name, folder: folder)
    return thread.run {
      tellEnd(outcome)
      return outcome == .done && context.tally.failed > 0 ? .failed : outcome
    }
  }

  /// Checks and runs a whole text, without a word on how it ended but its errors; runs of sweeps that
  /// failed do not count.
  func execute(_ bytes: [UInt8], name: String, folder: String?) -> Outcome {
    thread.run {
      let source = context.sources.add(name: name, bytes: bytes)
      return guarded {
        let result = try context.checked(source, in: folder).result
        try context.interruption.check()
        try takeWords(for: result.program)
        let module = Module(folder: folder)
        module.names = result.globals
        // The script's variables are there for a prompt that follows.
        self.module = module
        _ = try machine.run(CodeCompiler.compile(result.program, result.resolution), in: module)
      }
    }
  }

  /// Checks a text as `run` does before it runs, and goes no further. No data is touched.
  ///
  /// - Returns: `done` or `rejected`; diagnostics have gone to the talk output.
  public func check(_ bytes: [UInt8], name: String, folder: String? = nil) -> Outcome {
    thread.run {
      let source = context.sources.add(name: name, bytes: bytes)
      return guarded { _ = try context.checked(source, in: folder) }
    }
  }

  /// Says what the errors did not say.
  private func tellEnd(_ outcome: Outcome) {
    if outcome == .interrupted {
      context.output.talk(context.interruption.endsProgram ? "terminated" : "interrupted")
    }
    if let summary = context.tally.summary { context.output.talk(summary) }
  }

  /// The parameters that a script and its imports declare with `param`; nil when it has errors.
  ///
  /// - Parameters: as of `run`.
  public func parameters(
    of bytes: [UInt8], name: String, folder: String? = nil
  ) -> [ScriptParameter]? {
    parameterHelp(of: bytes, name: name, folder: folder)?.parameters
  }

  /// What a script says of itself: how it is called, its first comment, its parameters; nil when it
  /// has errors.
  ///
  /// - Parameters: as of `run`.
  public func help(of bytes: [UInt8], name: String, folder: String? = nil) -> String? {
    parameterHelp(of: bytes, name: name, folder: folder)?.page
  }

  /// How a script is called, on a line or a few; nil when it has errors.
  ///
  /// - Parameters: as of `run`.
  public func usage(of bytes: [UInt8], name: String, folder: String? = nil) -> String? {
    parameterHelp(of: bytes, name: name, folder: folder)?.usage
  }

  private func parameterHelp(
    of bytes: [UInt8], name: String, folder: String?
  ) -> ParameterHelp? {
    thread.run {
      let source = context.sources.add(name: name, bytes: bytes)
      guard let program = try? context.frontEnd.process(source).program else { return nil }
      // What is wrong with them, a run says.
      _ = context.checkImports(of: program, in: folder)
      return ParameterHelp(
        name: name, parameters: context.declaredParameters(of: program),
        comment: ParameterHelp.comment(of: bytes))
    }
  }

  /// Checks all words behind the script's name before anything runs.
  private func takeWords(for program: Program) throws {
    let given = GivenParameters(context.words, for: context.declaredParameters(of: program))
    guard given.errors.all.isEmpty else { throw given.errors }
    context.parameters = given.values
    context.arguments = given.arguments
  }

  // MARK: - Prompt

  /// Whether the entry goes on on the next line.
  public static func isIncomplete(_ entry: String) -> Bool {
    var sources = SourceMap()
    return FrontEnd.isIncomplete(sources.add(name: "", bytes: Array(entry.utf8)))
  }

  /// A script that rebuilds the session: the entries that ran to their end, each on its own lines.
  public var transcript: String {
    thread.run { finishedEntries.map { $0.hasSuffix("\n") ? $0 : $0 + "\n" }.joined() }
  }

  /// Runs one entry and echoes its value. Whatever happens, the variables of earlier entries stay.
  ///
  /// An interruption that was requested before is forgotten: it was meant for an earlier entry.
  public func evaluate(_ entry: String) -> Outcome {
    thread.run {
      context.interruption.clear()
      let source = context.sources.add(name: "<prompt>", bytes: Array(entry.utf8))
      let before = module.names
      let outcome = guarded {
        let result = try context.checked(source, in: nil, after: module).result
        try context.interruption.check()
        module.names = result.globals
        let value = try machine.run(
          CodeCompiler.compile(result.program, result.resolution), in: module)
        switch value {
        case .missing, .nil: return
        default: break
        }
        setLast(value)
        try context.output.write(Printer(context).echo(value))
      }
      // What a failed entry declared and never set falls back to what it was before.
      for (name, entry) in module.names.entries where module.globals[entry.slot].isMissing {
        module.names.restore(name, from: before)
      }
      tellEnd(outcome)
      if outcome == .done { finishedEntries.append(entry) }
      return outcome
    }
  }

  /// `_` is the last value that was echoed.
  private func setLast(_ value: Value) {
    if module.names["_"] == nil { module.names.declareHostName("_") }
    if let entry = module.names["_"] { module.globals[entry.slot] = value }
  }

  // MARK: - Failures

  /// Runs work and turns what it throws into an outcome and talk.
  private func guarded(_ body: () throws -> Void) -> Outcome {
    context.tally = RunTally()
    do {
      try body()
      return .done
    } catch let error as Diagnostics {
      // What was not read to its end only looks wrong.
      if context.interruption.isRequested { return .interrupted }
      error.all.forEach(context.report)
      return .rejected
    } catch let error as ScriptError {
      context.report(error.diagnostic(context.sources))
      switch error.failure {
      case ValueError.expectation: return .expectationFailed
      case is ParameterError: return .misused
      default: return .failed
      }
    } catch is Interrupted {
      return .interrupted
    } catch let errors as ParameterErrors {
      for (error, declaration) in errors.all {
        var diagnostic = error.asDiagnostic
        diagnostic.primary = declaration.map { .init($0) }
        context.report(diagnostic)
      }
      return .misused
    } catch let error as any RuntimeFailure {
      context.report(error.asDiagnostic)
      return .failed
    } catch {
      // Output that could not be written; the program around knows more.
      context.output.talk("error: \(error)")
      return .failed
    }
  }
}

extension RuntimeFailure {
  /// A diagnostic that points at no text.
  var asDiagnostic: Diagnostic {
    Diagnostic(code: code, message: message, primary: nil, help: help, notes: notes)
  }
}
