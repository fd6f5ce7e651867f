import Lang
import QuantRuntime

/// A failure while a script runs: what, where, and through which calls.
struct ScriptError: Error {
  var failure: any RuntimeFailure
  /// The place of the failing expression, or of the argument that the failure is about; nil outside
  /// of any text.
  var span: Span?
  /// From the innermost call outwards.
  var calls: [CallFrame] = []

  /// A call that was under way: whose, and where it was made.
  struct CallFrame {
    var function: String
    var span: Span
  }

  /// Frames shown of a deep chain, at each end.
  private static let shownFrames = 5

  func diagnostic(_ sources: SourceMap) -> Diagnostic {
    Diagnostic(
      code: failure.code, message: failure.message, primary: span.map { .init($0) },
      help: failure.help, notes: failure.notes + chain(sources))
  }

  private func chain(_ sources: SourceMap) -> [String] {
    let lines = calls.map { frame in
      let source = sources[frame.span.source]
      return "in '\(frame.function)', called at \(source.name):"
        + "\(source.position(of: frame.span.start).line)"
    }
    guard lines.count > 2 * Self.shownFrames else { return lines }
    let hidden = lines.count - 2 * Self.shownFrames
    return lines.prefix(Self.shownFrames) + ["... \(hidden) more calls ..."]
      + lines.suffix(Self.shownFrames)
  }
}

/// The user stopped the statement.
struct Interrupted: Error {}
