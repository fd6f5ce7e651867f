import Foundation

/// The entries of a ZIP archive that are stored without compression, with zip64 lengths.
///
/// Only the central directory is believed; a local header gives nothing but its own length. Checksums
/// are not compared: `torch.save` can be told to leave them out, and PyTorch does not compare them.
struct ZipArchive {
  /// Byte ranges in the file, by entry name.
  private(set) var entries: [String: Range<Int>] = [:]

  private let file: String
  private let data: Data

  static let localMagic: UInt32 = 0x0403_4B50
  private static let centralMagic: UInt32 = 0x0201_4B50
  private static let endMagic: UInt32 = 0x0605_4B50
  private static let end64LocatorMagic: UInt32 = 0x0706_4B50
  private static let end64Magic: UInt32 = 0x0606_4B50

  /// - Parameter data: starts at index 0.
  /// - Throws: `WeightsError` for a damaged archive or a compressed entry.
  init(file: String, data: Data) throws(WeightsError) {
    self.file = file
    self.data = data
    var place = try directory()
    let count = place.count
    for _ in 0..<count {
      guard place.offset <= data.count, try number(place.offset, 4) == Int(Self.centralMagic) else {
        throw damaged(place.offset, "has no entry where its directory goes on")
      }
      place.offset = try readEntry(place.offset)
    }
  }

  /// Where the directory starts, and how many entries it has.
  private func directory() throws(WeightsError) -> (offset: Int, count: Int) {
    let end = try endRecord()
    let count = try number(end + 10, 2)
    let offset = try number(end + 16, 4)
    guard count == 0xFFFF || offset == 0xFFFF_FFFF else { return (offset, count) }
    guard end >= 20, try number(end - 20, 4) == Int(Self.end64LocatorMagic) else {
      return (offset, count)
    }
    let end64 = try number(end - 12, 8)
    guard try number(end64, 4) == Int(Self.end64Magic) else {
      throw damaged(end64, "has no end of a zip64 directory")
    }
    // Each entry takes 46 bytes, so that no count can keep the loop going beyond the file.
    return (try number(end64 + 48, 8), min(try number(end64 + 32, 8), data.count))
  }

  /// The end record is the last thing but for a comment of at most 65,535 bytes.
  private func endRecord() throws(WeightsError) -> Int {
    let length = 22
    guard data.count >= length else { throw damaged(data.count, "ends too early") }
    let first = max(0, data.count - length - 0xFFFF)
    for offset in stride(from: data.count - length, through: first, by: -1)
    where data[offset] == 0x50 {
      if try number(offset, 4) == Int(Self.endMagic) { return offset }
    }
    throw damaged(data.count, "ends without a directory")
  }

  /// Reads one entry of the directory and gives the place of the next.
  private mutating func readEntry(_ offset: Int) throws(WeightsError) -> Int {
    let nameLength = try number(offset + 28, 2)
    let extraLength = try number(offset + 30, 2)
    let nameStart = offset + 46
    let extraStart = nameStart + nameLength
    let next = extraStart + extraLength + (try number(offset + 32, 2))
    guard next <= data.count else { throw damaged(offset, "has an entry beyond its end") }
    let name = String(decoding: data[nameStart..<extraStart], as: UTF8.self)
    guard try number(offset + 10, 2) == 0, try number(offset + 8, 2) & 1 == 0 else {
      throw .unsupported(
        file: file,
        rule: "has the compressed or encrypted entry '\(PickleMachine.printable(name))'")
    }
    let lengths = try lengths(offset, extra: extraStart..<extraStart + extraLength)
    guard lengths.stored == lengths.full else {
      throw damaged(offset, "has an entry of two lengths")
    }
    let range = try content(header: lengths.header, count: lengths.full)
    guard entries.updateValue(range, forKey: name) == nil else {
      throw damaged(offset, "has the entry '\(PickleMachine.printable(name))' twice")
    }
    return next
  }

  /// Fields of 32 bits that are full stand in the zip64 extra field, in this order.
  private func lengths(
    _ offset: Int, extra: Range<Int>
  ) throws(WeightsError) -> (full: Int, stored: Int, header: Int) {
    var fields = [
      try number(offset + 24, 4), try number(offset + 20, 4), try number(offset + 42, 4),
    ]
    guard fields.contains(0xFFFF_FFFF) else { return (fields[0], fields[1], fields[2]) }
    var place = extra.lowerBound
    while place + 4 <= extra.upperBound {
      let (tag, length) = (try number(place, 2), try number(place + 2, 2))
      place += 4
      guard tag == 1 else {
        place += length
        continue
      }
      for index in fields.indices where fields[index] == 0xFFFF_FFFF {
        guard place + 8 <= extra.upperBound else { throw damaged(place, "lacks a zip64 length") }
        fields[index] = try number(place, 8)
        place += 8
      }
      break
    }
    return (fields[0], fields[1], fields[2])
  }

  private func content(header: Int, count: Int) throws(WeightsError) -> Range<Int> {
    guard try number(header, 4) == Int(Self.localMagic) else {
      throw damaged(header, "has no entry where its directory says")
    }
    let start = header + 30 + (try number(header + 26, 2)) + (try number(header + 28, 2))
    guard start <= data.count, count <= data.count - start else {
      throw damaged(header, "has an entry beyond its end")
    }
    return start..<start + count
  }

  /// An unsigned little-endian number.
  private func number(_ offset: Int, _ count: Int) throws(WeightsError) -> Int {
    guard offset >= 0, offset <= data.count - count else {
      throw damaged(min(max(offset, 0), data.count), "ends too early")
    }
    return Int(clamping: littleEndian(data[offset..<offset + count]))
  }

  private func damaged(_ offset: Int, _ rule: String) -> WeightsError {
    .damaged(file: file, part: .archive, offset: offset, rule: rule)
  }
}
