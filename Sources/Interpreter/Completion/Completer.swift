import Lang

/// Finds what the text at the cursor can become. Knows the session by the values given to it and runs
/// nothing but what the checker runs.
struct Completer {
  /// The variables that have values, by their names.
  var variables: [(name: String, value: Value)] = []
  var builtins: [Builtin] = []
  /// What is known of the value of an expression, and of what is declared before it.
  var type: (_ expression: String, _ declarations: String) -> StaticType = { _, _ in .unknown }
  /// The files of a folder.
  var files: (String) -> [FileEntry] = { _ in [] }

  struct FileEntry: Hashable {
    var name: String
    var isFolder: Bool
  }

  /// - Parameters:
  ///   - bytes: the whole text.
  ///   - cursor: a place in it.
  func complete(_ bytes: [UInt8], at cursor: Int) -> Completions {
    let before = Array(bytes[..<min(max(cursor, 0), bytes.count)])
    let request = CompletionRequest(
      place: CompletionPlace(before), before: before, next: bytes.dropFirst(before.count).first)
    let candidates: [Completions.Candidate] =
      switch request.place.kind {
      case .nothing: []
      case .field(let base): fields(of: base, request)
      case .string: contents(request)
      case .importPath: paths(request) { $0.isFolder || $0.name.hasSuffix(".mq") }
      case .name: names(request)
      }
    return Completions(range: request.place.word, candidates: candidates)
  }

  func value(_ name: String) -> Value? { variables.first { $0.name == name }?.value }

  func builtin(_ name: String) -> Builtin? { builtins.first { $0.name == name } }
}

/// A place in a text with what is around it.
struct CompletionRequest {
  var place: CompletionPlace
  /// The text up to the cursor.
  var before: [UInt8]
  /// The byte at the cursor.
  var next: UInt8?

  func text(_ range: Range<Int>) -> String { String(decoding: before[range], as: UTF8.self) }

  /// What is there of the name or the string already.
  var word: String { text(place.word) }

  /// Those that begin with the word; if none does, those that do when case is ignored.
  func matching(
    _ candidates: [Completions.Candidate], by key: (Completions.Candidate) -> String = { $0.text }
  ) -> [Completions.Candidate] {
    let word = word
    let exact = candidates.filter { key($0).hasPrefix(word) }
    guard exact.isEmpty else { return exact }
    return candidates.filter { key($0).lowercased().hasPrefix(word.lowercased()) }
  }
}
