import Foundation
import QuantRuntime

/// A command of the shell that has the terminal until it ends: a pager, an editor, what `!` runs.
///
/// `posix_spawn` and not `Process`, which would put it into a process group of its own: it could not
/// read the terminal there.
struct ForegroundProgram {
  /// Where what is written to it goes; nil when it reads the terminal itself.
  let input: Descriptor?
  private let process: pid_t

  /// - Parameters:
  ///   - takesInput: whether it reads what is written to `input`.
  ///   - variables: set for it beside those of this program.
  /// - Throws: `ProgramError` when it cannot be started.
  init(
    _ command: String, takesInput: Bool = false, variables: [String: String] = [:]
  ) throws(ProgramError) {
    var ends: [Int32] = [-1, -1]
    if takesInput {
      guard pipe(&ends) == 0 else { throw ProgramError(command, errno) }
      // The program must not hold its own input open.
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }
    defer { if takesInput { close(ends[0]) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if takesInput {
      posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO)
    } else if isatty(STDIN_FILENO) == 0 {
      // What is piped in are entries.
      posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    }
    var process = pid_t()
    let problem = Self.spawn(&process, command, &actions, variables)
    guard problem == 0 else {
      if takesInput { close(ends[1]) }
      throw ProgramError(command, problem)
    }
    self.process = process
    input = takesInput ? Descriptor(number: ends[1]) : nil
  }

  /// Signals of the terminal are meant for the program while it runs; it begins with those that this
  /// program ignores, or ignores now, as they were.
  private static func spawn(
    _ process: inout pid_t, _ command: String, _ actions: inout posix_spawn_file_actions_t,
    _ variables: [String: String]
  ) -> Int32 {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for number in [SIGPIPE, SIGINT, SIGQUIT] { sigaddset(&defaults, number) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    let environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
    let arguments: [String] = ["sh", "-c", command]
    let words = arguments.map { strdup($0) } + [nil]
    let values = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for word in words + values { free(word) } }
    return posix_spawn(&process, "/bin/sh", &actions, &attributes, words, values)
  }

  private static let pollMicroseconds: UInt32 = 10_000

  /// Waits for its end. Ctrl-C goes to the program alone; a signal that ends this program ends it, too.
  ///
  /// - Returns: its exit code, as shells report it.
  func finish() -> Int32 {
    if let input { close(input.number) }
    return Signals.leavingInterruptsAlone {
      var status: Int32 = 0
      var isTold = false
      while waitpid(process, &status, WNOHANG) == 0 {
        if Signals.exitCode != nil, !isTold {
          isTold = true
          kill(process, SIGTERM)
        }
        usleep(Self.pollMicroseconds)
      }
      return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    }
  }
}

/// Another program that could not be started.
struct ProgramError: RuntimeFailure, Equatable {
  private let command: String
  private let number: Int32

  fileprivate init(_ command: String, _ number: Int32) {
    self.command = command
    self.number = number
  }

  var code: String { "prompt.program" }
  var message: String { "cannot run '\(command)': \(systemErrorText(number))" }
}
