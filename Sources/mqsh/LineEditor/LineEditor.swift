@preconcurrency import CReadline
import Foundation

/// Line editing by GNU readline, which is under the GPL: this file alone knows it.
///
/// readline keeps its state in globals and calls back plain C functions, so there is one editor, used
/// by the main thread only, and the callbacks find it in a variable of this file. Ctrl-C reaches the
/// process as a signal; `readCharacter`, which readline reads through, notices it and returns the
/// key, which is bound to a function that drops the line.
final class LineEditor: LineSource {
  fileprivate let names: () -> [String]
  fileprivate let labels: (String) -> [String]
  private let history: History
  private let talk: (String) -> Void
  private var lastEntry: String?
  private var hasWarned = false
  fileprivate var wasInterrupted = false
  /// What the present completion offers, in turn.
  fileprivate var candidates: [String] = []

  /// The key that stands for an interruption.
  fileprivate static let interruptKey: Int32 = 3

  /// - Parameters:
  ///   - names: what can be used now.
  ///   - labels: the parameters of a function.
  ///   - talk: tells the user a line, once, when the history cannot be kept.
  init(
    names: @escaping () -> [String], labels: @escaping (String) -> [String], history: History,
    talk: @escaping (String) -> Void
  ) {
    self.names = names
    self.labels = labels
    self.history = history
    self.talk = talk
    activeEditor = self
    Self.useUTF8()
    configure()
    using_history()
    for entry in history.load() {
      add_history(entry)
      lastEntry = entry
    }
  }

  func next(prompt: String) -> LineInput {
    wasInterrupted = false
    guard let line = readline(prompt) else {
      // The cursor stands behind the prompt.
      if !wasInterrupted { fputs("\n", rl_outstream) }
      fflush(rl_outstream)
      return wasInterrupted ? .interrupted : .end
    }
    defer { free(line) }
    return wasInterrupted ? .interrupted : .line(String(cString: line))
  }

  func remember(_ entry: String) {
    guard entry != lastEntry else { return }
    lastEntry = entry
    forgetEarlier(entry)
    add_history(entry)
    if let reason = history.append(entry), !hasWarned {
      hasWarned = true
      talk("warning: the history is not kept: \(reason)")
    }
  }

  /// Only the latest of equal entries stays.
  private func forgetEarlier(_ entry: String) {
    for index in 0..<max(0, history_length) {
      guard let item = history_get(history_base + index),
        String(cString: item.pointee.line) == entry
      else { continue }
      if let removed = remove_history(index) { free_history_entry(removed) }
      return
    }
  }

  private func configure() {
    // Prompts are no data.
    if isatty(STDOUT_FILENO) == 0 { rl_outstream = stderr }
    rl_readline_name = UnsafePointer(strdup("mqsh"))
    rl_basic_word_break_characters = UnsafePointer(strdup(" \t\n\"'`\\@$><=;|&{}()[],:+-*/%!?.#"))
    rl_completer_quote_characters = UnsafePointer(strdup("\""))
    rl_attempted_completion_function = completeWord
    rl_getc_function = readCharacter
    // Before the user's own file is read, which may bind it differently at will.
    rl_initialize()
    rl_bind_key(Self.interruptKey, dropLine)
  }

  /// Text is UTF-8 here whatever the locale; nothing else of the locale is taken over.
  private static func useUTF8() {
    setlocale(LC_CTYPE, "")
    if strcmp(nl_langinfo(Int32(CODESET)), "UTF-8") != 0 { setlocale(LC_CTYPE, "C.UTF-8") }
  }
}

// MARK: - Callbacks

/// The editor that readline's callbacks belong to; set once, used by the main thread.
private nonisolated(unsafe) var activeEditor: LineEditor?

/// Reads a byte, and looks up when a signal came.
private func readCharacter(_ stream: UnsafeMutablePointer<FILE>?) -> Int32 {
  // Signals that another thread took do not end the wait.
  let pollInterval: Int32 = 250
  while true {
    rl_check_signals()
    if Signals.interruption.isRequested { return LineEditor.interruptKey }
    var request = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    let ready = poll(&request, 1, pollInterval)
    if ready == 0 || (ready < 0 && errno == EINTR) { continue }
    var byte: UInt8 = 0
    let count = read(STDIN_FILENO, &byte, 1)
    if count == 1 { return Int32(byte) }
    if count < 0, errno == EINTR || errno == EAGAIN { continue }
    return EOF
  }
}

/// Ctrl-C: ends the line and drops what is in it.
private func dropLine(_ count: Int32, _ key: Int32) -> Int32 {
  Signals.interruption.clear()
  activeEditor?.wasInterrupted = true
  rl_replace_line("", 0)
  rl_crlf()
  rl_on_new_line()
  rl_done = 1
  return 0
}

private func completeWord(
  _ text: UnsafePointer<CChar>?, _ start: Int32, _ end: Int32
) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
  guard let editor = activeEditor, let text, let line = rl_line_buffer else { return nil }
  let before = String(
    decoding: UnsafeRawBufferPointer(start: line, count: Int(start)), as: UTF8.self)
  // Inside a string readline offers paths.
  if before.hasSuffix("\"") { return nil }
  rl_attempted_completion_over = 1
  rl_completion_append_character = 0
  let completer = Completer(names: editor.names(), labels: editor.labels)
  editor.candidates = completer.candidates(for: String(cString: text), after: before)
  return rl_completion_matches(text) { _, state in
    guard let editor = activeEditor, Int(state) < editor.candidates.count else { return nil }
    return strdup(editor.candidates[Int(state)])
  }
}
