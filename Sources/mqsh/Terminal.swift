import Foundation
import QuantRuntime

/// What the program is connected to.
struct Terminal: Sendable {
  var isInputTerminal: Bool
  var isOutputTerminal: Bool
  var isErrorTerminal: Bool
  /// A terminal that cannot move its cursor.
  var isDumb: Bool
  /// Whether it shows more than ASCII, as its locale says.
  var isUnicode: Bool
  private var refusesColor: Bool

  init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    isInputTerminal = isatty(STDIN_FILENO) == 1
    isOutputTerminal = isatty(STDOUT_FILENO) == 1
    isErrorTerminal = isatty(STDERR_FILENO) == 1
    isDumb = ["", "dumb"].contains(environment["TERM"] ?? "")
    isUnicode = Self.isUnicode(environment)
    refusesColor = !(environment["NO_COLOR"] ?? "").isEmpty
  }

  /// Whether diagnostics, which go to the standard error, are colored.
  func isColored(_ choice: ColorChoice) -> Bool {
    switch choice {
    case .always: true
    case .never: false
    case .auto: isErrorTerminal && !isDumb && !refusesColor
    }
  }

  /// The first of the locale's variables that is set decides.
  private static func isUnicode(_ environment: [String: String]) -> Bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"]
    let locale = names.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    return ["utf-8", "utf8"].contains { locale.lowercased().hasSuffix($0) }
  }

  /// What text on it has to fit into now.
  var area: TextArea { TextArea(width: Self.width, isUnicode: isUnicode) }

  /// Columns of the terminal now; 80 where there is none.
  static var width: Int { size.columns }

  /// Columns and rows of the terminal now; 80 and 24 where there is none.
  static var size: (columns: Int, rows: Int) {
    var size = winsize()
    for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
      if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
        return (Int(size.ws_col), size.ws_row > 0 ? Int(size.ws_row) : 24)
      }
    }
    return (80, 24)
  }
}
