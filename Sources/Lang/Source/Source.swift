/// One text: a file, a `-c` argument, or an entry typed at the prompt.
public struct Source: Sendable {
  public let id: SourceID
  /// What diagnostics call it: a path, `<command>`, `<prompt>`.
  public let name: String
  /// UTF-8; possibly invalid, which the lexer reports.
  public let bytes: [UInt8]
  private let lineStarts: [Int]

  init(id: SourceID, name: String, bytes: [UInt8]) {
    self.id = id
    self.name = name
    self.bytes = bytes
    var starts = [0]
    for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
      starts.append(offset + 1)
    }
    lineStarts = starts
  }

  /// Line from 1, and column from 1 in characters, of a byte offset.
  public func position(of offset: Int) -> (line: Int, column: Int) {
    let line = lineIndex(of: offset)
    let prefix = bytes[lineStarts[line]..<min(max(offset, lineStarts[line]), bytes.count)]
    return (line + 1, String(decoding: prefix, as: UTF8.self).count + 1)
  }

  /// The bytes of a line, from 1, without its newline.
  func line(_ number: Int) -> ArraySlice<UInt8> {
    let start = lineStarts[number - 1]
    let end = number < lineStarts.count ? lineStarts[number] - 1 : bytes.count
    let text = bytes[start..<end]
    return text.last == UInt8(ascii: "\r") ? text.dropLast() : text
  }

  /// A line, from 1, as a terminal shows it, without its indentation; of a long one the beginning.
  public func displayText(ofLine number: Int) -> String {
    String(DisplayLine(self, number).text.drop { $0 == " " })
  }

  /// The byte offset at which a line, from 1, starts.
  func start(ofLine number: Int) -> Int { lineStarts[number - 1] }

  private func lineIndex(of offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }
}

/// All texts a session has read, so that a diagnostic can show any of them.
public struct SourceMap: Sendable {
  private var sources: [Source] = []

  public init() {}

  /// - Parameter bytes: a byte order mark at the beginning, as some editors write it, is no part of the
  ///   text.
  public mutating func add(name: String, bytes: [UInt8]) -> Source {
    let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    let source = Source(
      id: SourceID(sources.count), name: name, bytes: hasMark ? Array(bytes.dropFirst(3)) : bytes)
    sources.append(source)
    return source
  }

  /// - Precondition: the identity was given by this map.
  public subscript(id: SourceID) -> Source { sources[id.index] }
}
