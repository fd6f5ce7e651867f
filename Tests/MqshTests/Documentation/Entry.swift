import Interpreter

/// One entry of a prompt in a document, and what the document says that it shows.
struct Entry: Equatable {
  /// As it is typed, a line at a time.
  var input: [String]
  /// What is shown; nil where the document says nothing.
  var output: [String]? = nil
  /// Positions in the block, from 0: of the first line and behind the last one.
  var range: Range<Int>

  /// The statements of a block of code.
  ///
  /// A line that begins with `|>` or `else` goes on with the statement before, which the prompt does
  /// not know when it reads line by line: it is typed behind it.
  static func statements(_ lines: [String]) -> [Entry] {
    var entries: [Entry] = []
    var mayGoOn = false
    for (index, line) in lines.enumerated() {
      let text = line.drop { $0 == " " }
      if mayGoOn, entries.last?.isIncomplete == true {
        entries[entries.count - 1].append(line)
      } else if mayGoOn, text.hasPrefix("|>") || text.hasPrefix("else") {
        entries[entries.count - 1].append(toLastLine: text)
      } else {
        mayGoOn = !text.isEmpty && !text.hasPrefix("#")
        if mayGoOn { entries.append(Entry(input: [line], range: index..<index + 1)) }
        continue
      }
      entries[entries.count - 1].range = entries[entries.count - 1].range.lowerBound..<index + 1
    }
    return entries.map(\.withWorkedValue)
  }

  private var isIncomplete: Bool { Session.isIncomplete(input.joined(separator: "\n")) }

  private mutating func append(_ line: String) { input.append(line) }

  private mutating func append(toLastLine text: Substring) {
    input[input.count - 1] += " " + text
  }

  /// Between code and the value that it shows.
  static let arrow = "  # -> "

  private var withWorkedValue: Entry {
    guard let parts = input.last?.split(separator: Self.arrow, maxSplits: 1), parts.count == 2
    else { return self }
    var entry = self
    entry.input[input.count - 1] = String(parts[0])
    entry.output = [String(parts[1])]
    return entry
  }

  static let prompt = "mqsh> "
  static let continuation = "  ... "

  /// The entries of a transcript.
  static func transcript(_ lines: [String]) -> [Entry] {
    var entries: [Entry] = []
    for (index, line) in lines.enumerated() {
      if line.hasPrefix(prompt) {
        entries.append(
          Entry(
            input: [String(line.dropFirst(prompt.count))], output: [], range: index..<index + 1))
      } else if line.hasPrefix(continuation), entries.last?.output?.isEmpty == true {
        entries[entries.count - 1].input.append(String(line.dropFirst(continuation.count)))
      } else if !entries.isEmpty {
        entries[entries.count - 1].output?.append(line)
      }
      if let start = entries.last?.range.lowerBound {
        entries[entries.count - 1].range = start..<index + 1
      }
    }
    return entries
  }
}
