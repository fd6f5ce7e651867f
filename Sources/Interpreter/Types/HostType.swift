/// A type of the runtime as the language sees it: its name, and the fields that its values have.
public struct HostType: Sendable {
  /// What messages and `type_of` call it: `model`, `dataset`.
  let name: String
  /// In the order of listings.
  let fields: [StaticType.Field]
  /// Whether values have other fields, each its own, as a table has columns.
  let isOpen: Bool

  init(_ name: String, fields: KeyValuePairs<String, StaticType> = [:], isOpen: Bool = false) {
    self.init(name, fields: fields.map { .init(label: $0.key, type: $0.value) }, isOpen: isOpen)
  }

  init(_ name: String, fields: [StaticType.Field], isOpen: Bool = false) {
    self.name = name
    self.fields = fields
    self.isOpen = isOpen
  }

  /// Every type of the runtime.
  static let all = [
    TableValue.type, DatasetValue.type, AugmentationValue.type, ModelValue.type,
    QuantizerValue.type, ObserverValue.type, BackendValue.type, OptimizerValue.type,
    ScheduleValue.type, EvaluationValue.type, IntegerValue.type, GapValue.type,
  ]

  static func named(_ name: String) -> HostType? { all.first { $0.name == name } }
}
