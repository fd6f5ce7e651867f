/// What is drawn around the cells of an aligned table.
struct TableFrame {
  /// A horizontal line: what it begins with, its dashes, what crosses it between columns, its end.
  private struct Rule {
    var left: String
    var dash: String
    var cross: String
    var right: String

    func text(_ widths: [Int], margin: Int) -> String {
      let dashes = widths.map { String(repeating: dash, count: $0 + 2 * margin) }
      return left + dashes.joined(separator: cross) + right
    }
  }

  private let left: String
  private let gap: String
  private let right: String
  /// Blanks between a column and what stands beside it, where a rule has dashes.
  private let margin: Int
  private let rules: (top: Rule?, middle: Rule, bottom: Rule?)

  /// Blanks between columns and a line below their names, in plain ASCII: any log can show it.
  static let open = TableFrame(
    left: "", gap: "  ", right: "", margin: 0,
    rules: (nil, Rule(left: "", dash: "-", cross: "  ", right: ""), nil))

  /// Lines on all sides.
  static let box = TableFrame(
    left: "│ ", gap: " │ ", right: " │", margin: 1,
    rules: (
      Rule(left: "┌", dash: "─", cross: "┬", right: "┐"),
      Rule(left: "├", dash: "─", cross: "┼", right: "┤"),
      Rule(left: "└", dash: "─", cross: "┴", right: "┘")
    ))

  /// The same in ASCII.
  static let plainBox: TableFrame = {
    let rule = Rule(left: "+", dash: "-", cross: "+", right: "+")
    return TableFrame(left: "| ", gap: " | ", right: " |", margin: 1, rules: (rule, rule, rule))
  }()

  /// The terminal columns of a whole line.
  func width(_ columns: [Int]) -> Int {
    columns.reduce(0, +) + gap.count * (columns.count - 1) + left.count + right.count
  }

  /// - Parameter cells: each as wide as its column.
  func line(_ cells: [String]) -> String {
    let line = left + cells.joined(separator: gap) + right
    // No line ends in blanks.
    return String(line.reversed().drop { $0 == " " }.reversed())
  }

  func top(_ widths: [Int]) -> String? { rules.top?.text(widths, margin: margin) }
  func middle(_ widths: [Int]) -> String { rules.middle.text(widths, margin: margin) }
  func bottom(_ widths: [Int]) -> String? { rules.bottom?.text(widths, margin: margin) }
}
