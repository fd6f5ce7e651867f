import Foundation
import QuantRuntime
import Synchronization

/// What signals do: Ctrl-C asks the running statement to stop, a closed pipe is an error of `write`.
///
/// A handler may do next to nothing, so this one counts in atomics; whoever works or reads polls
/// them. SIGTERM and SIGHUP keep their default; readline takes them while it holds the terminal,
/// puts it in order and sends them again.
enum Signals {
  /// The one interruption of the process: a signal belongs to the process, too.
  static let interruption = Interruption()

  private static let isAtPrompt = Atomic<Bool>(false)
  private static let requests = Atomic<Int>(0)

  /// In a script, this many Ctrl-C end the program at once: two asked in vain.
  private static let limit = 3

  static func install() {
    signal(SIGPIPE, SIG_IGN)
    // The handler must find them initialized.
    _ = interruption
    _ = isAtPrompt.load(ordering: .relaxed)
    _ = requests.load(ordering: .relaxed)
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { number in
      Signals.interruption.request()
      let count = Signals.requests.add(1, ordering: .relaxed).newValue
      guard count >= Signals.limit, !Signals.isAtPrompt.load(ordering: .relaxed) else { return }
      signal(number, SIG_DFL)
      raise(number)
    }
    // No SA_RESTART: reading from a terminal or a pipe has to wake up.
    sigemptyset(&action.sa_mask)
    sigaction(SIGINT, &action, nil)
    unblock([SIGINT, SIGTERM, SIGHUP])
  }

  /// A program inherits what its parent blocked, and the threads of a pool block a lot.
  private static func unblock(_ numbers: [Int32]) {
    var set = sigset_t()
    sigemptyset(&set)
    for number in numbers { sigaddset(&set, number) }
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }

  /// From now on Ctrl-C never ends the program.
  static func enterPrompt() { isAtPrompt.store(true, ordering: .relaxed) }
}
