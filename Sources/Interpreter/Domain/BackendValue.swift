import QuantRuntime

/// A hardware profile as a value of the language.
struct BackendValue: SavableValue, Equatable {
  let content: HardwareProfile

  static let type = HostType(
    "backend",
    fields: ProfileField.all.map { field in
      .init(label: field.name, type: field.kind == .flag ? .bool : .string)
    })
  var summary: String { content.name }

  func display(in area: TextArea) -> String {
    let column = ProfileField.all.map(\.name.count).max() ?? 0
    return ProfileField.all.map { field in
      let gap = String(repeating: " ", count: column - field.name.count + 2)
      return field.name + gap + field.value(content).description
    }.joined(separator: "\n")
  }

  func field(_ name: String) -> Value? {
    switch (try? ProfileField.named(name))?.value(content) {
    case .text(let text): .text(text)
    case .flag(let flag): .bool(flag)
    case nil: nil
    }
  }

  func save(to path: String) throws {
    guard path.hasSuffix(".json") else {
      throw SavePathError(type: typeName, ending: ".json", path: path)
    }
    try ProfileFile.write(content, to: path)
  }

  /// A copy with the labelled fields changed.
  ///
  /// - Parameter function: whose call is to blame for a label or value that does not fit.
  /// - Throws: `ArgumentError.refused`.
  func with(
    _ changes: [(label: String, value: Value)], function: String
  ) throws(ArgumentError) -> BackendValue {
    do throws(ProfileError) {
      var values: [(field: String, value: ProfileField.Value)] = []
      for (label, value) in changes {
        values.append((label, try Self.fieldValue(value, of: ProfileField.named(label))))
      }
      return BackendValue(content: try content.with(values))
    } catch {
      throw .refused(parameter: error.field, function: function, reason: error)
    }
  }

  private static func fieldValue(
    _ value: Value, of field: ProfileField
  ) throws(ProfileError) -> ProfileField.Value {
    switch value {
    case .string(let text): return .text(text.value)
    case .bool(let flag): return .flag(flag)
    default:
      throw .value(field: field.name, found: Display.inline(value), kind: field.kind)
    }
  }
}
