import Foundation

/// An error at a line: what a script announces, or what a rendered diagnostic says.
public struct ErrorPlace: Hashable, Sendable, CustomStringConvertible {
  public var code: String
  public var line: Int
  public var description: String { "\(code) at line \(line)" }

  /// The places behind the marks `# error: code` of a text.
  public static func announced(in text: String) -> Set<ErrorPlace> {
    let mark = "# error: "
    var result: Set<ErrorPlace> = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      guard let range = line.range(of: mark) else { continue }
      for code in line[range.upperBound...].split(separator: " ") {
        result.insert(ErrorPlace(code: String(code), line: index + 1))
      }
    }
    return result
  }

  /// The diagnostics of a talk by the file they point into, read back from how they are drawn.
  public static func drawn(in talk: String) -> [String: Set<ErrorPlace>] {
    var result: [String: Set<ErrorPlace>] = [:]
    var code = ""
    for line in talk.split(separator: "\n") {
      if line.hasPrefix("error["), let end = line.firstIndex(of: "]") {
        code = String(line[line.index(line.startIndex, offsetBy: 6)..<end])
      }
      guard !code.isEmpty, let mark = line.range(of: "--> ") else { continue }
      let parts = line[mark.upperBound...].split(separator: ":")
      guard parts.count == 3, let number = Int(parts[1]) else { continue }
      result[String(parts[0]), default: []].insert(ErrorPlace(code: code, line: number))
      code = ""
    }
    return result
  }
}
