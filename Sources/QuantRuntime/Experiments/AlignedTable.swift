import Foundation

/// A table for people: columns aligned, numbers to the right, fitted to the width of the terminal.
///
/// Columns in the middle give way first, with a `...` and a line saying how many; a text that is
/// still too long is cut.
struct AlignedTable {
  private static let gap = 2
  private static let longestText = 40
  private let table: Table
  private let width: Int

  init(_ table: Table, width: Int) {
    self.table = table
    self.width = max(width, 20)
  }

  var text: String {
    guard !table.columns.isEmpty else { return "(empty table)\n" }
    let (shown, hidden) = choose()
    var lines = [line(shown.map { $0.map { cells($0)[0] } ?? "..." }, shown)]
    lines.append(
      shown.map { String(repeating: "-", count: $0.map(columnWidth) ?? 3) }
        .joined(separator: String(repeating: " ", count: Self.gap)))
    for row in table.rows.indices {
      lines.append(line(shown.map { $0.map { cells($0)[row + 1] } ?? "..." }, shown))
    }
    if hidden > 0 { lines.append("(\(hidden) of \(table.columns.count) columns not shown)") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The columns to show, nil standing for those left out, and how many these are.
  private func choose() -> (shown: [Int?], hidden: Int) {
    let count = table.columns.count
    let all = Array(0..<count)
    if total(all) <= width || count <= 2 { return (all, 0) }
    var left = [0]
    var right = [count - 1]
    while left.count + right.count < count {
      let next = left.count <= right.count ? left.count : count - 1 - right.count
      let used = total(left + right + [next]) + 3 + Self.gap
      guard used <= width else { break }
      if left.count <= right.count { left.append(next) } else { right.insert(next, at: 0) }
    }
    return (left.map { $0 } + [nil] + right.map { $0 }, count - left.count - right.count)
  }

  private func total(_ columns: [Int]) -> Int {
    columns.reduce(0) { $0 + columnWidth($1) + Self.gap } - Self.gap
  }

  private func columnWidth(_ column: Int) -> Int { cells(column).map(textWidth).max() ?? 0 }

  /// Header and cells of a column as texts of one line.
  private func cells(_ column: Int) -> [String] {
    let limit = min(Self.longestText, width)
    return ([table.columns[column]] + table.rows.map { $0[column].rounded }).map {
      cut($0.replacing("\n", with: " "), to: limit)
    }
  }

  private func cut(_ text: String, to limit: Int) -> String {
    textWidth(text) <= limit ? text : text.prefix(limit - 3) + "..."
  }

  private func line(_ texts: [String], _ columns: [Int?]) -> String {
    let padded = zip(texts, columns).map { text, column -> String in
      guard let column else { return text }
      let space = String(repeating: " ", count: max(columnWidth(column) - textWidth(text), 0))
      return table.isNumeric(column) ? space + text : text + space
    }
    let line = padded.joined(separator: String(repeating: " ", count: Self.gap))
    return String(line.reversed().drop { $0 == " " }.reversed())
  }
}

/// Terminal columns of a text; East Asian characters and emoji take two.
private func textWidth(_ text: String) -> Int {
  text.reduce(0) { width, character in
    guard let scalar = character.unicodeScalars.first?.value else { return width }
    let isWide =
      (0x1100...0x115F).contains(scalar) || (0x2E80...0xA4CF).contains(scalar)
      || (0xAC00...0xD7A3).contains(scalar) || (0xF900...0xFAFF).contains(scalar)
      || (0xFE30...0xFE6F).contains(scalar) || (0xFF00...0xFF60).contains(scalar)
      || (0xFFE0...0xFFE6).contains(scalar) || (0x1F300...0x1FAFF).contains(scalar)
      || (0x20000...0x3FFFD).contains(scalar)
    return width + (isWide ? 2 : 1)
  }
}
