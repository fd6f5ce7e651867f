import Foundation

/// Writes models for other programs and reads back what it wrote.
public enum Deployer {
  /// Opsets of ONNX that can be asked for.
  public static var opsets: ClosedRange<Int> { ONNXLimits.writtenOpsets }
  /// The first with one scale for each channel.
  public static let defaultOpset = 13

  /// What a model was written to.
  public struct Report: Hashable, Sendable {
    /// Paths, in the order in which they were written.
    public var files: [String]
    public var format: String
    public var opset: Int
    public var facts: DeployFacts
  }

  /// What `write` would say, without touching a file.
  ///
  /// - Throws: as `write`, but for what files cause.
  public static func plan(
    _ model: Model, format: DeployFormat, opset: Int, to path: String
  ) throws -> Report {
    try prepared(model, format, opset, path).report
  }

  /// Writes a model's files, each in one go, and reads each of them again.
  ///
  /// - Parameter access: has to allow every path.
  /// - Throws: `DeployError`, `FoldingError`, `QuantizeError`, `GraphError`, `EngineError`, `FileError`,
  ///   `FileAccessError`.
  public static func write(
    _ model: Model, format: DeployFormat, opset: Int, to path: String,
    access: FileAccess = .everything
  ) throws -> Report {
    let (report, contents) = try prepared(model, format, opset, path)
    for file in report.files { try access.check(file, for: .write) }
    for (file, content) in zip(report.files, contents) {
      try AtomicFile.write(content, to: file)
      guard try AtomicFile.read(file) == content else {
        throw DeployError.check(
          format: format.name, rule: "'\(file)' holds other bytes than were written")
      }
    }
    return report
  }

  private static func prepared(
    _ model: Model, _ format: DeployFormat, _ opset: Int, _ path: String
  ) throws -> (report: Report, contents: [Data]) {
    guard path.hasSuffix(format.suffix) else {
      throw DeployError.suffix(path: path, format: format.name, suffix: format.suffix)
    }
    guard opsets.contains(opset) else { throw DeployError.opset(opset, allowed: opsets) }
    guard !format.needsQuantizers || !model.quantizerNodes.isEmpty else {
      throw DeployError.float(model: model.name, format: format.name)
    }
    guard !model.needsInitialization else { throw DeployError.uninitialized(model: model.name) }
    let deployment = try format.encode(
      DeployRequest(model: model, opset: opset, format: format.name))
    let stem = path.dropLast(format.suffix.count)
    let report = Report(
      files: deployment.files.map { stem + $0.ending }, format: format.name, opset: opset,
      facts: deployment.facts)
    return (report, deployment.files.map(\.content))
  }
}
