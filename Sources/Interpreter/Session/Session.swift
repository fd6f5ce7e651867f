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
  let machine: Machine
  /// The top level that the prompt goes on with.
  var module: Module
  /// The entries that ran to their end, in order.
  var finishedEntries: [String] = []
  /// The value worked on last that has a badge, and what holds it.
  var focus: HostBox?

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

  /// Changes the terminal columns that tables and long values are fitted to.
  public func setWidth(_ width: Int) { thread.run { context.output.area.width = width } }

  /// How printed tables are written.
  public var format: TableFormat {
    get { thread.run { context.output.format } }
    set { thread.run { context.output.format = newValue } }
  }

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
  ///   - keepsGoing: whether a statement that failed does not keep those behind it from running.
  /// - Returns: how it ended, or how the first statement that failed did; diagnostics have gone to the
  ///   talk output.
  public func run(
    _ bytes: [UInt8], name: String, folder: String? = nil, keepsGoing: Bool = false
  ) -> Outcome {
    let outcome = execute(bytes, name: name, folder: folder, keepsGoing: keepsGoing)
    return thread.run {
      tellEnd(outcome)
      return outcome == .done && context.tally.failed > 0 ? .failed : outcome
    }
  }

  /// Checks and runs a whole text, without a word on how it ended but its errors; runs of sweeps that
  /// failed do not count.
  func execute(
    _ bytes: [UInt8], name: String, folder: String?, keepsGoing: Bool = false
  ) -> Outcome {
    thread.run {
      let source = context.sources.add(name: name, bytes: bytes)
      var failed: Outcome?
      let outcome = guarded {
        let result = try context.checked(source, in: folder).result
        try context.interruption.check()
        try takeWords(for: result.program)
        let module = Module(folder: folder)
        module.names = result.globals
        // The script's variables are there for a prompt that follows.
        self.module = module
        if keepsGoing {
          failed = try runSeparately(result, in: module)
        } else {
          _ = try machine.run(CodeCompiler.compile(result.program, result.resolution), in: module)
        }
      }
      return failed ?? outcome
    }
  }

  /// Runs each statement for itself, whatever becomes of those in front of it.
  ///
  /// - Returns: how the first one that failed ended.
  /// - Throws: what ends the script all the same: an interruption, output that nobody reads.
  private func runSeparately(_ result: FrontEnd.Result, in module: Module) throws -> Outcome? {
    var failed: Outcome?
    for part in result.program.separated {
      let code = CodeCompiler.compile(part, result.resolution)
      do {
        _ = try machine.run(code, in: module)
      } catch let error as ScriptError where !error.failure.endsStatement {
        let outcome = tell(error)
        failed = failed ?? outcome
      }
    }
    return failed
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
  func tellEnd(_ outcome: Outcome) {
    if outcome == .interrupted {
      context.output.talk(context.interruption.endsProgram ? "terminated" : "interrupted")
    }
    if let summary = context.tally.summary { context.output.talk(summary) }
  }

  // MARK: - Failures

  /// Shows what went wrong in a script.
  private func tell(_ error: ScriptError) -> Outcome {
    context.report(error.diagnostic(context.sources))
    return switch error.failure {
    case ValueError.expectation: .expectationFailed
    case is ParameterError: .misused
    default: .failed
    }
  }

  /// Runs work and turns what it throws into an outcome and talk.
  func guarded(_ body: () throws -> Void) -> Outcome {
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
      return tell(error)
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

extension Program {
  /// A program for each statement; the functions, which all may call, make the first one.
  fileprivate var separated: [Program] {
    func isFunction(_ statement: Statement) -> Bool {
      if case .function = statement.kind { true } else { false }
    }
    let functions = statements.filter(isFunction)
    let others = statements.filter { !isFunction($0) }
    return ([functions] + others.map { [$0] }).map { part in
      var program = self
      program.statements = part
      return program
    }
  }
}

extension RuntimeFailure {
  /// A diagnostic that points at no text.
  var asDiagnostic: Diagnostic {
    Diagnostic(code: code, message: message, primary: nil, help: help, notes: notes)
  }
}
