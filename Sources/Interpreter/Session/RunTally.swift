/// The runs of all sweeps of a script or an entry, and how many of them failed: a sweep goes on after
/// a failure, and what ran it still has to know.
struct RunTally {
  private(set) var runs = 0
  private(set) var failed = 0

  mutating func add(runs: Int, failed: Int) {
    self.runs += runs
    self.failed += failed
  }

  /// `2 of 12 runs failed`; nil when none did.
  var summary: String? {
    failed == 0 ? nil : "\(failed) of \(Noun.counted(runs, "run")) failed"
  }
}
