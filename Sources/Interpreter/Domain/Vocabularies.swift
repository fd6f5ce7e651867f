import Foundation
import QuantRuntime

extension Vocabulary {
  /// What `help` explains; it answers for wrong names itself.
  static let functions = Vocabulary(
    "function",
    entries: { BuiltinCatalog.all.map { Entry(name: $0.name, summary: $0.summary) } },
    check: { _ in })

  static let models = Vocabulary(
    "model",
    entries: { ModelCatalog.all.map { Entry(name: $0.name, summary: $0.summary) } },
    check: { value in
      guard case .string(let name) = value, !ModelCatalog.names.contains(name.value) else { return }
      throw ModelError.unknownModel(name: name.value, known: ModelCatalog.names)
    })

  /// Names beside which paths are allowed: what cannot be one, and names no set, is refused.
  static let datasets = Vocabulary(
    "data set",
    entries: { DatasetCatalog.names.map { Entry(name: $0, summary: "") } },
    check: { value in
      guard case .string(let text) = value, !DatasetCatalog.names.contains(text.value),
        !text.value.contains("/"), !FileManager.default.fileExists(atPath: text.value)
      else { return }
      throw DataError.unknownSet(name: text.value, known: DatasetCatalog.names)
    })

  static let folds = Vocabulary(
    "folding strategy",
    entries: { FoldingCatalog.all.map { Entry(name: $0.name, summary: $0.summary) } },
    check: { _ = try QuantizationBuiltins.fold($0) })

  static let graphModes = Vocabulary(
    "graph mode",
    entries: { GraphModeCatalog.all.map { Entry(name: $0.name, summary: $0.summary) } },
    check: { _ = try QuantizationBuiltins.graphMode($0) })

  static let deployFormats = Vocabulary(
    "format",
    entries: { DeployCatalog.all.map { Entry(name: $0.name, summary: $0.summary) } },
    check: { value in
      guard case .string(let name) = value else { return }
      _ = try DeployCatalog.format(name.value)
    })

  static let algorithms = Vocabulary(
    "algorithm",
    entries: { QuantizerCatalog.all.map { Entry(name: $0.name, summary: $0.summary) } },
    check: { value in
      guard case .string(let name) = value else { return }
      _ = try QuantizerCatalog.algorithm(name.value)
    })
}
