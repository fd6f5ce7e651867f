/// A syntax file for Vim, made from the tables of the lexer and the names of the registry.
///
/// Where two items match at one place, Vim takes the one that is defined last, and a `:syn keyword`
/// before all others. So words are matches here: a label or a field may be any word.
struct VimSyntax {
  let families: [BuiltinFamily]

  /// The file's text, ending in a newline.
  var text: String {
    let sections = [Self.head, words, Self.symbols, Self.placed, Self.literals, links]
    return sections.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
  }

  private static let head = [
    "\" Vim syntax file for mq; made by 'mqsh grammar vim'.",
    "if exists('b:current_syntax')", "  finish", "endif",
    "syntax case match",
    "syntax iskeyword @,48-57,_,192-255",
    "syntax sync minlines=200",
  ]

  private static let foot = "let b:current_syntax = 'mq'"

  // MARK: - Words and symbols

  private var words: [String] {
    families.flatMap { family in
      [("Builtin", family.functions), ("BuiltinConstant", family.constants)]
        .filter { !$0.1.isEmpty }
        .map { "\" \(family.name)\n" + Self.match($0.0, Self.anyOf($0.1)) }
    } + KeywordClass.allCases.map { Self.match($0.vimName, Self.anyOf($0.words)) }
  }

  private static func anyOf(_ words: [String]) -> String {
    #"\<\%(\#(words.joined(separator: #"\|"#))\)\>"#
  }

  /// `/` ends an expression in Vim's files.
  private static let symbols = SymbolClass.allCases.filter { $0 != .separator && $0 != .bracket }
    .map { kind in
      let symbols = kind.symbols.map { symbol in
        symbol.map { #".*[]~/^$\"#.contains($0) ? "\\\($0)" : "\($0)" }.joined()
      }
      return match("Operator", symbols.joined(separator: #"\|"#))
    }

  /// Words that their place makes what they are.
  private static let placed = [
    match("Field", #"\.\@1<!\.\.\@!\s*\<\D\k*\>"#),
    match("Label", #"\<\D\k*\>\ze\s*:"#),
    match("Control", #"\%("\s*\)\@<=\<as\>"#),
    match("Name", #"\%(\<\%(func\|let\|var\)\s\+\)\@<=\k\+"#),
  ]

  private static func match(_ group: String, _ expression: String) -> String {
    "syntax match mq\(group) /\(expression)/"
  }

  // MARK: - Literals and comments

  private static let literals = [
    match("Number", #"\<\d[0-9_]*\%(\.\d[0-9_]*\)\=\%([eE][+-]\=\d[0-9_]*\)\=\>"#),
    match("EscapeError", #"\\."#) + " contained",
    match("Escape", #"\\[ntr0"\\]\|\\u{\x\{1,8}}"#) + " contained",
    "syntax region mqInterpolation matchgroup=mqEdge start=/\\\\(/ end=/)/ oneline contained "
      + "contains=TOP",
    // Parentheses in an interpolation must not end it.
    "syntax region mqParentheses start=/(/ end=/)/ transparent contains=TOP",
    "syntax region mqString start=/\"/ end=/\"/ oneline "
      + "contains=mqEscape,mqEscapeError,mqInterpolation,@Spell",
    "syntax region mqString start=/\"\"\"/ end=/\"\"\"/ "
      + "contains=mqEscape,mqEscapeError,mqInterpolation,@Spell",
    match("Comment", "#.*") + " contains=@Spell",
    match("Shebang", #"\%^#!.*"#),
  ]

  private var links: [String] {
    let groups = [
      ("Builtin", "Function"), ("BuiltinConstant", "Constant"), ("Declaration", "Keyword"),
      ("Control", "Statement"), ("Constant", "Boolean"), ("Logical", "Operator"),
      ("Operator", "Operator"), ("Label", "Label"), ("Name", "Identifier"), ("Number", "Number"),
      ("String", "String"), ("Escape", "SpecialChar"), ("EscapeError", "Error"),
      ("Edge", "Delimiter"), ("Comment", "Comment"), ("Shebang", "PreProc"),
    ]
    return groups.map { "highlight default link mq\($0) \($1)" } + [Self.foot]
  }
}

extension KeywordClass {
  fileprivate var vimName: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
}
