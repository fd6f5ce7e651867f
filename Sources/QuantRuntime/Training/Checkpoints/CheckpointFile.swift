import Foundation

/// A checkpoint in one file: safetensors whose metadata holds position, signs and identity.
///
/// The tensors are `model.<state entry>` and `optimizer.<memory>.<state entry>`. The metadata has
/// `format` = `mqsh-checkpoint`, `version`, `run`, a JSON with sorted keys, and `checksum`, the CRC-32
/// of that JSON and of all tensors. Equal checkpoints are equal bytes.
enum CheckpointFile {
  /// Grows with every change of the format; older files are refused, as those of older programs are.
  static let version = 1
  private static let format = "mqsh-checkpoint"
  private static let modelPrefix = "model."
  private static let optimizerPrefix = "optimizer."

  private struct Run: Codable {
    var identity: RunIdentity
    var position: TrainingPosition
    var signs: [String: QuantSpec.Sign]?
  }

  /// Writes atomically: a checkpoint that was there is whole until the new one is.
  static func write(
    _ checkpoint: Checkpoint, of identity: RunIdentity, to path: String
  ) throws {
    try AtomicFile.write(encode(checkpoint, of: identity), to: path)
  }

  /// - Throws: `CheckpointError` when the file is missing, no checkpoint, damaged or of another run,
  ///   `FileError` when it cannot be read.
  static func read(_ path: String, of identity: RunIdentity) throws -> Checkpoint {
    guard FileManager.default.fileExists(atPath: path) else {
      throw CheckpointError.missing(path: path)
    }
    return try decode(AtomicFile.read(path), of: identity)
  }

  static func encode(_ checkpoint: Checkpoint, of identity: RunIdentity) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let run = try encoder.encode(
      Run(identity: identity, position: checkpoint.position, signs: checkpoint.signs))
    var tensors: [String: Tensor] = [:]
    for (name, tensor) in checkpoint.state { tensors[modelPrefix + name] = tensor }
    for (name, tensor) in checkpoint.optimizer { tensors[optimizerPrefix + name] = tensor }
    let text = String(decoding: run, as: UTF8.self)
    return try SafeTensors.encode(
      tensors,
      metadata: [
        "format": format, "version": "\(version)", "run": text,
        "checksum": checksum(text, tensors),
      ])
  }

  static func decode(_ data: Data, of identity: RunIdentity) throws -> Checkpoint {
    let (tensors, metadata) = try contents(data)
    guard metadata["format"] == format else { throw CheckpointError.foreign }
    guard metadata["version"] == "\(version)" else {
      throw CheckpointError.version(found: metadata["version"] ?? "none", supported: version)
    }
    let text = metadata["run"] ?? ""
    guard metadata["checksum"] == checksum(text, tensors) else {
      throw CheckpointError.damaged(reason: "its checksum is wrong")
    }
    guard let run = try? JSONDecoder().decode(Run.self, from: Data(text.utf8)) else {
      throw CheckpointError.damaged(reason: "its description cannot be read")
    }
    let differences = identity.differences(from: run.identity)
    guard differences.isEmpty else { throw CheckpointError.otherRun(differences) }
    return Checkpoint(
      state: part(tensors, modelPrefix), optimizer: part(tensors, optimizerPrefix),
      signs: run.signs, position: run.position)
  }

  private static func contents(
    _ data: Data
  ) throws(CheckpointError) -> (tensors: [String: Tensor], metadata: [String: String]) {
    do throws(SafeTensorsError) {
      return try SafeTensors.decode(data)
    } catch {
      throw .damaged(reason: error.message)
    }
  }

  private static func checksum(_ run: String, _ tensors: [String: Tensor]) -> String {
    var sum = Checksum()
    sum.add(Data(run.utf8))
    return sum.text + Checksum.of(tensors)
  }

  private static func part(_ tensors: [String: Tensor], _ prefix: String) -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    for (name, tensor) in tensors where name.hasPrefix(prefix) {
      result[String(name.dropFirst(prefix.count))] = tensor
    }
    return result
  }
}
