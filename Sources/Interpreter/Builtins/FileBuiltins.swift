import Foundation
import QuantRuntime

/// A host value that can be written to a file of its own format.
public protocol SavableValue: HostValue {
  /// - Throws: a `RuntimeFailure` when the path's ending is wrong or the file cannot be written.
  func save(to path: String) throws
}

/// A path whose ending is not that of the value's format.
struct SavePathError: RuntimeFailure {
  /// What is saved: `model`.
  var type: String
  var ending: String
  var path: String
  var code: String { "save.format" }
  var message: String { "\(Noun.withArticle(type)) is saved as \(ending), not as '\(path)'" }
  var help: String? { "end the path in \(ending)" }
}

/// Files. Every write replaces the whole file in one go.
enum FileBuiltins {
  static let all = [save, exists]

  private static let save = Builtin(
    "save", family: "files", "Writes a value to a file; the path's ending chooses the format.",
    details: """
      Tables and lists of records: .csv .tsv .json .jsonl .md .tex. Models: .safetensors. Backends: .json.
      Strings: any other ending. The folder is made when it is missing. A reader never sees half a file.
      """,
    parameters: [
      Parameter("value", .any, "A table, a list of records, a string, a model or a backend."),
      Parameter("path", .path(.write), "Where to."),
      Parameter(
        "append", .bool, default: .bool(false), needsLabel: true,
        "Adds rows to a csv, tsv or jsonl file of the same columns."),
    ],
    result: .argument("value"), examples: [.init("save(table([(a: 1)]), \"example.csv\").a", "[1]")]
  ) { call in
    let content = try call.blaming("value") { try FileBuiltins.content(call) }
    try call.blaming("path") { try call.session.work.save(content, to: call.string("path"), call) }
    return call["value"]
  }

  private static func content(_ call: Call) throws -> SavedContent {
    let append = call.bool("append")
    switch call["value"] {
    case .host(let box):
      if let table = box.value.table { return .table(table, append: append) }
      if let value = box.value as? any SavableValue { return .value(value) }
    case .list(let list): return .table(try table(list.elements, call), append: append)
    case .string(let text): return .text(text.value)
    default: break
    }
    throw call.failure("save.type", "\(Noun.withArticle(call["value"].typeName)) cannot be saved")
  }

  private static let exists = Builtin(
    "exists", family: "files", "Whether there is a file or a folder at a path.",
    parameters: [Parameter("path", .path(.read), "A path.")], result: .bool,
    examples: [.init("exists(\"no/such/file\")", "false")]
  ) { call in .bool(call.session.work.exists(call.string("path"))) }

  private static func table(_ records: [Value], _ call: Call) throws -> Table {
    try Table(
      records: records.map { value in
        try call.checkInterruption()
        guard case .record(let record) = value else {
          throw call.failure("save.type", "only lists of records can be saved as a table")
        }
        return try zip(record.labels, record.values).map {
          ($0, try $1.cell(until: call.session.interruption))
        }
      })
  }

  /// Makes the folder of a file that is to be written.
  static func makeFolder(of path: String) throws(FileError) {
    let folder = PathName(path).folder
    guard !folder.isEmpty, !FileManager.default.fileExists(atPath: folder) else { return }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw .unwritable(path: path, reason: "its folder cannot be made")
    }
  }
}
