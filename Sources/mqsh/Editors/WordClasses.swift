import Interpreter
import Lang

/// Keywords that editors color alike.
enum KeywordClass: String, CaseIterable {
  case declaration, control, constant, logical

  var words: [String] { Keyword.allCases.filter { $0.editorClass == self }.map(\.rawValue) }
}

extension Keyword {
  fileprivate var editorClass: KeywordClass {
    switch self {
    case .let, .var, .func, .import: .declaration
    case .return, .if, .else, .for, .while, .break, .continue: .control
    case .true, .false, .nil: .constant
    case .in, .and, .or, .not: .logical
    }
  }
}

/// Symbols that editors color alike.
enum SymbolClass: String, CaseIterable {
  case pipe, range, comparison, assignment, arithmetic, separator, bracket

  /// Longest first, so that none is taken for the start of another one.
  var symbols: [String] {
    Symbol.allCases.filter { $0.editorClass == self }.map(\.rawValue)
      .sorted { ($1.count, $0) < ($0.count, $1) }
  }
}

extension Symbol {
  fileprivate var editorClass: SymbolClass {
    switch self {
    case .pipe: .pipe
    case .spread, .halfOpen: .range
    case .equal, .notEqual, .lessOrEqual, .greaterOrEqual, .less, .greater: .comparison
    case .assign, .addAssign, .subtractAssign, .multiplyAssign, .divideAssign: .assignment
    case .power, .integerDivide, .plus, .minus, .times, .divide, .remainder: .arithmetic
    case .dot, .comma, .colon, .semicolon: .separator
    case .openParenthesis, .closeParenthesis, .openBracket, .closeBracket, .openBrace, .closeBrace:
      .bracket
    }
  }
}

/// The built-in names of one family, in the order of the registry.
struct BuiltinFamily {
  /// In lower case, with `-` between words.
  let name: String
  let functions: [String]
  /// Names that stand for a value and are not called.
  let constants: [String]

  /// All families, in the order of their first function.
  static func all(of builtins: [Builtin]) -> [BuiltinFamily] {
    var names: [String] = []
    for builtin in builtins where !names.contains(builtin.family) { names.append(builtin.family) }
    return names.map { name in
      let members = builtins.filter { $0.family == name }
      return BuiltinFamily(
        name: name.lowercased().split { !$0.isLetter }.joined(separator: "-"),
        functions: members.filter { $0.constant == nil }.map(\.name),
        constants: members.filter { $0.constant != nil }.map(\.name))
    }
  }
}
