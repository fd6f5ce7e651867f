import QuantRuntime

/// Elements and fields of values.
enum Access {
  /// Negative indices count from the end; a range takes a slice.
  static func element(of base: Value, at index: Value) throws -> Value {
    switch (base, index) {
    case (.record(let record), .string(let label)):
      guard let value = record[label.value] else {
        throw ValueError.unknownField(
          name: label.value, type: "record", known: record.labels)
      }
      return value
    case (.list(let list), .range(let range)):
      let (lower, upper) = try slice(range, count: list.elements.count)
      return try .list(Array(list.elements[lower..<upper]))
    case (.list(let list), _):
      return list.elements[try position(index, count: list.elements.count)]
    case (.range(let range), _):
      return .int(range.lower + (try position(index, count: range.count)))
    case (.string(let text), .range(let range)):
      let (lower, upper) = try slice(range, count: text.value.count)
      let start = text.value.index(text.value.startIndex, offsetBy: lower)
      return .text(String(text.value[start...].prefix(upper - lower)))
    case (.string(let text), _):
      let position = try position(index, count: text.value.count)
      return .text(String(text.value[text.value.index(text.value.startIndex, offsetBy: position)]))
    default:
      throw ValueError.notIndexable(type: base.typeName)
    }
  }

  private static func position(_ index: Value, count: Int) throws -> Int {
    guard case .int(let index) = index else { throw ValueError.indexType(type: index.typeName) }
    guard index >= -count && index < count else {
      throw ValueError.indexRange(index: index, count: count)
    }
    return index < 0 ? index + count : index
  }

  private static func slice(_ range: IntRange, count: Int) throws -> (Int, Int) {
    guard range.lower >= 0, range.upper <= count else {
      throw ValueError.indexRange(
        index: range.lower < 0 ? range.lower : range.upper - 1, count: count)
    }
    return (range.lower, range.upper)
  }

  static func field(
    _ name: String, of base: Value, until interruption: Interruption = Interruption()
  ) throws -> Value {
    switch base {
    case .record(let record):
      guard let value = record[name] else {
        throw ValueError.unknownField(name: name, type: "record", known: record.labels)
      }
      return value
    case .host(let box):
      guard let value = try box.value.field(name, until: interruption) else {
        throw ValueError.unknownField(
          name: name, type: box.value.typeName, known: box.value.fieldNames)
      }
      return value
    default:
      throw ValueError.unknownField(name: name, type: base.typeName, known: [])
    }
  }
}
