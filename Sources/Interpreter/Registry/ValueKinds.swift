/// Kinds of values, as parameters tell them apart.
struct ValueKinds: OptionSet {
  let rawValue: UInt16

  static let `nil` = ValueKinds(rawValue: 1)
  static let bool = ValueKinds(rawValue: 2)
  static let int = ValueKinds(rawValue: 4)
  static let float = ValueKinds(rawValue: 8)
  static let string = ValueKinds(rawValue: 16)
  static let list = ValueKinds(rawValue: 32)
  static let range = ValueKinds(rawValue: 64)
  static let record = ValueKinds(rawValue: 128)
  static let function = ValueKinds(rawValue: 256)
  static let host = ValueKinds(rawValue: 512)
  static let all = ValueKinds(rawValue: 1023)
}

extension Value {
  @inline(__always)
  var kind: ValueKinds {
    switch self {
    case .nil: .nil
    case .bool: .bool
    case .int: .int
    case .float: .float
    case .string: .string
    case .list: .list
    case .range: .range
    case .record: .record
    case .function, .builtin: .function
    case .host: .host
    case .box, .missing: []
    }
  }
}

extension ParameterType {
  /// The kinds of values that it takes as they are, and those of which some are refused or changed.
  var taken: (asTheyAre: ValueKinds, withCheck: ValueKinds) {
    switch self {
    case .any: (.all, [])
    case .bool: (.bool, [])
    case .int(let range): range == .min ... .max ? (.int, []) : ([], .int)
    case .float: ([], [.int, .float])
    case .string, .path, .layer: (.string, [])
    case .name, .choice: ([], .string)
    case .list: (.list, [])
    case .sequence: ([.list, .range], [])
    case .record: (.record, [])
    case .function, .callback: (.function, [])
    case .host: ([], .host)
    case .optional(let type): (type.taken.asTheyAre.union(.nil), type.taken.withCheck)
    case .oneOf(let types):
      types.map(\.taken).reduce(([], [])) { sum, type in
        let checked = sum.1.union(type.withCheck)
        // A kind that one of them checks is checked: the first that knows it decides.
        return (sum.0.union(type.asTheyAre).subtracting(checked), checked)
      }
    }
  }
}
