/// Where a run saves its progress, and what it goes on from.
public struct CheckpointOptions: Hashable, Sendable {
  /// The file to write: at the start, every so often, at an interruption and at the end.
  public var path: String
  /// Steps between two writes, 1 or more; nil writes at the end of each epoch.
  public var every: Int?
  /// The file to go on from; nil to begin, and `path` must then be free.
  public var resume: String?
  /// Name and version of the program; a checkpoint of another one is refused.
  public var program: String

  public init(path: String, every: Int? = nil, resume: String? = nil, program: String) {
    self.path = path
    self.every = every
    self.resume = resume
    self.program = program
  }
}
