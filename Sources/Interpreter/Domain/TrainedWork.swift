import Synchronization

/// The work of a training, shared by the model that came out of it and those made from that one:
/// whichever of them is saved, the work is kept.
final class TrainedWork: Sendable {
  private let isInFile: Atomic<Bool>

  /// - Parameter isSaved: whether a file holds it already, such as the checkpoint of its end.
  init(isSaved: Bool) { isInFile = Atomic(isSaved) }

  var isSaved: Bool { isInFile.load(ordering: .relaxed) }

  func markSaved() { isInFile.store(true, ordering: .relaxed) }
}
