import QuantRuntime

/// What a builtin's parameter takes.
public indirect enum ParameterType: Sendable {
  case any
  case bool
  case int(ClosedRange<Int>)
  /// Takes ints too.
  case float(ClosedRange<Double>)
  case string
  /// A string that names something of a catalog.
  case name(Vocabulary)
  /// A string that names a file or a folder.
  case path(PathUse)
  /// A string that names a layer of the call's model; `*` stands for any text.
  case layer
  /// One of a few strings.
  case choice([String])
  case list
  /// A list or a range.
  case sequence
  case record
  case function
  /// A function that is called with these arguments.
  case callback([CallbackArgument])
  /// A host value by its type name: `model`.
  case host(String)
  case oneOf([ParameterType])
  case optional(ParameterType)

  public static let anyInt = ParameterType.int(.min ... .max)
  public static let anyFloat = ParameterType.float(-.infinity ... .infinity)

  /// How messages and help name it.
  public var description: String {
    switch self {
    case .any: "any value"
    case .bool: "bool"
    case .int: "int"
    case .float: "float"
    case .string, .name, .path, .layer: "string"
    case .choice(let choices): choices.map { "\"\($0)\"" }.joined(separator: " or ")
    case .list: "list"
    case .sequence: "list or range"
    case .record: "record"
    case .function, .callback: "function"
    case .host(let name): name
    case .oneOf(let types):
      types.map(\.description).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        .joined(separator: " or ")
    case .optional(let type): type.description
    }
  }

  /// The limits of a number, for help; empty when it has none.
  public var limits: String {
    switch self {
    case .int(let range) where range != .min ... .max:
      Self.limits(range.lowerBound, range.upperBound)
    case .float(let range) where range != -.infinity ... .infinity:
      Self.limits(range.lowerBound, range.upperBound)
    case .optional(let type): type.limits
    case .oneOf(let types): types.map(\.limits).filter { !$0.isEmpty }.joined(separator: " or ")
    default: ""
    }
  }

  private static func limits(_ low: Int, _ high: Int) -> String {
    high == .max ? "\(low) or more" : "\(low) to \(high)"
  }

  private static func limits(_ low: Double, _ high: Double) -> String {
    high == .infinity
      ? "\(Display.number(low)) or more" : "\(Display.number(low)) to \(Display.number(high))"
  }
}

/// What a builtin calls a function with that it was given.
public enum CallbackArgument: Sendable {
  /// An element of the sequence that a parameter takes.
  case element(of: String)
  /// A record with one element of each sequence among the labels that a parameter collects; what is
  /// no sequence stands for itself.
  case cell(of: String)
  /// A row of a table, as a record.
  case row
  /// A value of the builtin's own making, or of any of the parameters.
  case any
}

/// A parameter of a builtin: its label, what it takes, its default.
public struct Parameter: Sendable {
  public var name: String
  public var type: ParameterType
  /// Nil for a parameter that must be given.
  public var defaultValue: Value?
  /// Takes all remaining positional arguments, as a list.
  public var isVariadic: Bool
  /// Takes all labelled arguments that no other parameter has, as a record.
  public var collectsLabels: Bool
  /// Cannot be given by position: a setting, not a subject.
  public var needsLabel: Bool
  /// One line of help.
  public var summary: String

  public init(
    _ name: String, _ type: ParameterType, default defaultValue: Value? = nil,
    isVariadic: Bool = false, collectsLabels: Bool = false, needsLabel: Bool = false,
    _ summary: String
  ) {
    self.name = name
    self.type = type
    self.defaultValue = defaultValue
    self.isVariadic = isVariadic
    self.collectsLabels = collectsLabels
    self.needsLabel = needsLabel || collectsLabels
    self.summary = summary
  }
}
