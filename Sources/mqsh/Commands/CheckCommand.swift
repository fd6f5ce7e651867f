import Foundation
import Interpreter
import QuantRuntime

extension Subcommand {
  /// `mqsh check file.mq ...`: all that is wrong in scripts, without running them.
  static let check = Subcommand(
    "check", operands: "file.mq ...", "Says what is wrong in scripts without running them.",
    usesThreads: false
  ) { launcher, paths in
    guard !paths.isEmpty else { return launcher.misused("'check' needs a file, or - for a pipe") }
    var worst: Int32 = 0
    for path in paths {
      do throws(FileError) {
        let script = try launcher.script(at: path)
        let session = launcher.makeSession(.init(), isInteractive: false)
        let outcome = session.check(script.bytes, name: script.name, folder: script.folder)
        worst = max(worst, outcome.exitCode)
      } catch {
        return launcher.misused(error.message)
      }
    }
    return worst
  }
}
