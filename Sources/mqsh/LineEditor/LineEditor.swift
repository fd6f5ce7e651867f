import Foundation
import Interpreter

/// The editor of the prompt: one entry of any number of lines, edited as a unit.
///
/// On a terminal that can move its cursor the editor draws the entry itself, and Return goes on in a
/// new line until the entry is complete. On others readline draws single lines, and the prompt puts
/// them together.
final class LineEditor: LineSource {
  /// What the editor asks about the text that is typed.
  struct Language {
    /// Whether an entry goes on in the next line.
    var isIncomplete: (String) -> Bool
    var complete: (EntryText) -> Completions
    var highlighter = Highlighter()
  }

  let language: Language
  private let history: History
  private let talk: (String) -> Void
  private(set) var isDrawn = false
  private var screen: EntryScreen
  var walk: HistoryWalk
  private var hasWarned = false
  private var wasInterrupted = false
  private var prompt = ""
  /// Shown below the entry until the next key.
  var listing: Completions?
  /// The column that Up and Down try to keep, and what they left.
  var goal: (column: Int, text: EntryText)?

  private static let continuation = "  ... "

  /// - Parameter talk: tells the user a line, once, when the history cannot be kept.
  init(
    language: Language, history: History, terminal: Terminal, isColored: Bool,
    talk: @escaping (String) -> Void
  ) {
    self.language = language
    self.history = history
    self.talk = talk
    screen = EntryScreen(isColored: isColored)
    let entries = history.load()
    walk = HistoryWalk(entries)
    isDrawn = Readline.start(self, mayDraw: !terminal.isDumb)
    Readline.loadHistory(entries)
  }

  // MARK: - Lines

  func next(prompt: String) -> LineInput {
    self.prompt = prompt
    wasInterrupted = false
    listing = nil
    walk.restart()
    screen.forget()
    let ending = Readline.read(prompt: prompt)
    defer { Readline.flush() }
    switch ending {
    case .line(let text): return wasInterrupted ? .interrupted : .line(text)
    case .end:
      // The cursor stands behind the prompt.
      Readline.descriptor.writeIgnoringErrors("\n")
      return .end
    }
  }

  var entries: [String] { walk.entries }

  func remember(_ entry: String) {
    guard entry != walk.entries.last else { return }
    walk.add(entry)
    Readline.addHistory(entry)
    if let reason = history.append(entry), !hasWarned {
      hasWarned = true
      talk("warning: the history is not kept: \(reason)")
    }
  }

  /// Ends the reading of an entry.
  func finish() {
    drawLast(Readline.text)
    Readline.finish()
  }

  /// Ctrl-C: drops what was typed.
  func interrupt() {
    Signals.interruption.clear()
    wasInterrupted = true
    if isDrawn { drawLast(Readline.text, mark: "^C") } else { Readline.endLine() }
    Readline.clear()
    Readline.finish()
  }

  // MARK: - Drawing

  private func layout(_ text: EntryText, message: String?, cursor: Int?, width: Int) -> EntryLayout
  {
    EntryLayout(
      prompt: message.map { EntryLayout.cells($0, .message) }
        ?? EntryLayout.cells(prompt, .prompt),
      continuation: EntryLayout.cells(Self.continuation, .prompt), text: text.bytes,
      styles: language.highlighter.styles(of: text.bytes, cursor: cursor), cursor: text.cursor,
      width: width)
  }

  /// An entry as it stays on the screen.
  private func drawLast(_ text: EntryText, mark: String = "") {
    let (width, height) = Terminal.size
    var text = text
    text.cursor = text.bytes.count
    var layout = layout(text, message: nil, cursor: nil, width: width)
    layout.append(toLastRow: EntryLayout.cells(mark, .hint))
    write(screen.finish(layout, width: width, height: height))
  }

  private func write(_ text: String) {
    Readline.flush()
    Readline.descriptor.writeIgnoringErrors(text)
  }

  func clearScreen() {
    screen.forget()
    write("\u{1B}[H\u{1B}[2J")
  }
}

extension LineEditor: Readline.Handler {
  func redraw() {
    // What is typed meanwhile would only be drawn over.
    if Readline.hasTypeahead { return }
    let (width, height) = Terminal.size
    let text = Readline.text
    var layout = layout(text, message: Readline.message, cursor: text.cursor, width: width)
    if let listing {
      let room = height - layout.rows.count
      layout.append(CompletionListing(listing).rows(width: width, height: room))
    }
    write(screen.draw(layout, width: width, height: height))
  }

  func leaveTerminal() {
    guard isDrawn else { return }
    drawLast(Readline.text)
  }

  func loseColumn() { screen.loseColumn() }

  func keyPressed() { listing = nil }
}
