/// How a character of the entry is drawn.
///
/// The colors are those of the terminal's own palette, so that they suit its background.
enum TextStyle: UInt8 {
  case plain
  case prompt
  /// What stands in the place of the prompt while the history is searched.
  case message
  case keyword
  case builtin
  case label
  case string
  case number
  case comment
  /// What is not part of the language, and brackets that match nothing.
  case wrong
  /// The bracket at the cursor and its partner.
  case match
  /// Names in the listing of completions.
  case candidate
  /// Words beside them.
  case hint

  /// Behind `ESC [`, in front of `m`.
  var code: String {
    switch self {
    case .plain: "0"
    case .prompt: "0;1"
    case .message: "0;33"
    case .keyword: "0;35"
    case .builtin: "0;34"
    case .label: "0;36"
    case .string: "0;32"
    case .number: "0;33"
    case .comment, .hint: "0;2"
    case .wrong: "0;31"
    case .match: "0;1;4"
    case .candidate: "0;1"
    }
  }
}
