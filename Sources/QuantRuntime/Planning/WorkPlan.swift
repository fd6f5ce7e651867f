/// What a script would do: its sweeps with their runs, and all that goes through a network.
public struct WorkPlan: Sendable {
  public internal(set) var sweeps: [Sweep] = []
  public internal(set) var runs: [Run] = []
  public internal(set) var tasks: [Task] = []
  /// Every kind of pass that the tasks are made of.
  public internal(set) var passes: [Pass] = []
  /// What a reader has to know besides.
  public internal(set) var notes: [String] = []

  public init() {}

  /// Where something stands in a script.
  public struct Place: Hashable, Sendable, CustomStringConvertible {
    /// The name of the text.
    public var source: String
    /// From 1.
    public var line: Int

    public init(source: String, line: Int) {
      self.source = source
      self.line = line
    }

    public var description: String { "line \(line) of \(source)" }
  }

  public struct Sweep: Sendable {
    public var place: Place
    public var axes: [SweepGrid.Axis]
    /// Combinations, those left out included.
    public var cells: Int
    /// Combinations to run.
    public var chosen: Int
    /// The run that it is part of; nil at the top.
    public var parent: Int?
  }

  public struct Run: Sendable {
    /// Its place among `sweeps`.
    public var sweep: Int
    /// Within its sweep, from 1.
    public var number: Int
    /// What its values on the axes are called.
    public var labels: [Cell]
    /// The run that its sweep is part of.
    public var parent: Int?
    /// Why it would fail.
    public var error: String?
  }

  /// One training, scoring or other work that images go through a network for.
  public struct Task: Sendable {
    public var kind: Kind
    public var place: Place
    /// The innermost run that it is part of; nil outside of sweeps.
    public var run: Int?
    public var model: String
    public var data: String
    /// That go through a network, once for each time they do.
    public var images: Int
    /// Updates of a training, else passes.
    public var steps: Int
    /// Images of a pass.
    public var batch: Int
    /// How often it makes which pass.
    public var parts: [Part]
    /// Equal for work with equal results.
    public var fingerprint: String

    public enum Kind: String, Sendable, CaseIterable {
      case train
      case evaluate
      case foldError = "fold_error"
      case profile
      case calibrate
      case recalibrate = "recalibrate_bn"
      case gap
      case agreement
      case reconstruct
      case correctBias = "correct_bias"
      case whatif
      case sensitivity
      case bench
    }
  }

  public struct Part: Hashable, Sendable {
    /// Its place among `passes`.
    public var pass: Int
    public var count: Int
  }

  public struct Pass: Sendable {
    public var pass: PlannedPass
    /// Of its plan, without weights and data.
    public var memoryBytes: Int
    public var macs: Double
  }
}

extension WorkPlan {
  /// The outermost run that a run is part of.
  func root(of run: Int) -> Int {
    var run = run
    while let parent = runs[run].parent { run = parent }
    return run
  }

  /// For each run, the tasks of it and of the sweeps in it.
  func tasksOfRuns() -> [[Int]] {
    var result = Array(repeating: [Int](), count: runs.count)
    for (index, task) in tasks.enumerated() {
      var run = task.run
      while let place = run {
        result[place].append(index)
        run = runs[place].parent
      }
    }
    return result
  }
}
