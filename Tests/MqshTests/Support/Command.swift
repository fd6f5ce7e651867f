import Foundation
import Testing

/// Runs the built `mqsh` as a user would.
enum Command {
  /// The program, which the build puts beside the tests.
  static let path: String = {
    let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return tests.deletingLastPathComponent().appendingPathComponent("mqsh").path
  }()

  struct Result {
    var output: String
    var talk: String
    /// The exit code; 128 and the number of the signal that ended the program.
    var code: Int32
  }

  /// Longer than anything here takes on a busy machine.
  static let patience: TimeInterval = 60

  /// - Parameters:
  ///   - input: what is piped into it.
  ///   - program: what to start; the built command if nil.
  ///   - patience: seconds after which it is killed, and the test fails.
  ///   - whileRunning: called with the running process and the file of its output.
  static func run(
    _ arguments: [String], input: String = "", environment: [String: String] = [:],
    program: String? = nil, folder: Folder? = nil, patience: TimeInterval = Self.patience,
    whileRunning: (Process, String) throws -> Void = { _, _ in }
  ) throws -> Result {
    let folder = try folder ?? Folder()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program ?? path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.environment = Self.environment(environment)
    // Files and not pipes: nobody has to read while the program runs.
    let output = folder.unused("output")
    let talk = folder.unused("talk")
    let inputFile = try folder.file(nil, input)
    process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: inputFile))
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: talk))
    try process.run()
    try whileRunning(process, output)
    let deadline = Date(timeIntervalSinceNow: patience)
    while process.isRunning, Date() < deadline { usleep(5_000) }
    if process.isRunning {
      kill(process.processIdentifier, SIGKILL)
      Issue.record("mqsh \(arguments) did not end")
    }
    process.waitUntilExit()
    let code = process.terminationStatus
    return Result(
      output: try String(contentsOfFile: output, encoding: .utf8),
      talk: try String(contentsOfFile: talk, encoding: .utf8),
      code: process.terminationReason == .uncaughtSignal ? 128 + code : code)
  }

  /// The tests' own environment without what changes how the program behaves.
  static func environment(_ changes: [String: String]) -> [String: String] {
    var result = ProcessInfo.processInfo.environment
    for name in [
      "NO_COLOR", "MQSH_HISTORY", "INPUTRC", "COLUMNS", "LINES", "GOMP_SPINCOUNT",
      "OMP_WAIT_POLICY", "VISUAL", "EDITOR", "LESS",
    ] { result[name] = nil }
    result["TERM"] = "xterm"
    // Neither a pager nor a start file.
    result["PAGER"] = ""
    result["XDG_CONFIG_HOME"] = "/nowhere"
    return result.merging(changes) { $1 }
  }

  /// Waits until a file holds a text.
  static func wait(for text: String, in path: String) throws {
    let deadline = Date(timeIntervalSinceNow: patience)
    while Date() < deadline {
      if try String(contentsOfFile: path, encoding: .utf8).contains(text) { return }
      usleep(5_000)
    }
    Issue.record("'\(text)' never came")
  }
}

/// A folder for one test, removed after it.
final class Folder {
  let path: String
  private var count = 0

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("mqsh-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a new file with this text.
  func file(_ name: String?, _ text: String) throws -> String {
    let path = name.map { self.path + "/" + $0 } ?? unused("input")
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  /// The path of a new empty file.
  func unused(_ name: String) -> String {
    count += 1
    let path = "\(self.path)/\(name)-\(count)"
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    return path
  }
}
