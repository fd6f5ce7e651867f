import Foundation

/// Writes the checkpoints of one run and reads the one that it goes on from.
///
/// A class because it remembers the last step that was written.
final class CheckpointKeeper {
  /// What the run goes on from; nil for a new run.
  let resumed: Checkpoint?
  private let options: CheckpointOptions
  private let identity: RunIdentity
  private var writtenStep: Int?

  /// - Throws: `CheckpointError` when the file to resume from is missing, damaged or of another run,
  ///   or when a new run would write over a file that is there; `FileError`.
  init(_ options: CheckpointOptions, of identity: RunIdentity) throws {
    self.options = options
    self.identity = identity
    resumed = try options.resume.map { try CheckpointFile.read($0, of: identity) }
    if options.path == options.resume {
      writtenStep = resumed?.position.step
    } else if FileManager.default.fileExists(atPath: options.path) {
      throw CheckpointError.exists(path: options.path)
    }
  }

  /// Writes the first checkpoint of a file, so that a path that cannot be written is found before
  /// hours of training and not after them.
  func begin(_ checkpoint: () -> Checkpoint) throws {
    CheckpointLeftovers.remove(beside: options.path)
    guard writtenStep == nil else { return }
    try write(checkpoint())
  }

  /// Writes when it is time.
  func stepDone(
    _ step: Int, isEpochOver: Bool, _ checkpoint: () -> Checkpoint,
    _ report: (TrainingEvent) -> Void
  ) {
    guard options.every.map({ step.isMultiple(of: $0) }) ?? isEpochOver else { return }
    end(step: step, checkpoint, report)
  }

  /// Writes unless this step is in the file already. A run is worth more than its checkpoint: a
  /// failure is reported and not thrown.
  func end(step: Int, _ checkpoint: () -> Checkpoint, _ report: (TrainingEvent) -> Void) {
    guard writtenStep != step else { return }
    do {
      try write(checkpoint())
    } catch let error as FileError {
      report(.checkpointFailed(error))
    } catch {
      report(.checkpointFailed(.unwritable(path: options.path, reason: "it cannot be encoded")))
    }
  }

  private func write(_ checkpoint: Checkpoint) throws {
    try CheckpointFile.write(checkpoint, of: identity, to: options.path)
    writtenStep = checkpoint.position.step
  }
}
