/// Words of other languages, with what is written here in their place.
enum ForeignWords {
  /// Words that begin statements elsewhere, or join their parts. Here they are names, so that what
  /// stands behind them is the error.
  static let inStatements: [String: String] = [
    function: ["def", "fn", "fun", "function", "proc", "sub"],
    "write 'else if'": ["elif", "elseif", "elsif"],
    "write 'let', or 'var' for one that changes": ["auto", "const", "val"],
    "write 'if ... { } else if ... { }'": ["case", "match", "switch"],
    "fields are kept in a record: (name: value)": ["class", "enum", "struct"],
    "'attempt { ... }' gives a failure as a value": ["catch", "except", "finally"],
    "'assert(false, \"why\")' fails with a message": ["raise", "throw"],
    "comparison is written '=='": ["is"],
    block: ["begin", "do", "then"],
    "write 'if not ...'": ["unless"],
    "write 'while not ...'": ["until"],
    "write 'for x in xs { ... }'": ["foreach"],
    "write 'import \"file.mq\" as name'": ["from", "include", "require"],
    closure: ["lambda"],
    // These have nothing in their place, and are no functions whose call lacks parentheses.
    "": [
      "async", "await", "del", "export", "global", "new", "nonlocal", "private", "public", "static",
      "use", "using", "yield",
    ],
  ].reduce(into: [:]) { result, entry in
    for word in entry.value { result[word] = entry.key }
  }

  static let function = "functions are declared with 'func'"
  static let block = "a block stands in braces: { ... }"
  static let closure = "a function without a name is written { x in ... }"

  /// What an unknown name is called here.
  ///
  /// - Parameter known: the names that could be meant.
  static func help(onName name: String, known: some Sequence<String>) -> String? {
    let plain = name.lowercased()
    if let keyword = [Keyword.true, .false, .nil].first(where: { $0.rawValue == plain }) {
      return "did you mean '\(keyword.rawValue)'?"
    }
    if let text = values[plain] { return text }
    guard let function = functions[plain], known.contains(function) else { return nil }
    return "did you mean '\(function)'?"
  }

  private static let values: [String: String] = [
    "none": "did you mean 'nil'?", "null": "did you mean 'nil'?", "nullptr": "did you mean 'nil'?",
    "undefined": "did you mean 'nil'?",
    "pass": "a block may be empty: { }",
    "range": "a range is written 0..<3, or 0...3 with its end",
    "try": "'attempt { ... }' gives a failure as a value",
    "this": "there are no methods; a function takes the value as an argument",
    "self": "there are no methods; a function takes the value as an argument",
  ]

  private static let functions: [String: String] = [
    "len": "count", "length": "count", "size": "count",
    "echo": "print", "printf": "print", "println": "print", "puts": "print",
    "str": "string", "tostring": "string", "fold": "reduce", "typeof": "type_of",
    "type": "type_of", "foreach": "each", "lowercase": "lower", "uppercase": "upper",
    "average": "mean", "avg": "mean",
  ]
}
