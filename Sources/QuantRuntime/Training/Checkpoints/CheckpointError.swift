/// Why a run cannot go on from a checkpoint, or not write one.
public enum CheckpointError: RuntimeFailure, Equatable {
  case missing(path: String)
  /// A new run would write over it.
  case exists(path: String)
  /// A safetensors file with something else in it.
  case foreign
  case version(found: String, supported: Int)
  case damaged(reason: String)
  /// The checkpoint of a run that is another function of other things.
  case otherRun([Difference])

  /// One setting in which two runs differ.
  public struct Difference: Hashable, Sendable {
    public var name: String
    public var saved: String
    public var now: String

    public init(name: String, saved: String, now: String) {
      self.name = name
      self.saved = saved
      self.now = now
    }
  }

  public var code: String {
    switch self {
    case .missing: "checkpoint.missing"
    case .exists: "checkpoint.exists"
    case .foreign: "checkpoint.foreign"
    case .version: "checkpoint.version"
    case .damaged: "checkpoint.damaged"
    case .otherRun: "checkpoint.other_run"
    }
  }

  public var message: String {
    switch self {
    case .missing(let path): "there is no checkpoint '\(path)' to go on from"
    case .exists(let path): "'\(path)' is there already, and a new run would write over it"
    case .foreign: "the file holds no checkpoint of a training"
    case .version(let found, let supported):
      "the checkpoint has format version \(found), and this program reads version \(supported)"
    case .damaged(let reason): "the checkpoint is damaged: \(reason)"
    case .otherRun(let differences):
      "the checkpoint belongs to another run: it differs in "
        + differences.map { "'\($0.name)'" }.joined(separator: ", ")
    }
  }

  public var help: String? {
    switch self {
    case .missing: "leave out 'resume:' to begin"
    case .exists: "go on from it with 'resume: true', or give another path"
    case .foreign, .damaged: "begin anew under another path"
    case .version: "resume with the version of mqsh that wrote it"
    case .otherRun: "resume with the settings of the checkpoint, or begin under another path"
    }
  }

  public var notes: [String] {
    guard case .otherRun(let differences) = self else { return [] }
    return differences.map { "'\($0.name)' was \($0.saved) and is \($0.now) now" }
  }
}
