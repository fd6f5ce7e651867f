import Lang

/// An entry as the prompt understands it: code, or something for the prompt itself.
enum PromptEntry: Equatable {
  case code(String)
  /// `code |! program`: what the code writes is the program's input.
  case piped(code: String, program: String)
  /// `:name operand`, and with `name!` what asks before it destroys something.
  case command(name: String, isForced: Bool, operand: String)
  /// `!program`.
  case shell(String)
  /// - Parameter isForced: whether unsaved work is given up.
  case leave(isForced: Bool)

  /// Nil for an empty entry.
  ///
  /// - Parameter isExplained: whether a name has a help page; others are looked for in the pages.
  init?(_ entry: String, isExplained: (String) -> Bool) {
    let text = entry.trimmingBlanks
    guard let first = text.first else { return nil }
    switch first {
    case ":": self = Self.command(text.dropFirst())
    case "!": self = .shell(text.dropFirst().trimmingBlanks)
    case "?": self = .code(Self.question(text, isExplained))
    default:
      switch text {
      case "exit", "quit": self = .leave(isForced: false)
      case "exit!", "quit!": self = .leave(isForced: true)
      default: self = Self.entry(entry)
      }
    }
  }

  private static func command(_ text: Substring) -> PromptEntry {
    var name = text.prefix { !$0.isWhitespace }
    let operand = text[name.endIndex...].trimmingBlanks
    let isForced = name.last == "!"
    if isForced { name.removeLast() }
    return .command(name: String(name), isForced: isForced, operand: operand)
  }

  // MARK: - Help

  /// `?name` is the short page and `??name` the whole one, `?*part*` lists names, and any other words
  /// are looked for.
  private static func question(_ text: String, _ isExplained: (String) -> Bool) -> String {
    let isLong = text.hasPrefix("??")
    let words = text.drop { $0 == "?" }.trimmingBlanks
      .filter { $0 != "\"" && $0 != "\\" && !$0.isNewline }
    if words.isEmpty { return "help()" }
    let name = String(words.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
    // As it was typed when calls are asked about: `?sqrt(2)`.
    let isCall = words == name || words.dropFirst(name.count).first == "("
    guard isCall, isExplained(name) else { return "apropos(\"\(words)\")" }
    return isLong ? "help(\"\(name)\")" : "help(\"\(name)\", short: true)"
  }

  // MARK: - Code

  private static func entry(_ entry: String) -> PromptEntry {
    let bytes = Array(entry.utf8)
    guard let end = codeRange(of: bytes)?.upperBound, end < bytes.count else { return .code(entry) }
    func text(_ part: ArraySlice<UInt8>) -> String { String(decoding: part, as: UTF8.self) }
    let program = text(bytes[(end + 1)...]).trimmingBlanks.dropFirst()
    return .piped(code: text(bytes[..<end]), program: program.trimmingBlanks)
  }

  /// Where the code of an entry stands; nil for one that has none.
  ///
  /// `|!` means nothing to the language: the first one outside of strings and comments starts a
  /// program, which may hold any characters.
  static func codeRange(of bytes: [UInt8]) -> Range<Int>? {
    guard let first = bytes.firstIndex(where: { $0 > UInt8(ascii: " ") }) else {
      return 0..<bytes.count
    }
    switch bytes[first] {
    case UInt8(ascii: "?"), UInt8(ascii: "!"): return nil
    case UInt8(ascii: ":"):
      let end = bytes[first...].firstIndex { $0 <= UInt8(ascii: " ") } ?? bytes.count
      let name = String(decoding: bytes[(first + 1)..<end], as: UTF8.self)
      return PromptCommand.named(name)?.takesCode == true ? end..<bytes.count : nil
    default: return 0..<(programStart(in: bytes) ?? bytes.count)
    }
  }

  private static func programStart(in bytes: [UInt8]) -> Int? {
    func isMark(_ place: Int) -> Bool {
      bytes[place] == UInt8(ascii: "|")
        && bytes[(place + 1)...].first { $0 != UInt8(ascii: " ") } == UInt8(ascii: "!")
    }
    // Each key asks, and hardly any entry has to be taken apart for the answer.
    guard bytes.indices.contains(where: isMark) else { return nil }
    var sources = SourceMap()
    return FrontEnd.pieces(of: sources.add(name: "", bytes: bytes)).first { piece in
      if case .stray = piece.kind { isMark(piece.range.lowerBound) } else { false }
    }?.range.lowerBound
  }
}

extension StringProtocol {
  var trimmingBlanks: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
