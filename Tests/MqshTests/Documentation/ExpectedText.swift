import Foundation

/// What a document says is shown. A line `...` stands for any number of lines.
struct ExpectedText {
  var lines: [String]
  /// Whether numbers with a decimal point may be others.
  var isApproximate = false

  private static let anyLines = "..."
  /// How far such a number may be from the document's: the share of images that a network of seconds
  /// gets right, and its loss, depend on how a processor rounds.
  private static let tolerance = (absolute: 0.25, relative: 0.5)

  func matches(_ actual: [String]) -> Bool {
    Self.match(lines[...], actual[...]) { expected, found in
      expected == found || (isApproximate && isClose(expected, found))
    }
  }

  private static func match(
    _ expected: ArraySlice<String>, _ actual: ArraySlice<String>,
    _ areEqual: (String, String) -> Bool
  ) -> Bool {
    guard let first = expected.first else { return actual.isEmpty }
    let rest = expected.dropFirst()
    if first.trimmingCharacters(in: .whitespaces) == anyLines {
      return (0...actual.count).contains { match(rest, actual.dropFirst($0), areEqual) }
    }
    guard let line = actual.first, areEqual(first, line) else { return false }
    return match(rest, actual.dropFirst(), areEqual)
  }

  private func isClose(_ expected: String, _ found: String) -> Bool {
    let (a, b) = (Self.words(expected), Self.words(found))
    guard a.count == b.count else { return false }
    return zip(a, b).allSatisfy { a, b in
      if a == b || Self.areCloseCurves(a, b) { return true }
      guard a.contains("."), b.contains("."), let x = Double(a), let y = Double(b) else {
        return false
      }
      return abs(x - y) <= max(Self.tolerance.absolute, Self.tolerance.relative * abs(x))
    }
  }

  /// Whether two curves differ by a level here and there, as those of numbers that are close do.
  private static func areCloseCurves(_ a: String, _ b: String) -> Bool {
    let levels = Array("▁▂▃▄▅▆▇█")
    let (a, b) = (a.map { levels.firstIndex(of: $0) }, b.map { levels.firstIndex(of: $0) })
    return a.count == b.count
      && zip(a, b).allSatisfy { a, b in
        guard let a, let b else { return false }
        return abs(a - b) <= 1
      }
  }

  /// Numbers and what stands between them; the width of columns does not count.
  private static func words(_ line: String) -> [String] {
    line.matches(of: /-?[0-9]+(\.[0-9]+(e-?[0-9]+)?)?|[^ 0-9-]+|-/).map { String($0.output.0) }
  }
}
