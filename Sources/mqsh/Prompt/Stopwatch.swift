import Foundation

/// The time since it was made, on the clock and on the processors.
struct Stopwatch {
  private let start = ContinuousClock.now
  private let cpuAtStart = Stopwatch.cpuSeconds

  /// `took 1.234 s, 2.345 s of cpu`.
  var text: String {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    return String(
      format: "took %.3f s, %.3f s of cpu", seconds, Self.cpuSeconds - cpuAtStart)
  }

  /// Of all threads, in the program and in the system.
  private static var cpuSeconds: Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return [usage.ru_utime, usage.ru_stime].reduce(0) {
      $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6
    }
  }
}
