/// A table as a `tabular` environment of LaTeX, for a document with the package `booktabs`.
struct LaTeXTable {
  private let table: Table

  init(_ table: Table) { self.table = table }

  /// - Parameter rows: those of the table, or the first of them.
  func text(_ rows: some Sequence<[Cell]>) -> String {
    let alignment = table.columns.indices.map { table.isNumeric($0) ? "r" : "l" }.joined()
    let lines =
      [
        "\\begin{tabular}{\(alignment)}", "\\toprule", line(table.columns.map(Self.escaped)),
        "\\midrule",
      ]
      + rows.map { line($0.map(Self.field)) } + ["\\bottomrule", "\\end{tabular}"]
    return lines.joined(separator: "\n") + "\n"
  }

  /// The end of a row takes a star or a bracket that follows as its own argument, and so do the rules:
  /// nothing in braces stands in front of one.
  private func line(_ fields: [String]) -> String {
    let line = fields.joined(separator: " & ") + " \\\\"
    return ["[", "*", "("].contains { line.hasPrefix($0) } ? "{}" + line : line
  }

  /// Numbers stand in math mode where they have a sign or an exponent: a hyphen is no minus.
  private static func field(_ cell: Cell) -> String {
    switch cell {
    case .float(let x) where x.isInfinite: return x < 0 ? "$-\\infty$" : "$\\infty$"
    case .int, .float:
      let parts = cell.rounded.split(separator: "e")
      if parts.count == 2, let exponent = Int(parts[1]) {
        return "$\(parts[0]) \\times 10^{\(exponent)}$"
      }
      return cell.rounded.hasPrefix("-") ? "$\(cell.rounded)$" : cell.rounded
    default: return escaped(cell.rounded)
    }
  }

  private static func escaped(_ text: String) -> String {
    TableFormat.escaped(text.replacing("\r\n", with: "\n")) { scalar in
      switch scalar {
      case "&", "%", "$", "#", "_", "{", "}": "\\\(scalar)"
      case "\\": "\\textbackslash{}"
      case "~": "\\textasciitilde{}"
      case "^": "\\textasciicircum{}"
      case "<": "\\textless{}"
      case ">": "\\textgreater{}"
      case "|": "\\textbar{}"
      case "\n", "\r", "\t": " "
      default: nil
      }
    }
  }
}
