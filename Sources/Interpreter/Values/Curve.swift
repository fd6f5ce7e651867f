import Foundation
import QuantRuntime

/// A named series on one line: `loss  2.31 -> 0.52  █▅▃▂▁`.
struct Curve {
  var name: String
  var values: [Double]

  /// A line for each that has a value, in columns.
  static func lines(_ curves: [Curve], in area: TextArea) -> [String] {
    let shown = curves.filter { !$0.values.isEmpty }
    let heads = columns(shown.map { [$0.name, $0.span] })
    return zip(shown, heads).map { curve, head in
      let room = TextArea(width: max(area.width - head.count - 1, 8), isUnicode: area.isUnicode)
      return head + Sparkline(curve.values).text(in: room)
    }
  }

  private var span: String {
    [values.first, values.last].compactMap { $0.map { String(format: "%.4g", $0) } }
      .joined(separator: " -> ")
  }

  /// The cells of each line with blanks behind them.
  private static func columns(_ lines: [[String]]) -> [String] {
    let widths = (0..<2).map { place in lines.map { $0[place].count }.max() ?? 0 }
    return lines.map { cells in
      zip(cells, widths).map { cell, width in
        cell + String(repeating: " ", count: width - cell.count + 2)
      }.joined()
    }
  }
}
