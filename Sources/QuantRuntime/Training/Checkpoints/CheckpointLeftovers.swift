import Foundation

/// What a program that was killed while it wrote a checkpoint has left beside it: `AtomicFile`'s new
/// file `<name>.<process>.<number>.tmp`, as large as the checkpoint.
enum CheckpointLeftovers {
  /// Removes those of processes that are no more. Failing is no harm.
  static func remove(beside path: String) {
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    let folder = target.deletingLastPathComponent().path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where isLeftover(name, of: target.lastPathComponent) {
      unlink("\(folder)/\(name)")
    }
  }

  private static func isLeftover(_ name: String, of target: String) -> Bool {
    guard name.hasPrefix(target + "."), name.hasSuffix(".tmp") else { return false }
    let parts = name.dropFirst(target.count + 1).split(separator: ".")
    guard parts.count == 3, let process = pid_t(parts[0]), process > 0, UInt32(parts[1]) != nil
    else { return false }
    return kill(process, 0) != 0 && errno == ESRCH
  }
}
