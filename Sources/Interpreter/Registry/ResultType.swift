/// What a builtin gives, as far as its declaration says it.
public indirect enum ResultType: Sendable {
  case `nil`, bool, int, float, string, list, record
  /// An int or a float.
  case number
  /// A value of the runtime, by the name of its type.
  case host(String)
  /// One of several types; which one only the call shows.
  case oneOf([ResultType])
  case any
  /// The argument of a parameter, unchanged.
  case argument(String)
  /// Some or all elements of the sequence that a parameter takes, in a list.
  case elements(of: String)
  /// What the function gives that a parameter takes.
  case result(of: String)
  /// What the function gives that a parameter takes, for each element, in a list.
  case results(of: String)
  /// A value of the same type as the argument of a parameter.
  case kind(of: String)
  /// A list of one type.
  case listOf(ResultType)

  static let table = ResultType.host("table")

  /// How help names it.
  public var description: String {
    switch self {
    case .nil: "nil"
    case .bool: "bool"
    case .int: "int"
    case .float: "float"
    case .string: "string"
    case .list, .elements, .results, .listOf: "list"
    case .record: "record"
    case .number: "number"
    case .host(let name): name
    case .oneOf(let types): types.map(\.description).joined(separator: " or ")
    case .any, .kind: "any"
    case .argument: "the value"
    case .result: "what the function gives"
    }
  }
}
