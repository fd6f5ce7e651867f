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
    let text = DisplayLine(source, number, around: marks.first?.label.span)
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
