import Foundation

extension PickleMachine {
  /// The storage that a persistent identifier stands for: ("storage", class, key, device, count),
  /// and nil or nothing after it.
  func storageDescription(_ identifier: PickleValue) throws(WeightsError) -> PickleStorage {
    guard let parts = heap.tuple(identifier), parts.count == 5 || parts.count == 6,
      parts[0] == .text("storage"), case .global(.storage(let type)) = parts[1],
      case .text(let key) = parts[2], case .int(let count) = parts[4], count >= 0
    else { throw cursor.damaged("has a persistent identifier of no storage") }
    guard parts.count == 5 || parts[5] == .none else {
      throw .unsupported(file: file, rule: "has a view of a storage, as before PyTorch 0.4")
    }
    return PickleStorage(elementType: type, key: key, count: count)
  }

  mutating func persistent(_ identifier: PickleValue) throws(WeightsError) -> PickleValue {
    try storage(storageDescription(identifier))
  }

  /// A call: the callee and a tuple of arguments are replaced by what it gives.
  mutating func reduce() throws(WeightsError) {
    let operands = try pop(2)
    guard case .global(let callee) = operands[0], let arguments = heap.tuple(operands[1]) else {
      throw cursor.damaged("calls what cannot be called")
    }
    push(try apply(callee, arguments))
  }

  /// State that is added to an object. Dictionaries keep their contents alone: the `_metadata` of a
  /// state dict has no numbers.
  mutating func build() throws(WeightsError) {
    _ = try pop()
    guard heap[try top()]?.kind == .dictionary else {
      throw cursor.damaged("gives state to something other than a dictionary")
    }
  }

  private mutating func apply(
    _ callee: PickleGlobal, _ arguments: [PickleValue]
  ) throws(WeightsError) -> PickleValue {
    switch callee {
    case .dictionary: return try heap.add(.dictionary, pairs(arguments), file: file)
    case .tuple: return try heap.add(.tuple, elements(arguments), file: file)
    case .set: return try heap.add(.set, elements(arguments), file: file)
    case .rebuildTensor: return try tensor(arguments, elementType: nil)
    case .typedTensor:
      guard arguments.count >= 7, case .global(.elementType(let type)) = arguments[6] else {
        throw cursor.damaged("makes a tensor without an element type")
      }
      return try tensor(arguments, elementType: type)
    case .rebuildParameter:
      guard let data = arguments.first, case .tensor = heap[data]?.kind else {
        throw cursor.damaged("makes a parameter of something other than a tensor")
      }
      return data
    case .loadFromBytes: return try storageFromBytes(arguments)
    case .ignored: return .other
    case .storage, .elementType: throw cursor.damaged("calls what cannot be called")
    }
  }

  private func elements(_ arguments: [PickleValue]) -> [PickleValue] {
    arguments.first.flatMap { heap[$0] }?.items ?? []
  }

  /// The entries of a mapping from another one, or from a list of pairs.
  private func pairs(_ arguments: [PickleValue]) throws(WeightsError) -> [PickleValue] {
    guard let first = arguments.first, let object = heap[first] else { return [] }
    if object.kind == .dictionary { return object.items }
    var items: [PickleValue] = []
    for element in object.items {
      guard let pair = heap[element]?.items, pair.count == 2 else {
        throw cursor.damaged("makes a dictionary of something other than pairs")
      }
      items += pair
    }
    return items
  }

  /// (storage, offset, size, stride, ...): what follows concerns gradients.
  private mutating func tensor(
    _ arguments: [PickleValue], elementType: ElementType?
  ) throws(WeightsError) -> PickleValue {
    guard arguments.count >= 4, case .object(let storage) = arguments[0],
      case .storage = heap.objects[storage].kind, case .int(let offset) = arguments[1],
      let shape = integers(arguments[2]), let strides = integers(arguments[3])
    else { throw cursor.damaged("makes a tensor of something other than a storage and its view") }
    let tensor = PickleTensor(
      storage: storage, offset: offset, shape: shape, strides: strides, elementType: elementType)
    return try heap.add(.tensor(tensor), file: file)
  }

  /// Tensors have at most 64 axes in PyTorch.
  private func integers(_ value: PickleValue) -> [Int]? {
    guard let items = heap.tuple(value), items.count <= 64 else { return nil }
    var result: [Int] = []
    for item in items {
      guard case .int(let number) = item else { return nil }
      result.append(number)
    }
    return result
  }

  /// A storage pickled on its own is a whole legacy file in the bytes of this one.
  private mutating func storageFromBytes(
    _ arguments: [PickleValue]
  ) throws(WeightsError) -> PickleValue {
    guard case .bytes(let range)? = arguments.first else {
      throw cursor.damaged("makes a storage of something other than bytes")
    }
    if let known = loaded[range] { return known }
    guard depth == 0 else { throw cursor.damaged("has pickles in pickles in pickles") }
    let inner = ByteCursor(file: file, data: cursor.data, range: range)
    var machine = PickleMachine(cursor: inner, heap: heap, depth: depth + 1)
    heap = PickleHeap()
    let root = try LegacyCheckpoint.read(&machine)
    heap = machine.heap
    guard case .storage = heap[root]?.kind else {
      throw cursor.damaged("makes a storage of something other than a storage")
    }
    loaded[range] = root
    return root
  }
}
