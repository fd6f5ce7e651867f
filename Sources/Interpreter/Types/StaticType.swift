/// What is known of a value before anything runs. Gradual: where nothing is certain it is `unknown`,
/// and nothing is reported about it.
indirect enum StaticType: Sendable {
  case unknown
  /// Exactly this value: a literal, a backend, `lsq(bits: 4)`.
  case value(Value)
  case plain(Plain)
  case list(of: StaticType)
  /// All its fields; nil where not even the labels are known.
  case record([Field]?)
  case function(FunctionType)
  /// A value of the runtime, by the name of its type.
  case host(String)

  /// Kinds of values without parts.
  enum Plain: String, Sendable { case `nil`, bool, int, float, string, range }

  struct Field: Sendable {
    var label: String
    var type: StaticType
  }

  /// A function of the script: how it is called, and what it gives.
  final class FunctionType: Sendable {
    let name: String
    let places: [ArgumentBinder.Place]
    let result: StaticType

    init(name: String, places: [ArgumentBinder.Place], result: StaticType) {
      self.name = name
      self.places = places
      self.result = result
    }
  }

  static let `nil` = StaticType.value(.nil)
  static let bool = StaticType.plain(.bool)
  static let int = StaticType.plain(.int)
  static let float = StaticType.plain(.float)
  static let string = StaticType.plain(.string)
  static let anyList = StaticType.list(of: .unknown)
}

extension StaticType {
  /// What messages call the type; nil where it is not certain.
  var name: String? {
    switch self {
    case .unknown: nil
    case .value(let value): value.typeName
    case .plain(let plain): plain.rawValue
    case .list: "list"
    case .record: "record"
    case .function: "function"
    case .host(let name): name
    }
  }

  func isNamed(_ names: String...) -> Bool { name.map { names.contains($0) } ?? false }

  var isNumber: Bool { isNamed("int", "float") }

  /// The value, where it is known as a whole.
  var constant: Value? {
    switch self {
    case .value(let value): return value
    case .record(let fields?):
      let values = fields.compactMap { field in field.type.constant.map { (field.label, $0) } }
      guard values.count == fields.count else { return nil }
      return try? .record(values)
    default: return nil
    }
  }

  /// The fields of a record whose labels are known.
  var recordFields: [Field]? {
    switch self {
    case .record(let fields): fields
    case .value(.record(let record)):
      zip(record.labels, record.values).map { Field(label: $0, type: .value($1)) }
    default: nil
    }
  }

  /// What `for` and `map` go through.
  var element: StaticType {
    switch self {
    case .list(let element): element
    case .value(.list(let list)): StaticType.joined(list.elements.map { .value($0) })
    case .value(.range), .plain(.range): .int
    case .value(.string), .plain(.string): .string
    default: .unknown
    }
  }

  /// What holds for all of some types.
  static func joined(_ types: [StaticType]) -> StaticType {
    guard let first = types.first else { return .unknown }
    return types.dropFirst().reduce(first) { $0.joined(with: $1) }
  }

  /// What holds for a value of either type.
  func joined(with other: StaticType) -> StaticType {
    guard let name, name == other.name else { return .unknown }
    if case .value(let a) = self, case .value(let b) = other, a.isScalar, a == b { return self }
    if let a = recordFields, let b = other.recordFields {
      guard a.map(\.label) == b.map(\.label) else { return .record(nil) }
      return .record(
        zip(a, b).map { Field(label: $0.label, type: $0.type.joined(with: $1.type)) })
    }
    switch name {
    case "list": return .list(of: element.joined(with: other.element))
    case "record": return .record(nil)
    case "function": return .unknown
    default: return StaticType.Plain(rawValue: name).map { .plain($0) } ?? .host(name)
    }
  }
}

extension Value {
  /// Whether comparing it costs nothing.
  fileprivate var isScalar: Bool {
    switch self {
    case .nil, .bool, .int, .float, .string: true
    default: false
    }
  }
}
