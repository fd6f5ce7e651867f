@preconcurrency import CReadline
import Foundation

/// GNU readline, which is under the GPL: this file alone knows it.
///
/// readline reads the keys, keeps the buffer, the ring of killed text and the undo list, and searches
/// its history; where our own commands take the place of its own, and where the entry is drawn, it
/// calls the handler. Its state is in globals and its callbacks are plain C functions, so there is one
/// handler, found in a variable of this file and used by the main thread only.
enum Readline {
  /// What readline is given to do.
  protocol Handler: AnyObject {
    func perform(_ command: EditorCommand)
    /// Draws the entry. Not called on a terminal that readline draws on itself.
    func redraw()
    /// The terminal is needed by others: the program stops or ends.
    func leaveTerminal()
    /// Something may have moved the cursor in its row.
    func loseColumn()
    /// A key has been pressed.
    func keyPressed()
  }

  enum Ending {
    case line(String)
    case end
  }

  /// The key that stands for an interruption.
  fileprivate static let interruptKey: Int32 = 3

  /// - Parameter mayDraw: whether the handler wants to draw the entry.
  /// - Returns: whether it does.
  static func start(_ handler: any Handler, mayDraw: Bool) -> Bool {
    activeHandler = handler
    useUTF8()
    // Prompts are no data.
    if isatty(STDOUT_FILENO) == 0 { rl_outstream = stderr }
    rl_readline_name = UnsafePointer(strdup("mqsh"))
    rl_getc_function = readCharacter
    rl_deprep_term_function = restoreTerminal
    // Keys of the terminal's own line editing would take those of our commands, at each entry anew.
    if mayDraw { rl_variable_bind("bind-tty-special-chars", "off") }
    rl_initialize()
    using_history()
    // The handler says that an entry was dropped.
    rl_variable_bind("echo-control-characters", "off")
    let isDrawn = mayDraw && canMoveCursor
    if isDrawn { rl_redisplay_function = { activeHandler?.redraw() } }
    bindCommands(isDrawn: isDrawn)
    return isDrawn
  }

  /// Text is UTF-8 here whatever the locale; nothing else of the locale is taken over.
  private static func useUTF8() {
    setlocale(LC_CTYPE, "")
    if strcmp(nl_langinfo(Int32(CODESET)), "UTF-8") != 0 { setlocale(LC_CTYPE, "C.UTF-8") }
  }

  /// Whether the terminal can move the cursor up and erase, in the sequences that nearly all have.
  private static var canMoveCursor: Bool {
    guard isatty(descriptor.number) == 1, let up = termcap("up"), let erase = termcap("ce") else {
      return false
    }
    // Some terminals scroll when they are asked to go up; they know the other way as well.
    return ["\u{1B}[A", "\u{1B}M"].contains(up) && erase.hasPrefix("\u{1B}[K")
  }

  private static func termcap(_ name: String) -> String? {
    rl_get_termcap(name).map { String(cString: $0) }
  }

  /// Where the entry is drawn.
  static var descriptor: Descriptor { Descriptor(number: fileno(rl_outstream)) }

  // MARK: - One entry

  /// Reads until a command calls `finish`, or the input ends.
  static func read(prompt: String) -> Ending {
    hasEnded = false
    guard let line = readline(prompt) else { return .end }
    defer { free(line) }
    return .line(String(cString: line))
  }

  /// Whether the input is at its end: what is in the buffer is all that comes.
  private(set) static nonisolated(unsafe) var hasEnded = false
  fileprivate static func noteEnd() { hasEnded = true }

  /// Ends the reading with what is in the buffer.
  static func finish() { rl_done = 1 }

  static func beep() { rl_ding() }

  /// What readline wants to show in front of the entry in place of the prompt; nil for the prompt.
  static var message: String? {
    guard let shown = rl_display_prompt, shown != rl_prompt else { return nil }
    return String(cString: shown).filter { $0 != "\u{1}" && $0 != "\u{2}" }
  }

  // MARK: - Buffer

  static var text: EntryText {
    guard let line = rl_line_buffer else { return EntryText("") }
    let bytes = UnsafeRawBufferPointer(start: line, count: Int(rl_end))
    return EntryText(Array(bytes), cursor: Int(rl_point))
  }

  static func moveCursor(to offset: Int) { rl_point = Int32(offset) }

  /// Changes a part of the buffer, as one step for undo, and leaves the cursor behind it.
  static func replace(_ range: Range<Int>, with text: String) {
    rl_begin_undo_group()
    rl_delete_text(Int32(range.lowerBound), Int32(range.upperBound))
    rl_point = Int32(range.lowerBound)
    rl_insert_text(text)
    rl_end_undo_group()
  }

  /// Takes text out of the buffer, to be yanked back.
  static func kill(from start: Int, to end: Int) {
    rl_kill_text(Int32(start), Int32(end))
    rl_point = Int32(min(start, end))
  }

  /// Empties the buffer for good.
  static func clear() { rl_replace_line("", 1) }

  /// Writes a text below the entry, on a terminal that readline draws on.
  static func write(below text: String) {
    rl_crlf()
    fputs(text, rl_outstream)
    rl_on_new_line()
    rl_forced_update_display()
  }

  /// Ends the line on a terminal that readline draws on.
  static func endLine() {
    rl_crlf()
    rl_on_new_line()
  }

  static func flush() { fflush(rl_outstream) }

  /// The next byte that was typed or pasted; nil at the end and when Ctrl-C comes.
  static func readByte() -> UInt8? {
    let key = rl_read_key()
    guard key >= 0, !Signals.interruption.isRequested else { return nil }
    return UInt8(truncatingIfNeeded: key)
  }

