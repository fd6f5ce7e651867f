/// The words of a fixed set by their first byte, longest first.
struct WordTable<Word: RawRepresentable & CaseIterable & Sendable>: Sendable
where Word.RawValue == String {
  private struct Row: Sendable {
    var word: Word
    var bytes: [UInt8]
  }

  private let rows: [[Row]]

  init() {
    let all = Word.allCases.map { Row(word: $0, bytes: Array($0.rawValue.utf8)) }
      .sorted { $0.bytes.count > $1.bytes.count }
    rows = (0..<256).map { byte in all.filter { Int($0.bytes[0]) == byte } }
  }

  /// The word that the range holds, if it holds one and nothing else.
  func match(_ bytes: [UInt8], _ range: Range<Int>) -> Word? {
    for row in rows[Int(bytes[range.lowerBound])]
    where row.bytes.count == range.count && starts(bytes, at: range.lowerBound, with: row.bytes) {
      return row.word
    }
    return nil
  }

  /// The longest word that starts at an offset, with its length.
  func start(of bytes: [UInt8], at offset: Int) -> (word: Word, length: Int)? {
    for row in rows[Int(bytes[offset])] where starts(bytes, at: offset, with: row.bytes) {
      return (row.word, row.bytes.count)
    }
    return nil
  }

  private func starts(_ bytes: [UInt8], at offset: Int, with word: [UInt8]) -> Bool {
    guard offset + word.count <= bytes.count else { return false }
    for index in word.indices where bytes[offset + index] != word[index] { return false }
    return true
  }
}

extension WordTable where Word == Keyword {
  static let keywords = WordTable()
}

extension WordTable where Word == Symbol {
  static let symbols = WordTable()
}
