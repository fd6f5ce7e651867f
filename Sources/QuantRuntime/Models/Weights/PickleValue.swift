/// A value on the stack of a pickle.
///
/// Containers are positions in a `PickleHeap`: lists that hold themselves then make no reference
/// cycles, and a value that is used a million times is stored once.
enum PickleValue: Hashable {
  case none
  case bool(Bool)
  case int(Int)
  case float(Double)
  case text(String)
  /// Bytes of the file.
  case bytes(Range<Int>)
  /// An integer of more than 8 bytes: its little-endian bytes in the file.
  case long(Range<Int>)
  case global(PickleGlobal)
  /// A position in the heap.
  case object(Int)
  /// Something that no tensor needs, such as a device or a complex number.
  case other
}

/// A container, a tensor or a storage of a pickle.
struct PickleObject {
  var kind: Kind
  /// Elements of a list, tuple or set; keys and values of a dictionary in turn.
  var items: [PickleValue] = []

  enum Kind: Hashable {
    case list, tuple, set, dictionary
    case storage(PickleStorage)
    case tensor(PickleTensor)
  }
}

/// Numbers of a checkpoint that tensors are views of.
struct PickleStorage: Hashable {
  /// Nil for a storage of bytes, whose tensors name their type.
  var elementType: ElementType?
  var key: String
  /// Elements, or bytes without an element type.
  var count: Int
  /// Where the numbers lie in the file, once that is known.
  var range: Range<Int>?
}

/// A view of a storage as the pickle describes it, not yet checked.
struct PickleTensor: Hashable {
  /// Position in the heap.
  var storage: Int
  /// In elements.
  var offset: Int
  var shape: [Int]
  var strides: [Int]
  /// Given only for tensors on storages of bytes.
  var elementType: ElementType?
}

/// All containers of a file.
struct PickleHeap {
  /// A large checkpoint with its optimizer has some ten thousand.
  static let capacity = 1_000_000
  /// Elements of all containers together: a mapping made from another one copies it, and without
  /// this limit a short file could ask for any amount.
  static let itemCapacity = 4_000_000

  private var itemCount = 0
  private(set) var objects: [PickleObject] = []

  /// - Throws: `WeightsError.limit`.
  mutating func add(
    _ kind: PickleObject.Kind, _ items: [PickleValue] = [], file: String
  ) throws(WeightsError) -> PickleValue {
    guard objects.count < Self.capacity else {
      throw .limit(file: file, rule: "\(Self.capacity) objects")
    }
    try count(items.count, file: file)
    objects.append(PickleObject(kind: kind, items: items))
    return .object(objects.count - 1)
  }

  /// Appends in place: a copy for each element would make long lists quadratic.
  ///
  /// - Throws: `WeightsError.limit`.
  mutating func extend(
    _ index: Int, with items: [PickleValue], file: String
  ) throws(WeightsError) {
    try count(items.count, file: file)
    objects[index].items.append(contentsOf: items)
  }

  private mutating func count(_ items: Int, file: String) throws(WeightsError) {
    itemCount += items
    guard itemCount <= Self.itemCapacity else {
      throw .limit(file: file, rule: "\(Self.itemCapacity) elements of lists and dictionaries")
    }
  }

  mutating func place(_ index: Int, at range: Range<Int>) {
    guard case .storage(var storage) = objects[index].kind else { return }
    storage.range = range
    objects[index].kind = .storage(storage)
  }

  /// The object behind a value, nil for a plain value.
  subscript(value: PickleValue) -> PickleObject? {
    if case .object(let index) = value { objects[index] } else { nil }
  }

  /// The elements of a tuple; nil for anything else.
  func tuple(_ value: PickleValue) -> [PickleValue]? {
    guard let object = self[value], object.kind == .tuple else { return nil }
    return object.items
  }

  /// The entries of a dictionary whose keys are texts, in the order of first appearance with their
  /// last values; nil for anything else.
  func dictionary(_ value: PickleValue) -> [(key: String, value: PickleValue)]? {
    guard let object = self[value], object.kind == .dictionary else { return nil }
    var entries: [(key: String, value: PickleValue)] = []
    var places: [String: Int] = [:]
    for index in stride(from: 0, to: object.items.count - 1, by: 2) {
      guard case .text(let key) = object.items[index] else { continue }
      if let place = places[key] {
        entries[place].value = object.items[index + 1]
      } else {
        places[key] = entries.count
        entries.append((key, object.items[index + 1]))
      }
    }
    return entries
  }
}
