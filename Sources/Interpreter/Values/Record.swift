/// Labelled values in the order they were written; labels are unique.
public final class Record: @unchecked Sendable {
  let shape: RecordShape
  /// Emptied by `Teardown` only, when nobody else sees the record.
  @exclusivity(unchecked) public internal(set) var values: [Value]
  let extent: Extent

  /// - Throws: `ValueError` when the values nest too deep or hold too much.
  convenience init(_ labels: [String], _ values: [Value]) throws {
    try self.init(RecordShape(labels), values)
  }

  init(_ shape: RecordShape, _ values: [Value]) throws {
    extent = try Extent(values)
    self.shape = shape
    self.values = values
  }

  /// Of fields of which those of the same label replace earlier ones in their place.
  convenience init(merging fields: [(label: String, value: Value)]) throws {
    var labels: [String] = []
    var values: [Value] = []
    for (label, value) in fields {
      if let index = labels.firstIndex(of: label) {
        values[index] = value
      } else {
        labels.append(label)
        values.append(value)
      }
    }
    try self.init(labels, values)
  }

  public var labels: [String] { shape.labels }

  public subscript(label: String) -> Value? {
    shape.index(of: label).map { values[$0] }
  }

  /// A copy in which fields of the same label are replaced in their place and others are added.
  func with(_ changes: Record) throws -> Record {
    var values = values
    var added: [String] = []
    for (place, label) in changes.shape.labels.enumerated() {
      let value = changes.values[place]
      if let index = shape.index(of: label) {
        values[index] = value
      } else {
        added.append(label)
        values.append(value)
      }
    }
    // The same labels keep their shape, by which places in the text remember where fields are.
    return try Record(added.isEmpty ? shape : RecordShape(labels + added), values)
  }
}

/// The labels of records of one origin.
final class RecordShape: Sendable {
  let labels: [String]

  init(_ labels: [String]) { self.labels = labels }

  func index(of label: String) -> Int? { labels.firstIndex(of: label) }
}
