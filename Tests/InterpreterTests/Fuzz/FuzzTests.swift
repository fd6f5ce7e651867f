import Foundation
import QuantRuntime
import Synchronization
import Testing

@testable import Interpreter
@testable import Lang

/// Random scripts through everything that reads scripts: lexer, parser, resolver, checker, formatter,
/// compiler and machine. Nothing may trap, hang or take memory without bound.
///
/// The usual run takes a minute or less; `MQ_FUZZ_INPUTS=10000000` runs so many inputs instead, from
/// `MQ_FUZZ_START` on. The number of the input at work stands in the file `mqsh-fuzz-input` of the
/// temporary folder, so that one that ends the process can be found.
@Suite("Random scripts", .serialized) struct FuzzTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let inputs = environment["MQ_FUZZ_INPUTS"].flatMap { UInt64($0) }
  private static let start = environment["MQ_FUZZ_START"].flatMap { UInt64($0) } ?? 0
  private static let seconds = environment["MQ_FUZZ_SECONDS"].flatMap { Double($0) } ?? 55

  /// A script that runs longer is interrupted: loops may be endless.
  private static let patience = Duration.milliseconds(20)
  /// From then on it hangs.
  private static let limit = Duration.seconds(20)
  /// Texts that one session keeps; then a new one starts.
  private static let textsOfASession: UInt64 = 2_000
  /// Above what the tests around it need, far below what a leak of a minute takes.
  private static let memoryLimit = 6 << 30

  @Test("are refused, fail or run, and their layout keeps their meaning")
  func run() throws {
    let watch = Watch(patience: Self.patience, limit: Self.limit)
    defer { watch.stop() }
    let progress = try Progress()
    let clock = ContinuousClock()
    let end = clock.now + .seconds(Self.seconds)
    var outcomes: [Session.Outcome: Int] = [:]
    var formatted = 0
    var number = Self.start
    while Self.inputs.map({ number < Self.start + $0 }) ?? (clock.now < end) {
      let session = makeSession(
        watch.interruption, checksTypes: number / Self.textsOfASession % 2 == 0)
      for _ in 0..<Self.textsOfASession {
        progress.note(number)
        let script = ScriptGenerator.script(number, builtins: StubCatalog.all)
        watch.begin(number)
        outcomes[session.run(script, name: "fuzz.mq"), default: 0] += 1
        watch.end()
        if checkLayout(of: script, number) { formatted += 1 }
        number += 1
        if Self.inputs.map({ number >= Self.start + $0 }) ?? (clock.now >= end) { break }
      }
      #expect(Self.residentBytes < Self.memoryLimit, "after input \(number)")
    }
    #expect(watch.hangs == [])
    let count = Int(number - Self.start)
    print("random scripts: \(count) inputs from \(Self.start), \(outcomes), \(formatted) formatted")
    // What is generated has to reach all the parts.
    guard count > 10_000 else { return }
    #expect(outcomes[.done, default: 0] * 20 > count)
    #expect(outcomes[.failed, default: 0] * 100 > count)
    #expect(outcomes[.rejected, default: 0] * 20 > count)
    #expect(formatted * 4 > count)
  }

  /// - Parameter checksTypes: every other session meets at run time what the checker finds.
  private func makeSession(_ interruption: Interruption, checksTypes: Bool) -> Session {
    var options = Session.Options(
      output: SessionOutput(write: { _ in }, talk: { _ in }), interruption: interruption)
    options.checksTypes = checksTypes
    // What no stub stands for must not write into the folder of the tests.
    options.files = .confined(to: "")
    return Session(options, builtins: StubCatalog.all)
  }

  /// - Returns: false for a text with errors.
  private func checkLayout(of script: [UInt8], _ number: UInt64) -> Bool {
    func parsed(_ bytes: [UInt8]) -> (source: Source, text: ParsedText)? {
      var sources = SourceMap()
      let source = sources.add(name: "fuzz.mq", bytes: bytes)
      return (try? FrontEnd.parse(source, keepsComments: true)).map { (source, $0) }
    }
    guard let before = parsed(script) else { return false }
    let (layout, after, again): (String, ParsedText, String)
    do {
      layout = try Formatter().format(before.source)
      var sources = SourceMap()
      let source = sources.add(name: "fuzz.mq", bytes: Array(layout.utf8))
      after = try FrontEnd.parse(source, keepsComments: true)
      again = try Formatter().format(source)
    } catch {
      let text = String(decoding: script, as: UTF8.self)
      Issue.record("input \(number) is refused by the formatter: \(error)\n\(text)")
      return true
    }
    let printer = SyntaxPrinter()
    #expect(printer.print(after.program) == printer.print(before.text.program), "\(number)")
    #expect(again == layout, "input \(number)")
    return true
  }

  /// Memory of this process that is in use.
  private static var residentBytes: Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * Int(getpagesize())
  }
}

/// Interrupts scripts that run long, and remembers those that do not stop then.
private final class Watch: Sendable {
  private struct State {
    var current: (number: UInt64, since: ContinuousClock.Instant)?
    var hangs: [UInt64] = []
    var isStopped = false
  }

  let interruption = Interruption()
  private let state = Mutex(State())

  init(patience: Duration, limit: Duration) {
    let thread = Thread { [self] in
      while !state.withLock({ $0.isStopped }) {
        usleep(5_000)
        let now = ContinuousClock.now
        state.withLock { state in
          guard let current = state.current else { return }
          if now - current.since > patience { interruption.request() }
          if now - current.since > limit, state.hangs.last != current.number {
            state.hangs.append(current.number)
          }
        }
      }
    }
    thread.start()
  }

  var hangs: [UInt64] { state.withLock { $0.hangs } }
  func begin(_ number: UInt64) { state.withLock { $0.current = (number, .now) } }
  func end() {
    state.withLock { $0.current = nil }
    interruption.clear()
  }
  func stop() { state.withLock { $0.isStopped = true } }
}

/// The number of the input at work, in a file that outlives the process.
private struct Progress {
  private let file: FileHandle

  init() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("mqsh-fuzz-input")
    _ = FileManager.default.createFile(atPath: path.path, contents: nil)
    file = try FileHandle(forWritingTo: path)
  }

  func note(_ number: UInt64) {
    let text = String(repeating: " ", count: max(0, 20 - "\(number)".count)) + "\(number)\n"
    _ = Array(text.utf8).withUnsafeBytes {
      pwrite(file.fileDescriptor, $0.baseAddress, $0.count, 0)
    }
  }
}
