import Foundation

/// Reads a part of a file from front to back; no length in the file can lead beyond the part.
struct ByteCursor {
  let file: String
  /// The whole file; its indices start at 0.
  let data: Data
  private(set) var offset: Int
  let end: Int

  /// - Precondition: the range lies in `data`.
  init(file: String, data: Data, range: Range<Int>) {
    self.file = file
    self.data = data
    offset = range.lowerBound
    end = range.upperBound
  }

  /// The next bytes.
  ///
  /// - Throws: `WeightsError.damaged` when there are not that many.
  mutating func take(_ count: Int) throws(WeightsError) -> Range<Int> {
    guard count >= 0, count <= end - offset else {
      throw damaged("needs \(count) bytes where \(end - offset) are left")
    }
    defer { offset += count }
    return offset..<offset + count
  }

  mutating func byte() throws(WeightsError) -> UInt8 { data[try take(1).lowerBound] }

  /// An unsigned little-endian number of 1 to 8 bytes; one that no `Int` holds is too long for any
  /// file and becomes `Int.max`.
  mutating func unsigned(bytes count: Int) throws(WeightsError) -> Int {
    Int(clamping: littleEndian(data[try take(count)]))
  }

  /// The bytes before the next line feed, which is passed over.
  mutating func line() throws(WeightsError) -> String {
    guard let stop = data[offset..<end].firstIndex(of: UInt8(ascii: "\n")) else {
      throw damaged("has a line without an end")
    }
    defer { offset = stop + 1 }
    return String(decoding: data[offset..<stop], as: UTF8.self)
  }

  func damaged(_ rule: String) -> WeightsError {
    .damaged(file: file, part: .pickle, offset: offset, rule: rule)
  }
}
