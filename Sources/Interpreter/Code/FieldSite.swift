/// A field read in the text, with where it was found last.
///
/// Records of one origin share their shape, so that a loop over them compares one reference instead of
/// the labels.
struct FieldSite {
  let name: String
  /// Keeps the shape alive whose identity is compared.
  private var shape: RecordShape?
  private var identity: ObjectIdentifier?
  private var index = 0

  init(_ name: String) { self.name = name }

  /// The place of the field in a record; nil where the record has none of this name.
  @inline(__always)
  mutating func index(in record: Record) -> Int? {
    ObjectIdentifier(record.shape) == identity ? index : find(in: record.shape)
  }

  @inline(never)
  private mutating func find(in shape: RecordShape) -> Int? {
    guard let found = shape.index(of: name) else { return nil }
    self.shape = shape
    identity = ObjectIdentifier(shape)
    index = found
    return found
  }
}
