import Interpreter

extension LineEditor {
  /// Does what a key is bound to.
  func perform(_ command: EditorCommand) {
    switch command {
    case .accept: accept()
    case .newline: breakLine(isIndented: true)
    case .up: moveUp()
    case .down: moveDown()
    case .lineStart: moveToLineStart()
    case .lineEnd: moveToLineEnd()
    case .killLine: killLine()
    case .discardLine: discardLine()
    case .clearScreen: clearScreen()
    case .complete: complete()
    case .paste: paste()
    case .closeBracket:
      if let surplus = Readline.text.surplusIndentation { Readline.replace(surplus, with: "") }
    case .interrupt: interrupt()
    }
  }

  private func accept() {
    let text = Readline.text
    // At the end of the input nothing can complete it.
    guard !Readline.hasEnded, language.isIncomplete(text.string) else { return finish() }
    // More is there already where a terminal pastes without saying so: with its own indentation.
    breakLine(isIndented: !Readline.hasTypeahead)
  }

  private func breakLine(isIndented: Bool) {
    let text = Readline.text
    let blanks = String(repeating: " ", count: isIndented ? text.wantedIndentation : 0)
    Readline.replace(text.cursor..<text.cursor, with: "\n" + blanks)
  }

  // MARK: - Moving

  private func moveUp() {
    let text = Readline.text
    let column = wantedColumn(text)
    if let place = text.above(column: column) { return move(to: place, column: column) }
    guard let entry = walk.older(than: text) else { return Readline.beep() }
    // Behind its first line, so that the same key goes on to the entry before.
    show(
      EntryText(
        entry,
        cursor: entry.utf8.firstIndex(of: UInt8(ascii: "\n")).map {
          entry.utf8.distance(from: entry.startIndex, to: $0)
        }))
  }

  private func moveDown() {
    let text = Readline.text
    let column = wantedColumn(text)
    if let place = text.below(column: column) { return move(to: place, column: column) }
    guard let entry = walk.newer(than: text) else { return Readline.beep() }
    show(entry)
  }

  /// The column where the cursor was when it began to move up and down.
  private func wantedColumn(_ text: EntryText) -> Int {
    guard let goal, goal.text == text else { return text.column }
    return goal.column
  }

  private func move(to place: Int, column: Int) {
    Readline.moveCursor(to: place)
    goal = (column, Readline.text)
  }

  private func show(_ entry: EntryText) {
    Readline.replace(0..<Readline.text.bytes.count, with: entry.string)
    Readline.moveCursor(to: entry.cursor)
  }

  private func moveToLineStart() {
    let text = Readline.text
    Readline.moveCursor(to: text.cursor == text.lineStart ? 0 : text.lineStart)
  }

  private func moveToLineEnd() {
    let text = Readline.text
    Readline.moveCursor(to: text.cursor == text.lineEnd ? text.bytes.count : text.lineEnd)
  }

  // MARK: - Killing

  private func killLine() {
    let text = Readline.text
    let end = text.lineEnd == text.cursor ? text.cursor + 1 : text.lineEnd
    Readline.kill(from: text.cursor, to: min(end, text.bytes.count))
  }

  private func discardLine() {
    let text = Readline.text
    let start = text.lineStart == text.cursor ? text.cursor - 1 : text.lineStart
    Readline.kill(from: text.cursor, to: max(start, 0))
  }

  // MARK: - Completion

  private func complete() {
    let text = Readline.text
    if isDrawn, !text.isInFirstLine, text.isInIndentation {
      return Readline.replace(text.cursor..<text.cursor, with: "  ")
    }
    let found = language.complete(text)
    guard let first = found.candidates.first else { return Readline.beep() }
    let typed = String(decoding: text.bytes[found.range], as: UTF8.self)
    let replacement = found.candidates.count == 1 ? first.text : found.commonText
    if replacement.utf8.count > typed.utf8.count || found.candidates.count == 1 {
      Readline.replace(found.range, with: replacement)
    }
    guard found.candidates.count > 1 else { return }
    if isDrawn {
      listing = found
    } else {
      let (width, height) = Terminal.size
      Readline.write(below: CompletionListing(found).text(width: width, height: height - 2))
    }
  }

  // MARK: - Pasting

  private static let pasteEnd = Array("\u{1B}[201~".utf8)

  private func paste() {
    var bytes: [UInt8] = []
    while let byte = Readline.readByte() {
      bytes.append(byte)
      if byte == Self.pasteEnd.last, bytes.suffix(Self.pasteEnd.count) == Self.pasteEnd[...] {
        return insert(Array(bytes.dropLast(Self.pasteEnd.count)))
      }
      // What comes behind the limit is read and forgotten.
      if bytes.count > 2 * PastedText.byteLimit {
        bytes.removeSubrange(PastedText.byteLimit + 1..<(bytes.count - Self.pasteEnd.count))
      }
    }
  }

  private func insert(_ pasted: [UInt8]) {
    guard pasted.count <= PastedText.byteLimit else { return Readline.beep() }
    let text = Readline.text
    Readline.replace(
      text.cursor..<text.cursor,
      with: PastedText.cleaned(pasted, isIncomplete: language.isIncomplete))
  }
}
