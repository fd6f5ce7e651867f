/// A text from the clipboard, made fit for an entry.
enum PastedText {
  /// More is not inserted: it is no entry, and every key would have to look through it.
  static let byteLimit = 1 << 20

  /// Without control characters, without empty lines at the end, and without the prompts of a session
  /// that was copied.
  ///
  /// - Parameter isIncomplete: whether an entry goes on in the next line.
  static func cleaned(_ bytes: [UInt8], isIncomplete: (String) -> Bool) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
      .replacing("\r\n", with: "\n").replacing("\r", with: "\n")
    let kept = String(
      String.UnicodeScalarView(
        text.unicodeScalars.filter {
          ($0.value >= 32 && $0.value != 127) || "\n\t".contains(Character($0))
        }))
    var lines = withoutPrompts(
      kept.split(separator: "\n", omittingEmptySubsequences: false).map(String.init), isIncomplete)
    while lines.count > 1, lines[lines.count - 1].allSatisfy(\.isWhitespace) { lines.removeLast() }
    return lines.joined(separator: "\n")
  }

  // MARK: - Prompts

  /// In front of the name there may be the model that was worked on.
  private static func prompts() -> Regex<Substring> {
    #/(?:[A-Za-z0-9_]+(?:\[[^\]\n]*\])?[ ])?mqsh>[ ]|>>>[ ]/#
  }
  private static func continuations() -> Regex<Substring> { #/[ ]{2}\.\.\.[ ]|\.\.\.[ ]/# }

  /// What is behind a prompt; nil for a line without one. Trailing blanks get lost on the way.
  private static func behind(_ prompts: () -> Regex<Substring>, _ line: String) -> String? {
    if let match = line.prefixMatch(of: prompts()) {
      return String(line[match.range.upperBound...])
    }
    return (line + " ").wholeMatch(of: prompts()) == nil ? nil : ""
  }

  /// Strips prompts when the first line has one. When others have one, too, it is a session: what
  /// stands between its entries is their output and is left out.
  private static func withoutPrompts(
    _ lines: [String], _ isIncomplete: (String) -> Bool
  ) -> [String] {
    guard let first = lines.first, behind(prompts, first) != nil else {
      let stripped = lines.map { behind(continuations, $0) ?? behind(prompts, $0) }
      return stripped.contains(nil) ? lines : stripped.compactMap { $0 }
    }
    let isSession = lines.dropFirst().contains {
      behind(prompts, $0) != nil || behind(continuations, $0) != nil
    }
    var result: [String] = []
    var entry: [String] = []
    for line in lines {
      if let start = behind(prompts, line) {
        result += entry
        entry = [start]
      } else if let more = behind(continuations, line) {
        entry.append(more)
      } else if !isSession || isIncomplete(entry.joined(separator: "\n")) {
        entry.append(line)
      }
    }
    return result + entry
  }
}
