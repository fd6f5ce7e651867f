import Lang
import QuantRuntime

/// A text that may run.
struct CheckedText {
  let result: FrontEnd.Result
  /// What the names of its top level hold, as the record that an import of it gives.
  let record: StaticType
}

extension SessionContext {
  /// Everything that can be found out about a text before it runs, imported files included.
  ///
  /// - Parameters:
  ///   - folder: where imports start from; nil for text that is in no file.
  ///   - module: the top level that an entry of the prompt goes on with; nil for a file.
  /// - Throws: `Diagnostics` with all that is wrong, in the order of the text.
  func checked(
    _ source: Source, in folder: String?, after module: Module? = nil
  ) throws(Diagnostics) -> CheckedText {
    let analysis = try frontEnd.analyze(
      source, globals: module?.names ?? Globals(), isPrompt: module != nil)
    let result = analysis.result
    let imports = checkImports(of: result.program, in: folder)
    let checker = Checker(
      result.program, result.resolution, context: self,
      module: .init(
        earlier: { module?.type(ofSlot: $0) ?? .unknown },
        imported: { self.importedType($0, in: folder) }))
    let found = checksTypes ? checker.diagnostics : []
    let own = (analysis.nameErrors + found).sorted {
      ($0.primary?.span.start ?? 0) < ($1.primary?.span.start ?? 0)
    }
    guard own.isEmpty, imports.isEmpty else { throw Diagnostics(imports + own) }
    let fields = result.globals.entries.sorted { $0.key < $1.key }.map { name, entry in
      StaticType.Field(label: name, type: checker.globals[entry.slot] ?? .unknown)
    }
    return CheckedText(result: result, record: .record(fields))
  }
}

extension Module {
  /// What is known of a global that earlier entries have set; a variable may be another value by then.
  func type(ofSlot slot: Int) -> StaticType {
    let value = globals[slot]
    guard !value.isMissing,
      !names.entries.values.contains(where: { $0.slot == slot && $0.isMutable })
    else { return .unknown }
    return .value(value)
  }
}
