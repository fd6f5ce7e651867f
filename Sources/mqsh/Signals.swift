import Foundation
import QuantRuntime
import Synchronization

/// What signals do: Ctrl-C asks the running statement to stop, SIGTERM and SIGHUP ask the program to
/// end, a closed pipe is an error of `write`.
///
/// A handler may do next to nothing, so these store to atomics; whoever works or reads polls them.
/// readline has handlers of its own while it holds the terminal; it puts the terminal in order and
/// sends the signal again.
enum Signals {
  /// The one interruption of the process: a signal belongs to the process, too.
  static let interruption = Interruption()

  private static let isAtPrompt = Atomic<Bool>(false)
  private static let requests = Atomic<Int>(0)
  /// The signal that ends the program; 0 for none.
  private static let ending = Atomic<Int32>(0)

  /// In a script, this many Ctrl-C end the program at once: two asked in vain.
  private static let limit = 3

  /// The exit code of a program that a signal ends, as shells report it; nil when none has.
  static var exitCode: Int32? {
    let number = ending.load(ordering: .relaxed)
    return number == 0 ? nil : 128 + number
  }

  static func install() {
    signal(SIGPIPE, SIG_IGN)
    // The handlers must find them initialized.
    _ = interruption
    _ = isAtPrompt.load(ordering: .relaxed)
    _ = requests.load(ordering: .relaxed)
    _ = ending.load(ordering: .relaxed)
    handle(SIGINT) { number in
      Signals.interruption.request()
      let count = Signals.requests.add(1, ordering: .relaxed).newValue
      guard count >= Signals.limit, !Signals.isAtPrompt.load(ordering: .relaxed) else { return }
      Signals.die(of: number)
    }
    for number in [SIGTERM, SIGHUP] where !isIgnored(number) {
      handle(number) { number in
        // The second one ends the program at once.
        if Signals.ending.exchange(number, ordering: .relaxed) != 0 { Signals.die(of: number) }
        Signals.interruption.requestEnd()
      }
    }
    unblock([SIGINT, SIGTERM, SIGHUP])
  }

  /// From now on Ctrl-C never ends the program.
  static func enterPrompt() { isAtPrompt.store(true, ordering: .relaxed) }

  /// Does something while Ctrl-C and Ctrl-\\ are meant for another program on the same terminal.
  static func leavingInterruptsAlone<Result>(_ body: () -> Result) -> Result {
    let numbers = [SIGINT, SIGQUIT]
    let before = numbers.map { number in
      var ignore = sigaction()
      var old = sigaction()
      ignore.__sigaction_handler.sa_handler = SIG_IGN
      sigaction(number, &ignore, &old)
      return old
    }
    defer {
      for (number, var old) in zip(numbers, before) { sigaction(number, &old, nil) }
    }
    return body()
  }

  /// No SA_RESTART: reading from a terminal or a pipe has to wake up.
  private static func handle(_ number: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = handler
    sigemptyset(&action.sa_mask)
    sigaction(number, &action, nil)
  }

  /// Whoever started the program, such as `nohup`, may want it to live on.
  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(number, nil, &action) == 0, let handler = action.__sigaction_handler.sa_handler
    else { return false }
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  private static func die(of number: Int32) {
    signal(number, SIG_DFL)
    raise(number)
  }

  /// A program inherits what its parent blocked, and the threads of a pool block a lot.
  private static func unblock(_ numbers: [Int32]) {
    var set = sigset_t()
    sigemptyset(&set)
    for number in numbers { sigaddset(&set, number) }
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }
}
