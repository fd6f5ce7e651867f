import QuantRuntime

/// A value of the runtime as the language sees it. The core of the interpreter knows no more of
/// models and tables than this.
public protocol HostValue: Sendable {
  static var type: HostType { get }
  /// One line, for values inside of others and for interpolation.
  var summary: String { get }
  /// What the prompt shows, without a final newline; lines should fit the area.
  func display(in area: TextArea) -> String
  /// Lines that the prompt adds below a table for people.
  func notes(in area: TextArea) -> [String]
  /// The names that `value.field` can read, in the order of listings.
  var fieldNames: [String] { get }
  func field(_ name: String) -> Value?
  /// As `field(_:)`, for a value with a field that takes long to find.
  ///
  /// - Throws: `Interrupted`.
  func field(_ name: String, until interruption: Interruption) throws -> Value?
  func isEqual(to other: any HostValue) -> Bool
  /// The value as a table, when it has rows: what `print` writes in the chosen format.
  var table: Table? { get }
  /// The layers that strings can name, with a word on each.
  var layers: [(name: String, summary: String)] { get }
  /// A few characters for the prompt while this is what is worked on; nil for what shows none.
  var badge: String? { get }
  /// Whether it holds work, such as a training, that is in no file.
  var holdsUnsavedWork: Bool { get }
}

extension HostValue {
  /// What messages and `type_of` call it.
  public var typeName: String { Self.type.name }
  public func display(in area: TextArea) -> String { summary }
  public func notes(in area: TextArea) -> [String] { [] }
  public var fieldNames: [String] { Self.type.fields.map(\.label) }
  public func field(_ name: String) -> Value? { nil }
  public func field(_ name: String, until interruption: Interruption) throws -> Value? {
    field(name)
  }
  public var table: Table? { nil }
  public var layers: [(name: String, summary: String)] { [] }
  public var badge: String? { nil }
  public var holdsUnsavedWork: Bool { false }
}

extension HostValue where Self: Equatable {
  public func isEqual(to other: any HostValue) -> Bool { (other as? Self) == self }
}

/// A boxed value of the runtime.
public final class HostBox: Sendable {
  public let value: any HostValue
  init(_ value: any HostValue) { self.value = value }
}
