/// Draws diagnostics: header, place, source lines with underlines, help and notes.
///
///     error[name.unknown]: unknown name 'tran'
///      --> quick.mq:3:11
///       |
///     3 | let net = tran(data)
///       |           ^^^^ not found
///       |
///       = help: did you mean 'train'?
public struct DiagnosticRenderer {
  private let sources: SourceMap
  private let isColored: Bool

  public init(_ sources: SourceMap, isColored: Bool = false) {
    self.sources = sources
    self.isColored = isColored
  }

  /// The drawing, ending in a newline.
  public func render(_ diagnostic: Diagnostic) -> String {
    var lines = [header(diagnostic)]
    let gutter = gutterWidth(diagnostic)
    let pad = String(repeating: " ", count: gutter)
    if let primary = diagnostic.primary {
      let source = sources[primary.span.source]
      let (line, column) = source.position(of: primary.span.start)
      lines.append(paint("\(pad)--> ", .frame) + "\(source.name):\(line):\(column)")
      lines += snippets(diagnostic, gutter: gutter)
    }
    if let help = diagnostic.help { lines += remark("help", help, pad) }
    for note in diagnostic.notes { lines += remark("note", note, pad) }
    return lines.joined(separator: "\n") + "\n"
  }

  private func header(_ diagnostic: Diagnostic) -> String {
    paint("error[\(diagnostic.code)]", .error) + paint(": \(diagnostic.message)", .bold)
  }

  private func remark(_ kind: String, _ text: String, _ pad: String) -> [String] {
    let indent = pad + "   " + String(repeating: " ", count: kind.count + 2)
    return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map {
      $0 == 0 ? paint("\(pad) = ", .frame) + paint(kind, .bold) + ": \($1)" : indent + $1
    }
  }

  private func gutterWidth(_ diagnostic: Diagnostic) -> Int {
    let spans = ([diagnostic.primary].compactMap(\.self) + diagnostic.secondary).map(\.span)
    let last = spans.map { sources[$0.source].position(of: $0.start).line }.max() ?? 1
    return String(last).count
  }

  // MARK: - Source lines

  private struct Mark {
    var line: Int
    var label: Diagnostic.Label
    var isPrimary: Bool
  }

  /// The marked lines of the primary label's source, in order; places in other sources become a
  /// line of their own with the position.
  private func snippets(_ diagnostic: Diagnostic, gutter: Int) -> [String] {
    guard let primary = diagnostic.primary else { return [] }
    let pad = String(repeating: " ", count: gutter)
    let bar = paint("\(pad) |", .frame)
    let source = sources[primary.span.source]
    let here = diagnostic.secondary.filter { $0.span.source == primary.span.source }
    var marks = [Mark(line: line(of: primary.span), label: primary, isPrimary: true)]
    marks += here.map { Mark(line: line(of: $0.span), label: $0, isPrimary: false) }
    marks.sort { ($0.line, $0.label.span.start) < ($1.line, $1.label.span.start) }
    var lines = [bar]
    var previous: Int?
    for number in Set(marks.map(\.line)).sorted() {
      if let previous, number > previous + 1 { lines.append(paint("\(pad)...", .frame)) }
      previous = number
      lines += snippet(source, number, marks.filter { $0.line == number }, gutter: gutter)
    }
    for other in diagnostic.secondary where other.span.source != primary.span.source {
      let source = sources[other.span.source]
      let (line, column) = source.position(of: other.span.start)
      lines.append(paint("\(pad)::: ", .frame) + "\(source.name):\(line):\(column): \(other.text)")
    }
    lines.append(bar)
    return lines
  }

  private func line(of span: Span) -> Int { sources[span.source].position(of: span.start).line }

  private func snippet(_ source: Source, _ number: Int, _ marks: [Mark], gutter: Int) -> [String] {
    let label = String(number)
    let pad = String(repeating: " ", count: gutter - label.count)
    let bar = paint(String(repeating: " ", count: gutter) + " |", .frame)
    let text = DisplayLine(source, number)
    var lines = [paint("\(pad)\(label) |", .frame) + (text.text.isEmpty ? "" : " " + text.text)]
    // The last label of a line stands behind its underline, the ones before it on lines of their own.
    var underline = ""
    for mark in marks {
      let (start, width) = text.columns(of: mark.label.span)
      let used = underline.count
      if start > used { underline += String(repeating: " ", count: start - used) }
      let width1 = max(width - max(used - start, 0), start < used ? 0 : 1)
      underline += String(repeating: mark.isPrimary ? "^" : "-", count: width1)
    }
    let last = marks.last
    let tail = last.map { $0.label.text.isEmpty ? "" : " " + $0.label.text } ?? ""
    lines.append(bar + " " + paint(underline + tail, last?.isPrimary == true ? .error : .frame))
    for mark in marks.dropLast().reversed() where !mark.label.text.isEmpty {
      let start = text.columns(of: mark.label.span).start
      let line = String(repeating: " ", count: start) + mark.label.text
      lines.append(bar + " " + paint(line, mark.isPrimary ? .error : .frame))
    }
    return lines
  }

  // MARK: - Colour

  private enum Ink: String {
    case error = "\u{1B}[1;31m"
    case frame = "\u{1B}[34m"
    case bold = "\u{1B}[1m"
  }

  private func paint(_ text: String, _ ink: Ink) -> String {
    isColored && !text.isEmpty ? ink.rawValue + text + "\u{1B}[0m" : text
  }
}

/// A source line as a terminal shows it: tabs as four spaces, control characters replaced, invalid
/// bytes as U+FFFD, with the columns that its bytes take.
private struct DisplayLine {
  private(set) var text = ""
  private let start: Int
  /// For each byte of the line and one more: the column where it is drawn.
  private var columns: [Int] = []

  init(_ source: Source, _ number: Int) {
    start = source.start(ofLine: number)
    var column = 0
    for character in String(decoding: source.line(number), as: UTF8.self) {
      columns += Array(repeating: column, count: character.utf8.count)
      let shown: String
      switch character {
      case "\t": shown = "    "
      case _ where character.unicodeScalars.allSatisfy { $0.value < 32 || $0.value == 127 }:
        shown = "\u{FFFD}"
      default: shown = String(character)
      }
      text += shown
      column += displayWidth(shown)
    }
    columns.append(column)
  }

  /// The first column and the width of what a span covers on this line.
  func columns(of span: Span) -> (start: Int, width: Int) {
    let first = columns[min(max(span.start - start, 0), columns.count - 1)]
    let last = columns[min(max(span.end - start, 0), columns.count - 1)]
    return (first, max(last - first, 1))
  }
}

/// Terminal columns of a text: two for East Asian wide characters and emoji, none for combining
/// marks, which Swift counts with their base character.
public func displayWidth(_ text: String) -> Int {
  text.reduce(0) { width, character in
    guard let scalar = character.unicodeScalars.first else { return width }
    return width + (isWide(scalar.value) ? 2 : scalar.value == 0x200B ? 0 : 1)
  }
}

/// The wide ranges of Unicode's East Asian Width table, coarsely.
private func isWide(_ scalar: UInt32) -> Bool {
  switch scalar {
  case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
    0xA000...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
    0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
    true
  default: false
  }
}
