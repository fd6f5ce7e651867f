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
  struct CallFrame: Equatable {
    var function: String
    var span: Span
  }

  /// Different frames shown of a deep chain, at each end.
  private static let shownFrames = 5

  func diagnostic(_ sources: SourceMap) -> Diagnostic {
    Diagnostic(
      code: failure.code, message: failure.message, primary: span.map { .init($0) },
      help: failure.help, notes: failure.notes + chain(sources))
  }

  /// A line for each call with the text of the script below it; a call that repeats stands once.
  private func chain(_ sources: SourceMap) -> [String] {
    var groups: [(frame: CallFrame, count: Int)] = []
    for frame in calls {
      if let last = groups.last, last.frame == frame {
        groups[groups.count - 1].count += 1
      } else {
        groups.append((frame, 1))
      }
    }
    let lines = groups.map { frame, count in
      let source = sources[frame.span.source]
      let line = source.position(of: frame.span.start).line
      return "in '\(frame.function)', called at \(source.name):\(line)"
        + (count > 1 ? ", \(count) calls deep" : "") + "\n" + source.displayText(ofLine: line)
    }
    guard lines.count > 2 * Self.shownFrames else { return lines }
    let hidden = lines.count - 2 * Self.shownFrames
    return lines.prefix(Self.shownFrames) + ["... \(hidden) more calls ..."]
      + lines.suffix(Self.shownFrames)
  }
}
