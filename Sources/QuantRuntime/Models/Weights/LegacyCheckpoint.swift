import Foundation

/// What `torch.save` wrote before PyTorch 1.6, and a pickle on its own.
///
///     pickle   the number 0x1950a86a20f9469cfc6c
///     pickle   1001, the version of the format
///     pickle   a dictionary with `little_endian`
///     pickle   the object, its storages given by keys
///     pickle   the list of those keys
///     for each key: the number of elements in 8 bytes, then the elements
enum LegacyCheckpoint {
  /// The first number, little-endian.
  private static let magic: [UInt8] = [
    0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19,
  ]
  private static let version = 1001

  /// The root object; `machine.heap` then holds everything it refers to.
  ///
  /// - Throws: `WeightsError`.
  static func read(_ machine: inout PickleMachine) throws(WeightsError) -> PickleValue {
    let first = try machine.run()
    guard case .long(let range) = first, machine.cursor.data[range].elementsEqual(magic) else {
      return first
    }
    guard try machine.run() == .int(version) else {
      throw .unsupported(file: machine.file, rule: "has another version of its format than 1001")
    }
    // In two steps: the heap is the one after the run.
    let information = try machine.run()
    let system = machine.heap.dictionary(information) ?? []
    guard !system.contains(where: { $0.key == "little_endian" && $0.value == .bool(false) }) else {
      throw .unsupported(file: machine.file, rule: "is big-endian")
    }
    let root = try machine.run()
    let keys = try machine.run()
    try readStorages(machine.heap[keys]?.items ?? [], &machine)
    return root
  }

  private static func readStorages(
    _ keys: [PickleValue], _ machine: inout PickleMachine
  ) throws(WeightsError) {
    for key in keys {
      guard case .text(let name) = key, let index = machine.storages[name],
        case .storage(let storage) = machine.heap.objects[index].kind
      else { throw machine.cursor.damaged("lists a storage that nothing uses") }
      let count = try machine.cursor.unsigned(bytes: 8)
      guard count == storage.count else {
        throw machine.cursor.damaged("has \(count) elements for a storage of \(storage.count)")
      }
      let size = storage.elementType?.size ?? 1
      let range = try machine.cursor.take(checkedProduct([count, size]) ?? .max)
      machine.heap.place(index, at: range)
    }
  }
}
