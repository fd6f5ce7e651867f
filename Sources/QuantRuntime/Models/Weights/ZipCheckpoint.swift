import Foundation

/// What `torch.save` writes since PyTorch 1.6: an archive with `<name>/data.pkl`, the storages as
/// `<name>/data/<key>`, and, since 2.0, `<name>/byteorder`.
enum ZipCheckpoint {
  /// The root object and the heap it refers to.
  ///
  /// - Throws: `WeightsError`.
  static func read(
    file: String, data: Data
  ) throws(WeightsError) -> (root: PickleValue, heap: PickleHeap) {
    let archive = try ZipArchive(file: file, data: data)
    let suffix = "/data.pkl"
    let pickles = archive.entries.filter { $0.key.hasSuffix(suffix) }
    guard pickles.count == 1, let pickle = pickles.first else {
      throw .unsupported(file: file, rule: "is an archive without a state dict")
    }
    let folder = pickle.key.dropLast(suffix.count)
    if let order = archive.entries["\(folder)/byteorder"], data[order].elementsEqual("big".utf8) {
      throw .unsupported(file: file, rule: "is big-endian")
    }
    var machine = PickleMachine(cursor: ByteCursor(file: file, data: data, range: pickle.value))
    let root = try machine.run()
    for (key, index) in machine.storages.sorted(by: { $0.key < $1.key }) {
      guard case .storage(let storage) = machine.heap.objects[index].kind,
        let range = archive.entries["\(folder)/data/\(key)"]
      else {
        throw machine.cursor.damaged(
          "uses the storage '\(PickleMachine.printable(key))', which is missing")
      }
      let size = storage.elementType?.size ?? 1
      guard checkedProduct([storage.count, size]) == range.count else {
        throw machine.cursor.damaged(
          "has \(range.count) bytes for \(storage.count) elements of the storage "
            + "'\(PickleMachine.printable(key))'")
      }
      machine.heap.place(index, at: range)
    }
    return (root, machine.heap)
  }
}
