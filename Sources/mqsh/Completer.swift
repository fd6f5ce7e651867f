/// Finds what a word at the cursor can become.
struct Completer {
  /// Variables, functions, keywords.
  let names: [String]
  /// The labels of a function's parameters.
  let labels: (String) -> [String]

  /// - Parameters:
  ///   - word: the part of a name that is there.
  ///   - before: the text in front of it.
  /// - Returns: whole words, labels first and with their colon.
  func candidates(for word: String, after before: String) -> [String] {
    // The fields of a value are not known before it is computed.
    if before.hasSuffix(".") { return [] }
    var result: [String] = []
    if let function = Self.openCall(in: before) {
      result = labels(function).filter { $0.hasPrefix(word) }.map { $0 + ":" }
    }
    return result + names.filter { $0.hasPrefix(word) }
  }

  /// The name of the function whose brackets are open at the end of a text.
  static func openCall(in text: String) -> String? {
    var depth = 0
    var index = text.endIndex
    while index > text.startIndex {
      index = text.index(before: index)
      switch text[index] {
      case ")", "]", "}": depth += 1
      case "(" where depth == 0: return name(endingAt: index, of: text)
      case "[" where depth == 0, "{" where depth == 0: return nil
      case "(", "[", "{": depth -= 1
      default: continue
      }
    }
    return nil
  }

  private static func name(endingAt end: String.Index, of text: String) -> String? {
    let name = text[..<end].reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" }.reversed()
    return name.isEmpty ? nil : String(name)
  }
}
