/// What a pickle may name. Naming anything else ends the reading: no name is ever looked up in a
/// program, so that a file can run no code whatever it says.
enum PickleGlobal: Hashable {
  /// A mapping made from nothing, from pairs or from another mapping.
  case dictionary
  /// `torch.Size`, and `tuple`.
  case tuple
  case set
  case rebuildTensor
  /// The form with the element type as its last argument.
  case typedTensor
  case rebuildParameter
  /// A class of storages; nil for bytes.
  case storage(ElementType?)
  case elementType(ElementType)
  /// A storage that was pickled on its own: the bytes of a legacy file.
  case loadFromBytes
  /// Makes something that no tensor needs.
  case ignored

  /// The allow-list, by module and name.
  static let allowed: [String: PickleGlobal] = {
    var table: [String: PickleGlobal] = [
      "collections.OrderedDict": .dictionary,
      "collections.Counter": .dictionary,
      "torch.Size": .tuple,
      "torch._utils._rebuild_tensor": .rebuildTensor,
      "torch._utils._rebuild_tensor_v2": .rebuildTensor,
      "torch._utils._rebuild_tensor_v3": .typedTensor,
      "torch._utils._rebuild_parameter": .rebuildParameter,
      "torch.storage._load_from_bytes": .loadFromBytes,
      "torch.device": .ignored,
      "torch.serialization._get_layout": .ignored,
      "_codecs.encode": .ignored,
    ]
    for module in ["builtins", "__builtin__"] {
      for (name, global) in [
        ("set", PickleGlobal.set), ("frozenset", .set), ("tuple", .tuple), ("dict", .dictionary),
        ("complex", .ignored), ("bytearray", .ignored),
      ] { table["\(module).\(name)"] = global }
    }
    for module in ["torch", "torch.storage"] {
      table["\(module).UntypedStorage"] = .storage(nil)
      for (name, type) in storages { table["\(module).\(name)Storage"] = .storage(type) }
    }
    for type in ElementType.allCases { table["torch.\(type.rawValue)"] = .elementType(type) }
    return table
  }()

  private static let storages: [(String, ElementType)] = [
    ("Double", .float64), ("Float", .float32), ("Half", .float16), ("BFloat16", .bfloat16),
    ("Long", .int64), ("Int", .int32), ("Short", .int16), ("Char", .int8), ("Byte", .uint8),
    ("Bool", .bool),
  ]
}
