import Foundation

/// The safetensors format: a length, a JSON header, then the raw numbers.
///
///     8 bytes     N, little-endian
///     N bytes     {"__metadata__": {"k": "v"}, "name": {"dtype": "F32", "shape": [2, 3],
///                 "data_offsets": [0, 24]}, ...}, padded with spaces to a multiple of 8
///     rest        tensors, row-major, without holes and overlaps
///
/// F32 is written; what a model of ours is read from is F32 too, and foreign weights may have any type
/// of `ElementType`. Names are sorted, so equal contents are equal bytes.
public enum SafeTensors {
  /// A longer header is refused, as in the reference implementation.
  static let longestHeader = 100_000_000

  public static func encode(
    _ tensors: [String: Tensor], metadata: [String: String] = [:]
  ) throws(SafeTensorsError) -> Data {
    var header: [String: Header] = metadata.isEmpty ? [:] : [metadataKey: .metadata(metadata)]
    let names = tensors.keys.sorted()
    var offset = 0
    for name in names {
      guard name != metadataKey, let tensor = tensors[name] else { throw .duplicateName(name) }
      let end = offset + tensor.count * bytesPerElement
      header[name] = .tensor(
        Description(
          dtype: "F32", shape: tensor.shape.dimensions, offsets: [offset, end]))
      offset = end
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard var text = try? encoder.encode(header) else { throw .header(reason: "is not encodable") }
    text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - text.count % 8) % 8))
    var result = Data(capacity: 8 + text.count + offset)
    withUnsafeBytes(of: UInt64(text.count).littleEndian) { result.append(contentsOf: $0) }
    result.append(text)
    for name in names {
      tensors[name]?.values.withUnsafeBytes { result.append(contentsOf: $0) }
    }
    return result
  }

  /// - Throws: `SafeTensorsError` for anything but a whole, well-formed F32 file. Memory is bounded
  ///   by the size of `data`.
  public static func decode(
    _ data: Data
  ) throws(SafeTensorsError) -> (tensors: [String: Tensor], metadata: [String: String]) {
    let data = data.startIndex == 0 ? data : Data(data)
    let (stored, metadata) = try index(data, types: [.float32])
    return (
      Dictionary(uniqueKeysWithValues: stored.map { ($0.name, $0.read(from: data)) }), metadata
    )
  }

  /// The tensors of a file in the order of their names, not yet read.
  ///
  /// - Parameters:
  ///   - data: starts at index 0.
  ///   - types: those that the caller can take.
  /// - Throws: `SafeTensorsError` for anything but a whole, well-formed file of these types.
  static func index(
    _ data: Data, types: [ElementType]
  ) throws(SafeTensorsError) -> (tensors: [StoredTensor], metadata: [String: String]) {
    guard data.count >= 8 else { throw .truncated(needed: 8, found: data.count) }
    let length = littleEndian(data.prefix(8))
    guard length <= UInt64(longestHeader) else {
      throw .header(reason: "has a length of \(length) bytes")
    }
    let start = 8 + Int(length)
    guard data.count >= start else { throw .truncated(needed: start, found: data.count) }
    let header = try decodeHeader(data[8..<start])
    var tensors: [StoredTensor] = []
    var metadata: [String: String] = [:]
    var ranges: [(name: String, range: Range<Int>)] = []
    for name in header.keys.sorted() {
      switch header[name] {
      case .metadata(let entries)?: metadata = entries
      case .tensor(let description)?:
        let (shape, type, range) = try description.checked(
          name: name, types: types, size: data.count - start)
        ranges.append((name, range))
        tensors.append(
          StoredTensor(contiguous: name, shape, type, start: start + range.lowerBound))
      case nil: continue
      }
    }
    try checkCoverage(ranges, size: data.count - start)
    return (tensors, metadata)
  }

  /// Every byte must belong to one tensor.
  private static func checkCoverage(
    _ ranges: [(name: String, range: Range<Int>)], size: Int
  ) throws(SafeTensorsError) {
    var end = 0
    for (name, range) in ranges.sorted(by: {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }) {
      guard range.lowerBound >= end else { throw .overlap(name) }
      guard range.lowerBound == end else { throw .unused(bytes: range.lowerBound - end) }
      end = range.upperBound
    }
    guard end == size else { throw .unused(bytes: size - end) }
  }

  static let metadataKey = "__metadata__"
  fileprivate static let bytesPerElement = MemoryLayout<Float>.size
}

// MARK: - Header

extension SafeTensors {
  fileprivate struct Description: Codable {
    var dtype: String
    var shape: [Int]
    var offsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case offsets = "data_offsets"
    }

    /// The shape, the type and the byte range, after checking them against each other and the file.
    func checked(
      name: String, types: [ElementType], size: Int
    ) throws(SafeTensorsError) -> (Shape, ElementType, Range<Int>) {
      guard let type = types.first(where: { $0.safeTensorsName == dtype }) else {
        throw .dtype(name, found: dtype, read: types.map(\.safeTensorsName))
      }
      guard let bytes = checkedProduct([type.size] + shape) else {
        throw .shape(name, found: shape)
      }
      guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1] else {
        throw .offsets(name, found: offsets)
      }
      guard offsets[1] <= size else { throw .truncated(needed: offsets[1], found: size) }
      let range = offsets[0]..<offsets[1]
      guard range.count == bytes else { throw .size(name, expected: bytes, found: range.count) }
      return (Shape(shape), type, range)
    }
  }

  fileprivate enum Header: Encodable {
    case metadata([String: String])
    case tensor(Description)

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .metadata(let entries): try entries.encode(to: encoder)
      case .tensor(let description): try description.encode(to: encoder)
      }
    }
  }

  /// The JSON object with keys known only when it is read.
  private struct HeaderObject: Decodable {
    var entries: [String: Header] = [:]

    struct Key: CodingKey {
      var stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      for key in container.allKeys {
        entries[key.stringValue] =
          key.stringValue == metadataKey
          ? .metadata(try container.decode([String: String].self, forKey: key))
          : .tensor(try container.decode(Description.self, forKey: key))
      }
    }
  }

  private static func decodeHeader(_ text: Data) throws(SafeTensorsError) -> [String: Header] {
    guard text.first == UInt8(ascii: "{") else {
      throw .header(reason: "does not start with '{'")
    }
    let object: HeaderObject
    do {
      object = try JSONDecoder().decode(HeaderObject.self, from: text)
    } catch {
      throw .header(reason: "is not the JSON of tensor descriptions")
    }
    // A JSON decoder keeps one of two equal keys without a word.
    let keys = topLevelKeys(text)
    if keys.count != object.entries.count {
      var seen = Set<String>()
      throw .duplicateName(keys.first { !seen.insert($0).inserted } ?? "")
    }
    return object.entries
  }

  /// The keys of a valid JSON object as they are spelled, escapes included.
  private static func topLevelKeys(_ text: Data) -> [String] {
    var keys: [String] = []
    var depth = 0
    var stringStart: Int?
    var last: Range<Int>?
    var isEscaped = false
    for (index, byte) in zip(text.indices, text) {
      if let start = stringStart {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          last = start + 1..<index
          stringStart = nil
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): stringStart = index
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: ":") where depth == 1:
        if let last { keys.append(String(decoding: text[last], as: UTF8.self)) }
      default: break
      }
    }
    return keys
  }
}
