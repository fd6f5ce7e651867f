import Interpreter
import Lang

/// The candidates of a completion as they are listed below the entry: with a description beside each
/// where there is one, else side by side; never more than there is room for.
struct CompletionListing {
  private let candidates: [Completions.Candidate]

  private static let gap = 2
  /// Of the width, what names may take from their descriptions.
  private static let nameShare = 0.5

  init(_ completions: Completions) { candidates = completions.candidates }

  /// - Parameter height: rows that may be used; the last one tells of those that found no room.
  func rows(width: Int, height: Int) -> [[Cell]] {
    guard height > 0 else { return [] }
    let width = max(width - 1, 1)
    let isDescribed = candidates.contains { !$0.detail.isEmpty }
    let lines = isDescribed ? described(width) : sideBySide(width)
    guard lines.count > height else { return lines.map(\.cells) }
    let shown = lines.prefix(height - 1)
    let left = candidates.count - shown.reduce(0) { $0 + $1.count }
    return shown.map(\.cells) + [EntryLayout.cells("and \(left) more", .hint).fitted(to: width)]
  }

  /// The same for a terminal that cannot draw.
  func text(width: Int, height: Int) -> String {
    rows(width: width, height: height).map { $0.map(\.text).joined() + "\n" }.joined()
  }

  /// A row, and how many candidates are in it.
  private typealias Line = (cells: [Cell], count: Int)

  private func described(_ width: Int) -> [Line] {
    let widest = candidates.map { displayWidth($0.label) }.max() ?? 0
    let column = min(widest, Int(Double(width) * Self.nameShare))
    return candidates.map { candidate in
      let name = EntryLayout.cells(candidate.label, .candidate).fitted(to: column)
      if candidate.detail.isEmpty { return (name, 1) }
      let blanks = String(repeating: " ", count: column - name.width + Self.gap)
      let words = EntryLayout.cells(blanks + candidate.detail, .hint)
      return ((name + words).fitted(to: width), 1)
    }
  }

  private func sideBySide(_ width: Int) -> [Line] {
    let names = candidates.map { EntryLayout.cells($0.label, .candidate).fitted(to: width) }
    let column = (names.map(\.width).max() ?? 0) + Self.gap
    let perRow = max(1, (width + Self.gap) / column)
    let rowCount = (names.count + perRow - 1) / perRow
    return (0..<rowCount).map { row in
      // Down the columns, as `ls` does.
      let places = stride(from: row, to: names.count, by: rowCount)
      var cells: [Cell] = []
      for (index, place) in places.enumerated() {
        let blanks = String(repeating: " ", count: index * column - cells.width)
        cells += EntryLayout.cells(blanks, .plain) + names[place]
      }
      return (cells, Array(places).count)
    }
  }
}

extension [Cell] {
  var width: Int { reduce(0) { $0 + $1.width } }

  /// The cells themselves, or the first ones and a mark of the cut.
  func fitted(to limit: Int) -> [Cell] {
    guard width > limit, let last else { return self }
    var kept: [Cell] = []
    var used = 0
    for cell in self {
      if used + cell.width > limit - 2 { break }
      kept.append(cell)
      used += cell.width
    }
    return kept + EntryLayout.cells("..", last.style)
  }
}
