import Foundation

/// Runs one pickle, protocols 0 to 5, as far as state dicts need it.
///
/// A pickle is a program for a stack machine. This machine has no way to import or call anything:
/// `PickleGlobal.allowed` lists what may be named, `apply` builds values for those names, and the
/// first other name ends the run. Each opcode takes at least a byte of the file and adds at most one
/// value and one object of constant size; texts are copies of the file's bytes. Memory is so bounded
/// by a multiple of the file's size, and by the limits below. Nothing recurses into containers.
struct PickleMachine {
  /// Values on the stack, and in the memo, at any time.
  static let capacity = 1_000_000

  var cursor: ByteCursor
  var heap: PickleHeap
  /// How deep in pickles within pickles this one is.
  let depth: Int
  /// Storages that persistent identifiers have named, as positions in the heap.
  private(set) var storages: [String: Int] = [:]

  /// Storages pickled on their own, by their bytes: one that is used again is not read again.
  var loaded: [Range<Int>: PickleValue] = [:]

  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]

  init(cursor: ByteCursor, heap: PickleHeap = PickleHeap(), depth: Int = 0) {
    self.cursor = cursor
    self.heap = heap
    self.depth = depth
  }

  var file: String { cursor.file }

  /// Runs from the cursor to the end of the pickle, and leaves the cursor behind it.
  ///
  /// - Throws: `WeightsError`.
  mutating func run() throws(WeightsError) -> PickleValue {
    stack = []
    marks = []
    memo = [:]
    while true {
      let code = try cursor.byte()
      guard let opcode = PickleOpcode(rawValue: code) else {
        throw cursor.damaged("has the unknown opcode \(code)")
      }
      if opcode == .stop { return try pop() }
      try execute(opcode)
      guard stack.count + marks.count + memo.count < Self.capacity else {
        throw .limit(file: file, rule: "\(Self.capacity) values at a time")
      }
    }
  }

  // MARK: - Stack and memo

  mutating func push(_ value: PickleValue) { stack.append(value) }

  mutating func pushNew(
    _ kind: PickleObject.Kind, _ items: [PickleValue] = []
  ) throws(WeightsError) {
    push(try heap.add(kind, items, file: file))
  }

  /// Values below a mark belong to whoever set the mark.
  mutating func pop() throws(WeightsError) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.popLast() else {
      throw cursor.damaged("takes from an empty stack")
    }
    return value
  }

  mutating func pop(_ count: Int) throws(WeightsError) -> [PickleValue] {
    guard stack.count - (marks.last ?? 0) >= count else {
      throw cursor.damaged("takes from an empty stack")
    }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  func top() throws(WeightsError) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.last else {
      throw cursor.damaged("looks at an empty stack")
    }
    return value
  }

  mutating func mark() { marks.append(stack.count) }

  mutating func popToMark() throws(WeightsError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw cursor.damaged("has no mark to go back to") }
    defer { stack.removeLast(stack.count - mark) }
    return Array(stack[mark...])
  }

  mutating func remember(_ key: Int?) throws(WeightsError) {
    memo[key ?? memo.count] = try top()
  }

  mutating func recall(_ key: Int) throws(WeightsError) {
    guard let value = memo[key] else { throw cursor.damaged("recalls what was never remembered") }
    push(value)
  }

  // MARK: - Containers

  /// Appends to a list, a set or a dictionary that lies on top.
  mutating func extend(
    _ kind: PickleObject.Kind, with items: [PickleValue]
  ) throws(WeightsError) {
    let target = try top()
    guard case .object(let index) = target, heap.objects[index].kind == kind else {
      throw cursor.damaged("adds elements to a value of another kind")
    }
    guard kind != .dictionary || items.count.isMultiple(of: 2) else {
      throw cursor.damaged("adds a key without a value")
    }
    try heap.extend(index, with: items, file: file)
  }

  mutating func dictionary(_ items: [PickleValue]) throws(WeightsError) {
    guard items.count.isMultiple(of: 2) else { throw cursor.damaged("adds a key without a value") }
    try pushNew(.dictionary, items)
  }

  // MARK: - Names

  mutating func global(_ module: String, _ name: String) throws(WeightsError) {
    guard let global = PickleGlobal.allowed["\(module).\(name)"] else {
      throw .refused(file: file, global: Self.printable("\(module).\(name)"))
    }
    push(.global(global))
  }

  /// Remembers the storage that a persistent identifier describes, once for each key.
  mutating func storage(_ storage: PickleStorage) throws(WeightsError) -> PickleValue {
    if let index = storages[storage.key] {
      guard heap.objects[index].kind == .storage(storage) else {
        throw cursor.damaged("describes the storage '\(Self.printable(storage.key))' in two ways")
      }
      return .object(index)
    }
    let value = try heap.add(.storage(storage), file: file)
    if case .object(let index) = value { storages[storage.key] = index }
    return value
  }

  /// A name from a file, fit for a message.
  static func printable(_ name: String) -> String {
    let shown = name.unicodeScalars.map { scalar in
      scalar.properties.generalCategory == .control ? "?" : String(scalar)
    }
    return shown.prefix(80).joined() + (shown.count > 80 ? "..." : "")
  }
}
