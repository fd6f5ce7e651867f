import Foundation

/// A hardware profile in a JSON file that people can read and write.
///
/// One object: `format` = `mqsh-backend`, `version`, then every field of `ProfileField` in its order.
/// Reading is strict: each field must be there with a value that it takes, and nothing else.
public enum ProfileFile {
  /// Grows whenever older programs could not read what newer ones write.
  static let version = 2
  private static let format = "mqsh-backend"

  /// Writes atomically: an existing file is whole until the new one is.
  ///
  /// - Throws: `FileError` when it cannot be written.
  public static func write(_ profile: HardwareProfile, to path: String) throws {
    try AtomicFile.write(encode(profile), to: path)
  }

  /// - Throws: `FileError` when it cannot be read, `ProfileFileError` for one that holds no profile.
  public static func read(_ path: String) throws -> HardwareProfile {
    try decode(AtomicFile.read(path))
  }

  static func encode(_ profile: HardwareProfile) -> Data {
    let fields = ProfileField.all.map { field in
      switch field.value(profile) {
      case .text(let text): "\(quoted(field.name)): \(quoted(text))"
      case .flag(let flag): "\(quoted(field.name)): \(flag)"
      }
    }
    let lines = ["\"format\": \(quoted(format))", "\"version\": \(version)"] + fields
    return Data("{\n  \(lines.joined(separator: ",\n  "))\n}\n".utf8)
  }

  static func decode(_ data: Data) throws(ProfileFileError) -> HardwareProfile {
    guard let object = try? JSONDecoder().decode([String: Scalar].self, from: data) else {
      throw .syntax
    }
    guard object["format"] == .text(format) else { throw .foreign }
    guard case .number(let found)? = object["version"], found >= 1 else { throw .foreign }
    guard found <= Double(version) else { throw .newer(found: found, supported: version) }
    let known = ["format", "version"] + ProfileField.all.map(\.name)
    if let unknown = object.keys.sorted().first(where: { !known.contains($0) }) {
      throw .unknownKey(unknown, known: known)
    }
    let missing = known.filter { object[$0] == nil }
    guard missing.isEmpty else { throw .missingKeys(missing) }
    // Any profile will do to start from: every field is set.
    var result = HardwareCatalog.all[0]
    for field in ProfileField.all {
      let found = object[field.name] ?? .other
      guard let value = found.fieldValue, let next = try? field.setting(value, in: result) else {
        throw .value(key: field.name, found: found.description, kind: field.kind)
      }
      result = next
    }
    return result
  }

  private static func quoted(_ text: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }

  /// A JSON value that is no array and no object, or the fact that it is one.
  private enum Scalar: Decodable, Equatable, CustomStringConvertible {
    case text(String)
    case flag(Bool)
    case number(Double)
    case other

    init(from decoder: any Decoder) throws {
      guard let container = try? decoder.singleValueContainer() else {
        self = .other
        return
      }
      if let flag = try? container.decode(Bool.self) {
        self = .flag(flag)
      } else if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else if let text = try? container.decode(String.self) {
        self = .text(text)
      } else {
        self = .other
      }
    }

    var description: String {
      switch self {
      case .text(let text): text
      case .flag(let flag): "\(flag)"
      case .number(let number): Cell.float(number).rounded
      case .other: "a list, an object or null"
      }
    }

    var fieldValue: ProfileField.Value? {
      switch self {
      case .text(let text): .text(text)
      case .flag(let flag): .flag(flag)
      case .number, .other: nil
      }
    }
  }
}

/// A JSON file without a readable hardware profile.
public enum ProfileFileError: RuntimeFailure, Equatable {
  /// Not one JSON object.
  case syntax
  /// JSON, but no profile.
  case foreign
  case newer(found: Double, supported: Int)
  case unknownKey(String, known: [String])
  case missingKeys([String])
  case value(key: String, found: String, kind: ProfileField.Kind)

  public var code: String {
    switch self {
    case .syntax: "backend_file.syntax"
    case .foreign: "backend_file.foreign"
    case .newer: "backend_file.newer"
    case .unknownKey: "backend_file.key"
    case .missingKeys: "backend_file.missing"
    case .value: "backend_file.value"
    }
  }

  public var message: String {
    switch self {
    case .syntax: "the file is not one JSON object"
    case .foreign: "the file is JSON but no mqsh backend"
    case .newer(let found, let supported):
      "the file has format version \(Cell.float(found).rounded), and this program reads up to "
        + "\(supported)"
    case .unknownKey(let key, _): "the file has a key '\(key)' that a backend does not have"
    case .missingKeys(let keys):
      "the file lacks \(keys.count == 1 ? "the key" : "the keys") "
        + keys.map { "'\($0)'" }.joined(separator: ", ")
    case .value(let key, let found, let kind): "'\(key)' in the file takes \(kind), not '\(found)'"
    }
  }

  public var help: String? {
    switch self {
    case .unknownKey(let key, let known):
      closestName(to: key, among: known).map { "did you mean '\($0)'?" }
    case .syntax, .foreign, .missingKeys:
      "save(tensorrt, \"example.json\") writes one to start from"
    case .newer: "read it with the version of mqsh that wrote it, or a newer one"
    case .value(_, let found, .choice(let choices)):
      closestName(to: found, among: choices).map { "did you mean \"\($0)\"?" }
    case .value: nil
    }
  }
}
