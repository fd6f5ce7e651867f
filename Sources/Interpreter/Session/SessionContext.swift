import Foundation
import Lang
import QuantRuntime

/// Where a session's output goes; the program around it decides.
public struct SessionOutput: Sendable {
  /// Data: what scripts print. Throws when it cannot be written.
  public var write: @Sendable (String) throws -> Void
  /// Talk: warnings and remarks, a line at a time, without the newline.
  public var talk: @Sendable (String) -> Void
  public var progress: any ProgressSink
  /// How printed tables are written.
  public var format: TableFormat
  /// What tables and long values are fitted to.
  public var area: TextArea

  public init(
    write: @escaping @Sendable (String) throws -> Void, talk: @escaping @Sendable (String) -> Void,
    progress: any ProgressSink = SilentProgress(), format: TableFormat = .csv,
    area: TextArea = TextArea()
  ) {
    self.write = write
    self.talk = talk
    self.progress = progress
    self.format = format
    self.area = area
  }
}

/// Who is told how far a long piece of work has come. Called from the compute thread too.
public protocol ProgressSink: Sendable {
  /// - Parameter total: the units of work, such as steps or images.
  func begin(_ title: String, total: Int)
  /// - Parameters:
  ///   - done: units finished.
  ///   - detail: a few words on the state, such as the loss.
  func update(_ done: Int, _ detail: @autoclosure () -> String)
  func end()
}

/// Tells nobody.
public struct SilentProgress: ProgressSink {
  public init() {}
  public func begin(_ title: String, total: Int) {}
  public func update(_ done: Int, _ detail: @autoclosure () -> String) {}
  public func end() {}
}

/// What the builtins of a session share: output, seed, interruption, parameters, modules.
///
/// Touched by the session's thread only, apart from the interruption.
public final class SessionContext {
  public let interruption: Interruption
  public var output: SessionOutput
  /// What random choices derive from; `seed(n)` sets it.
  public var seed: UInt64
  /// Does what takes long or leaves traces, or writes down that it would.
  let work: any Work
  /// Whether what an interruption has stopped gives its result so far, as a training at the prompt
  /// does; a script stops.
  public var keepsPartialWork: Bool
  /// The runs of the sweeps since somebody last asked.
  var tally = RunTally()
  /// The runs of sweeps that are under way, from the outermost, in words for diagnostics.
  var openRuns: [String] = []
  private let isColored: Bool
  let checksTypes: Bool
  /// Which files scripts may touch.
  public let files: FileAccess
  let builtins: [Builtin]
  let builtinValues: [Value]
  let frontEnd: FrontEnd
  /// Those behind the script's name.
  let words: [String]
  /// Of these the values of parameters, by their names; filled when a script runs.
  var parameters: [String: String] = [:]
  /// Of these the ones that are no parameters; filled when a script runs.
  var arguments: [String] = []
  var sources = SourceMap()
  var modules = ModuleTable()
  /// The machine, to run modules on; set by the session that owns both. Not weak: counting references
  /// to what is weakly referenced takes several times as long, and calls count some.
  unowned var machine: Machine?

  init(_ options: Session.Options, builtins: [Builtin], work: any Work) {
    self.work = work
    interruption = options.interruption
    output = options.output
    seed = options.seed
    keepsPartialWork = options.isInteractive
    isColored = options.isColored
    files = options.files
    checksTypes = options.checksTypes
    words = options.words
    self.builtins = builtins
    builtinValues = builtins.map { $0.constant ?? .builtin(BuiltinReference($0)) }
    let interruption = interruption
    frontEnd = FrontEnd(builtins: builtins.map(\.name)) { interruption.isRequested }
  }

  /// Shows an error in the source that it points into.
  func report(_ diagnostic: Diagnostic) {
    let text = DiagnosticRenderer(sources, isColored: isColored).render(diagnostic)
    output.talk(String(text.dropLast()))
  }

  /// Prints a line of data.
  public func print(_ text: String) throws { try output.write(text + "\n") }
}
