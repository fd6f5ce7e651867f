/// Finds the named tensors in what a checkpoint holds.
struct StateDict {
  let file: String
  let heap: PickleHeap

  /// Entries under which training programs keep a state dict, the preferred first.
  static let wrappers = [
    "state_dict", "model", "model_state_dict", "net", "ema", "state_dict_ema", "model_ema",
  ]
  /// What data-parallel and compiled modules put before each name.
  static let prefixes = ["module.", "_orig_mod."]

  /// The checked tensors, and in words what was taken and removed.
  ///
  /// Entries of a state dict that are no tensors are passed over: numbers of epochs, settings.
  ///
  /// - Throws: `WeightsError.noTensors`, `.storage` for a tensor that leaves its storage.
  func tensors(of root: PickleValue) throws(WeightsError) -> ([StoredTensor], notes: [String]) {
    var notes: [String] = []
    var found = named(root)
    if found.isEmpty {
      let entries = heap.dictionary(root) ?? []
      let candidates = Self.wrappers.filter { name in
        entries.contains { $0.key == name && !named($0.value).isEmpty }
      }
      guard let taken = candidates.first, let entry = entries.first(where: { $0.key == taken })
      else { throw .noTensors(file: file) }
      found = named(entry.value)
      let others = candidates.dropFirst().map { "'\($0)'" }.joined(separator: ", ")
      notes.append("taken from '\(taken)'" + (others.isEmpty ? "" : " and not from \(others)"))
    }
    while let prefix = Self.prefixes.first(where: { prefix in
      found.allSatisfy { $0.name.hasPrefix(prefix) && $0.name.count > prefix.count }
    }) {
      found = found.map { (String($0.name.dropFirst(prefix.count)), $0.tensor) }
      notes.append("'\(prefix)' removed from the names")
    }
    var tensors: [StoredTensor] = []
    for (name, tensor) in found { tensors.append(try checked(name, tensor)) }
    return (tensors, notes)
  }

  private func named(_ value: PickleValue) -> [(name: String, tensor: PickleTensor)] {
    (heap.dictionary(value) ?? []).compactMap { key, value in
      guard case .tensor(let tensor)? = heap[value]?.kind else { return nil }
      return (key, tensor)
    }
  }

  /// A view that lies within its storage and has no more elements than it: so no file asks for more
  /// memory than a few times its size.
  private func checked(
    _ name: String, _ tensor: PickleTensor
  ) throws(WeightsError) -> StoredTensor {
    func fail(_ rule: String) -> WeightsError {
      .storage(file: file, tensor: PickleMachine.printable(name), rule: rule)
    }
    guard case .storage(let storage) = heap.objects[tensor.storage].kind,
      let bytes = storage.range
    else { throw fail("has no numbers in the file") }
    guard let type = tensor.elementType ?? storage.elementType else {
      throw fail("has no element type")
    }
    guard tensor.shape.count == tensor.strides.count,
      (tensor.shape + tensor.strides + [tensor.offset]).allSatisfy({ $0 >= 0 })
    else { throw fail("has a negative extent, or not as many strides as extents") }
    let capacity = bytes.count / type.size
    guard let (count, end) = extent(of: tensor), count <= capacity, count == 0 || end <= capacity
    else { throw fail("does not lie within its storage of \(capacity) elements") }
    return StoredTensor(
      name, Shape(tensor.shape), type, strides: tensor.strides,
      start: count == 0 ? bytes.lowerBound : bytes.lowerBound + tensor.offset * type.size)
  }

  /// The number of elements, and one more than the last one's place; nil when they overflow.
  private func extent(of tensor: PickleTensor) -> (count: Int, end: Int)? {
    guard let count = checkedProduct(tensor.shape) else { return nil }
    guard count > 0 else { return (0, 0) }
    var last = tensor.offset
    for (extent, stride) in zip(tensor.shape, tensor.strides) {
      let reach = (extent - 1).multipliedReportingOverflow(by: stride)
      let sum = last.addingReportingOverflow(reach.partialValue)
      guard !reach.overflow, !sum.overflow, sum.partialValue < .max else { return nil }
      last = sum.partialValue
    }
    return (count, last + 1)
  }
}
