import CKernels
import Foundation

/// How long the threads of the team wait for each other before they give up their core.
///
/// libgomp lets them spin for 300,000 turns. Two programs that share a machine then spend their time
/// slices waiting for threads that the other one keeps from running: four small trainings at once on
/// two cores took 8 to 47 s, where one takes 0.3 s, and 4 s with the limit. Alone, a step takes as long
/// with the limit as without; with a tenth of it, or none, small steps take twice as long.
public enum ThreadWaiting {
  /// What a user says about waiting stays as it is.
  private static let variables = ["GOMP_SPINCOUNT", "OMP_WAIT_POLICY"]

  /// Sees to it that the limit holds, unless the user has said something else. To be called before
  /// anything else.
  ///
  /// libgomp reads its environment before `main`, and has no function for this; nearly always it has
  /// been told in time. Else the program starts again with the limit in its environment, which takes as
  /// long as all of the start before; where it cannot, it goes on without.
  public static func limit() {
    if mq_wait_is_limited() != 0 { return }
    guard variables.allSatisfy({ getenv($0) == nil }) else { return }
    var path = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    guard readlink("/proc/self/exe", &path, path.count - 1) > 0 else { return }
    putenv(mq_wait_limit())
    execv(path, CommandLine.unsafeArgv)
  }
}