  /// Whether more has been typed already.
  static var hasTypeahead: Bool {
    var request = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, 0) > 0 && request.revents & Int16(POLLIN) != 0
  }

  // MARK: - History, for the search

  static func addHistory(_ entry: String) {
    for index in 0..<max(0, history_length) {
      guard let item = history_get(history_base + index),
        strcmp(item.pointee.line, entry) == 0
      else { continue }
      if let removed = remove_history(index) { free_history_entry(removed) }
      break
    }
    add_history(entry)
  }

  /// Entries that are known to differ.
  static func loadHistory(_ entries: [String]) {
    for entry in entries { add_history(entry) }
  }

  // MARK: - Keys

  private typealias Function = @convention(c) (Int32, Int32) -> Int32

  /// Gives our commands the keys that the user's own settings give to those of readline.
  private static func bindCommands(isDrawn: Bool) {
    for name in ["emacs-standard", "vi-insert", "vi-command"] {
      guard let map = rl_get_keymap_by_name(name) else { continue }
      substitute(rl_complete, with: function(.complete), in: map)
      guard isDrawn else { continue }
      substitute(rl_newline, with: function(.accept), in: map)
      substitute(rl_get_previous_history, with: function(.up), in: map)
      substitute(rl_get_next_history, with: function(.down), in: map)
      substitute(rl_beg_of_line, with: function(.lineStart), in: map)
      substitute(rl_end_of_line, with: function(.lineEnd), in: map)
      substitute(rl_kill_line, with: function(.killLine), in: map)
      substitute(rl_unix_line_discard, with: function(.discardLine), in: map)
      substitute(rl_clear_screen, with: function(.clearScreen), in: map)
      substitute(rl_bracketed_paste_begin, with: function(.paste), in: map)
    }
    rl_bind_key(interruptKey, function(.interrupt))
    guard isDrawn else { return }
    // Alt-Enter, and Shift-Enter where the terminal tells it from Enter.
    for sequence in ["\\e\\C-m", "\\e\\C-j", "\\e[13;2u", "\\e[13;3u", "\\e[27;2;13~"] {
      rl_bind_keyseq(sequence, function(.newline))
    }
    for bracket in [")", "]", "}"] { rl_bind_keyseq(bracket, function(.closeBracket)) }
  }

  private static func substitute(
    _ old: @escaping Function, with new: @escaping Function, in map: Keymap
  ) {
    guard let sequences = rl_invoking_keyseqs_in_map(old, map) else { return }
    defer { free(sequences) }
    var index = 0
    while let sequence = sequences[index] {
      rl_bind_keyseq_in_map(sequence, new, map)
      free(sequence)
      index += 1
    }
  }

  /// A C function can capture nothing: each command needs its own.
  private static func function(_ command: EditorCommand) -> Function {
    switch command {
    case .accept: { _, _ in perform(.accept) }
    case .newline: { _, _ in perform(.newline) }
    case .up: { _, _ in perform(.up) }
    case .down: { _, _ in perform(.down) }
    case .lineStart: { _, _ in perform(.lineStart) }
    case .lineEnd: { _, _ in perform(.lineEnd) }
    case .killLine: { _, _ in perform(.killLine) }
    case .discardLine: { _, _ in perform(.discardLine) }
    case .clearScreen: { _, _ in perform(.clearScreen) }
    case .complete: { _, _ in perform(.complete) }
    case .paste: { _, _ in perform(.paste) }
    case .closeBracket:
      { _, key in
        activeHandler?.perform(.closeBracket)
        return rl_insert(1, key)
      }
    case .interrupt: { _, _ in perform(.interrupt) }
    }
  }

}

// MARK: - Callbacks

/// What readline's callbacks belong to; set once, used by the main thread.
private nonisolated(unsafe) var activeHandler: (any Readline.Handler)?

private func perform(_ command: EditorCommand) -> Int32 {
  activeHandler?.perform(command)
  return 0
}

/// Reads a byte, and looks up when a signal came. Ctrl-C reaches the process as a signal and is read
/// as the key, which is bound to a command that drops the entry.
private func readCharacter(_ stream: UnsafeMutablePointer<FILE>?) -> Int32 {
  // Signals that another thread took do not end the wait.
  let pollInterval: Int32 = 250
  while true {
    handleSignals()
    if Signals.exitCode != nil {
      // What was typed must not run at the end.
      rl_replace_line("", 0)
      return EOF
    }
    if Signals.interruption.isRequested { return Readline.interruptKey }
    var request = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    let ready = poll(&request, 1, pollInterval)
    if ready == 0 || (ready < 0 && errno == EINTR) { continue }
    var byte: UInt8 = 0
    let count = read(STDIN_FILENO, &byte, 1)
    if count == 1 {
      activeHandler?.keyPressed()
      return Int32(byte)
    }
    if count < 0, errno == EINTR || errno == EAGAIN { continue }
    Readline.noteEnd()
    return EOF
  }
}

/// Lets readline put the terminal in order for a signal that it caught, and pass the signal on.
private func handleSignals() {
  let signal = rl_pending_signal()
  if signal != 0, signal != SIGINT, signal != SIGWINCH { activeHandler?.leaveTerminal() }
  rl_check_signals()
  if signal != 0, signal != SIGINT, signal != SIGWINCH { rl_redisplay_function?() }
}

/// As readline's own, but for the newline that it writes at the end of the input. It moves the cursor
/// to the first column; readline calls it also when a signal comes.
private func restoreTerminal() {
  rl_eof_found = 0
  rl_deprep_terminal()
  activeHandler?.loseColumn()
}
