/// Labelled values in the order they were written; labels are unique. The values lie behind a header, in
/// one piece of memory.
public final class Record: ManagedBuffer<Record.Header, Value> {
  public struct Header {
    let shape: RecordShape
    fileprivate(set) var count: Int
    fileprivate(set) var extent: Extent
  }

  deinit {
    withUnsafeMutablePointers { header, values in
      _ = values.deinitialize(count: header.pointee.count)
    }
  }

  /// - Parameter fill: puts in as many values as there are labels.
  /// - Throws: `ValueError` when the values nest too deep or hold too much.
  static func make(_ shape: RecordShape, _ fill: (Registers) -> Void) throws -> Record {
    let count = shape.labels.count
    let record = unsafeDowncast(
      create(minimumCapacity: count) { _ in Header(shape: shape, count: 0, extent: Extent()) },
      to: Record.self)
    try record.withUnsafeMutablePointers { header, values in
      fill(values)
      header.pointee.count = count
      header.pointee.extent = try Extent(UnsafeBufferPointer(start: values, count: count))
    }
    return record
  }

  /// - Throws: as the other `make`.
  static func make(_ labels: [String], _ values: [Value]) throws -> Record {
    try make(RecordShape(labels)) { place in
      for (index, value) in values.enumerated() { (place + index).initialize(to: value) }
    }
  }

  /// Of fields of which those of the same label replace earlier ones in their place.
  ///
  /// - Throws: as the other `make`.
  static func make(merging fields: [(label: String, value: Value)]) throws -> Record {
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
    return try make(labels, values)
  }

  // Not by `header`, whose reading the runtime would watch for overlapping access.

  @inline(__always)
  var shape: RecordShape { withUnsafeMutablePointerToHeader { $0.pointee.shape } }

  var extent: Extent { withUnsafeMutablePointerToHeader { $0.pointee.extent } }

  public var labels: [String] { shape.labels }

  public var values: [Value] {
    withUnsafeMutablePointers { header, values in
      Array(UnsafeBufferPointer(start: values, count: header.pointee.count))
    }
  }

  subscript(index: Int) -> Value {
    @inline(__always) get {
      withUnsafeMutablePointers { header, values in
        precondition(index < header.pointee.count)
        return values[index]
      }
    }
  }

  public subscript(label: String) -> Value? { shape.index(of: label).map { self[$0] } }

  /// A copy in which fields of the same label are replaced in their place and others are added.
  ///
  /// - Throws: as `make`.
  func with(_ changes: Record) throws -> Record {
    let (shape, changed) = (shape, changes.shape.labels)
    var isKnown = true
    // The same labels keep their shape, by which places in the text remember where fields are.
    let record = try Record.make(shape) { copy in
      withUnsafeMutablePointerToElements { copy.initialize(from: $0, count: shape.labels.count) }
      for index in changed.indices {
        if let place = shape.index(of: changed[index]) {
          copy[place] = changes[index]
        } else {
          isKnown = false
        }
      }
    }
    guard !isKnown else { return record }
    return try .make(merging: Array(zip(labels + changed, values + changes.values)))
  }

  /// For `Teardown`, when nobody else sees the record.
  func takeValues() -> [Value] {
    withUnsafeMutablePointers { header, values in
      defer {
        values.deinitialize(count: header.pointee.count)
        header.pointee.count = 0
      }
      return Array(UnsafeBufferPointer(start: values, count: header.pointee.count))
    }
  }
}

/// The labels of records of one origin.
final class RecordShape: Sendable {
  let labels: [String]

  init(_ labels: [String]) { self.labels = labels }

  func index(of label: String) -> Int? { labels.firstIndex(of: label) }
}
