import Foundation
import Testing

/// The built `mqsh` in a terminal of its own, typed into and read like a person would.
///
/// `posix_spawn` and not `Process`: the program has to lead a session whose controlling terminal this
/// is, or Ctrl-C would be no signal.
final class PseudoTerminal {
  private let master: Int32
  private let process: pid_t
  private var status: Int32?
  /// All bytes that came.
  private var received: [UInt8] = []
  /// All that has been shown, without carriage returns and without the sequences that switch modes,
  /// colors and the cursor.
  private(set) var transcript = ""
  /// Where the next `expect` starts to look.
  private var mark: String.Index
  /// What a person sees.
  private(set) var screen: Screen

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// What the C library's headers show to no Swift: TIOCSPTLCK, TIOCGPTN, POSIX_SPAWN_SETSID.
  private enum Linux {
    static let unlock: UInt = 0x4004_5431
    static let number: UInt = 0x8004_5430
    static let newSession: Int16 = 0x80
  }

  init(
    _ arguments: [String] = [], environment: [String: String] = [:], columns: Int = 100,
    rows: Int = 24
  ) throws {
    mark = transcript.startIndex
    screen = Screen(columns: columns, rows: rows)
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var isLocked: Int32 = 0
    var number: Int32 = 0
    guard master >= 0, ioctl(master, Linux.unlock, &isLocked) == 0,
      ioctl(master, Linux.number, &number) == 0
    else { throw Failure(description: "no pseudo-terminal") }
    let name = "/dev/pts/\(number)"
    Self.setSize(master, columns, rows)
    try Self.keepOutputAcrossInterrupts(master)

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The first terminal that a session's leader opens becomes its controlling one.
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, name, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDERR_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Linux.newSession)

    var words = ([Command.path] + arguments).map { strdup($0) } + [nil]
    var variables = Command.environment(environment).map { strdup("\($0)=\($1)") } + [nil]
    defer { for word in words + variables { free(word) } }
    var process = pid_t()
    let problem = posix_spawn(&process, Command.path, &actions, &attributes, &words, &variables)
    self.process = process
    guard problem == 0 else { throw Failure(description: String(cString: strerror(problem))) }
  }

  /// A terminal throws away the output that nobody has read when it sees Ctrl-C. A person misses
  /// nothing, but a test that waits for what the first of two Ctrl-C brings up could wait for good.
  private static func keepOutputAcrossInterrupts(_ master: Int32) throws {
    var settings = termios()
    guard tcgetattr(master, &settings) == 0 else {
      throw Failure(description: String(cString: strerror(errno)))
    }
    settings.c_lflag |= tcflag_t(NOFLSH)
    guard tcsetattr(master, TCSANOW, &settings) == 0 else {
      throw Failure(description: String(cString: strerror(errno)))
    }
  }

  deinit {
    if status == nil {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
    close(master)
  }

  func send(_ text: String) {
    _ = Array(text.utf8).withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
  }

  /// Types a line when the prompt is there.
  func enter(_ line: String, prompt: String = "mqsh> ") throws {
    try expect(prompt)
    send(line + "\r")
  }

  func signal(_ number: Int32) { kill(process, number) }

  /// What a terminal sends for a text from the clipboard.
  func paste(_ text: String) {
    send("\u{1B}[200~\(text.replacingOccurrences(of: "\n", with: "\r"))\u{1B}[201~")
  }

  /// Changes the window when nothing more comes from the program; the system sends the signal.
  func resize(columns: Int, rows: Int) {
    settle()
    screen.resize(columns: columns, rows: rows)
    Self.setSize(master, columns, rows)
  }

  private static func setSize(_ master: Int32, _ columns: Int, _ rows: Int) {
    var size = winsize(
      ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  /// Reads until nothing has come for a while.
  private func settle() {
    var count = -1
    while count < received.count {
      count = received.count
      guard readMore(milliseconds: 200) else { return }
    }
  }

  /// Waits until the screen is as it should be.
  func expect(screen description: String, _ isReached: (Screen) -> Bool) throws {
    let deadline = Date(timeIntervalSinceNow: Command.patience)
    while !isReached(screen) {
      guard Date() < deadline, readMore() else {
        throw Failure(
          description: "\(description) never came; the screen, cursor at \(screen.cursor):\n"
            + screen.text)
      }
    }
  }

  /// Waits until the screen ends in these rows.
  func expect(rows: String...) throws {
    try expect(screen: rows.joined(separator: "\n")) { $0.rows.suffix(rows.count) == rows }
  }

  /// Whether the terminal edits and echoes lines itself, as it did before the program started.
  var isCooked: Bool {
    var settings = termios()
    guard tcgetattr(master, &settings) == 0 else { return false }
    return settings.c_lflag & tcflag_t(ICANON | ECHO) == tcflag_t(ICANON | ECHO)
  }

  /// Waits until a text is shown behind what was expected before.
  func expect(_ text: String) throws {
    let deadline = Date(timeIntervalSinceNow: Command.patience)
    while true {
      if let range = transcript.range(of: text, range: mark..<transcript.endIndex) {
        mark = range.upperBound
        return
      }
      guard Date() < deadline, readMore() else {
        throw Failure(description: "'\(text)' never came; shown:\n\(transcript)")
      }
    }
  }

  /// Waits for the end.
  ///
  /// - Returns: the exit code, or 128 and the number of a signal.
  func waitForExit() throws -> Int32 {
    let deadline = Date(timeIntervalSinceNow: Command.patience)
    while status == nil {
      _ = readMore(milliseconds: 10)
      var status: Int32 = 0
      if waitpid(process, &status, WNOHANG) == process { self.status = status }
      guard Date() < deadline else {
        throw Failure(description: "it goes on; shown:\n\(transcript)")
      }
    }
    let status = status ?? 0
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
  }

  /// False when nothing more can come.
  private func readMore(milliseconds: Int32 = 100) -> Bool {
    var request = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&request, 1, milliseconds) > 0 else { return true }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = read(master, &buffer, buffer.count)
    guard count > 0 else { return false }
    received += buffer[..<count]
    screen.receive(buffer[..<count])
    let seen = transcript.distance(from: transcript.startIndex, to: mark)
    transcript = received.shown
    mark =
      transcript.index(
        transcript.startIndex, offsetBy: seen, limitedBy: transcript.endIndex)
      ?? transcript.endIndex
    return true
  }

  /// Whether a sequence that begins like this came.
  func hasReceived(_ sequence: String) -> Bool {
    String(decoding: received, as: UTF8.self).contains(sequence)
  }
}

extension [UInt8] {
  fileprivate var shown: String {
    let text = String(decoding: filter { $0 != 13 }, as: UTF8.self)
    return text.replacing(/\u{1B}\[[0-9;?]*[A-Za-z]/, with: "")
  }
}
