/// A habit of another language that explains an error of the parser, and the words that help with it.
enum Habit: Hashable, Sendable {
  /// `// text`, `/* text */`.
  case comment
  /// A keyword in other letters: `AND`.
  case letters(Keyword)
  /// A word of `ForeignWords`.
  case word(String)
  /// `if x = 1`, `x === 1`, `x <> 1`.
  case comparison(String)
  /// `train=100` among arguments or parameters.
  case label(String)
  /// `let x: int`.
  case type
  /// `func f() -> int`.
  case resultType
  /// `if x:`.
  case block
  /// `x => x + 1`, `lambda x: x + 1`.
  case closure
  /// `{"a": 1}`.
  case record
  /// `x->a`.
  case field
  /// `i++`.
  case increment(String)
  /// `0..3`.
  case range
  /// `.5`, by its digits.
  case fraction(String)
  /// `f"..."`.
  case stringPrefix(String)
  /// `[x * 2 for x in xs]`.
  case comprehension
  /// `a if c else b`.
  case choice
  /// `f(*xs)`.
  case spread
  /// `print x`.
  case call(String)
  /// `n := 3`.
  case declaration(String)
  /// `let a, b = 1, 2`.
  case severalNames
  /// `for i, x in xs`.
  case severalVariables
  /// `for (...)`.
  case loopParentheses
  /// `import math`.
  case importedName(String)
  /// `import "math.mq"`.
  case importedPath

  /// Nil where nothing certain can be said.
  var help: String? {
    switch self {
    case .comment: "a comment begins with '#'"
    case .letters(let keyword): "did you mean '\(keyword.rawValue)'?"
    case .word(let word): ForeignWords.inStatements[word].flatMap { $0.isEmpty ? nil : $0 }
    case .comparison(let symbol): "comparison is written '\(symbol)'"
    case .label(let name): "write '\(name): ...'"
    case .type: "leave the type out: it is that of the value"
    case .resultType: "leave the type of the result out"
    case .block: ForeignWords.block
    case .closure: ForeignWords.closure
    case .record: "a record is written (name: value)"
    case .field: "a field is written x.name"
    case .increment(let name): "write '\(name) += 1'"
    case .range: "a range is written 0..<3, or 0...3 with its end"
    case .fraction(let digits): "write '0.\(digits)'"
    case .stringPrefix("f"): #"write the string without 'f', and values in it as \(x)"#
    case .stringPrefix(let prefix): "write the string without '\(prefix)'"
    case .comprehension: "write xs |> map { x in ... }"
    case .choice: "write if c { a } else { b }"
    case .spread: "the fields of a record are spread with '...'"
    case .call(let name): "arguments stand in parentheses: \(name)(...)"
    case .declaration(let name): "write 'let \(name) = ...'"
    case .severalNames: "declare one name at a time"
    case .severalVariables: "take one variable, and its elements as pair[0], pair[1]"
    case .loopParentheses: "write 'for x in xs { ... }'"
    case .importedName(let name): "write 'import \"\(name).mq\" as \(name)'"
    case .importedPath: "write 'import \"file.mq\" as name'"
    }
  }
}
