import Foundation
import QuantRuntime
import Testing

@testable import Interpreter

@Suite("Session")
struct SessionTests {
  private func session(
    _ recorder: Recorder, interruption: Interruption = Interruption(), seed: UInt64 = 0
  ) -> Session {
    Session(.init(output: recorder.output, interruption: interruption, seed: seed))
  }

  @Test("a value takes 16 bytes")
  func valueSize() { #expect(MemoryLayout<Value>.stride == 16) }

  @Test("invalid UTF-8 is rejected with a diagnostic")
  func invalidText() {
    let recorder = Recorder()
    #expect(session(recorder).run([0x61, 0xFF, 0xFE, 0x0A], name: "t.mq") == .rejected)
    #expect(recorder.talk.contains("error["))
  }

  @Test("outcomes have the exit codes of the language's contract")
  func exitCodes() {
    let cases: [(String, Session.Outcome, Int32)] = [
      ("1", .done, 0), ("[][0]", .failed, 1), ("param(\"x\")", .misused, 2),
      ("expect(false)", .expectationFailed, 3), ("(", .rejected, 65),
    ]
    for (script, outcome, code) in cases {
      #expect(session(Recorder()).run(Array(script.utf8), name: "t.mq") == outcome)
      #expect(outcome.exitCode == code)
    }
    #expect(Session.Outcome.interrupted.exitCode == 130)
  }

  @Test("variables are listed with type and value")
  func variables() {
    let session = session(Recorder())
    #expect(session.evaluate("var b = [1, 2]; let a = \"x\"") == .done)
    let variables = session.variables()
    #expect(variables.map(\.name) == ["a", "b"])
    #expect(variables.map(\.type) == ["string", "list"])
    #expect(variables.map(\.summary) == ["\"x\"", "[1, 2]"])
    #expect(variables.map(\.isMutable) == [false, true])
  }

  @Test("the transcript rebuilds the session and leaves out what failed")
  func transcript() {
    let first = session(Recorder())
    for entry in ["var a = 1", "a = 1 // 0", "a = a + 41"] { _ = first.evaluate(entry) }
    #expect(first.transcript == "var a = 1\na = a + 41\n")
    let recorder = Recorder()
    let second = session(recorder)
    #expect(second.run(Array(first.transcript.utf8), name: "session.mq") == .done)
    #expect(second.evaluate("a") == .done)
    #expect(recorder.data == "42\n")
  }

  @Test("a script's variables are there for the prompt that follows")
  func promptAfterScript() {
    let recorder = Recorder()
    let session = session(recorder)
    #expect(session.run(Array("let a = 5".utf8), name: "t.mq") == .done)
    #expect(session.evaluate("a + 1") == .done)
    #expect(recorder.data == "6\n")
  }

  @Test("the largest seed is shown without a trap")
  func largeSeed() {
    let session = session(Recorder(), seed: .max)
    #expect(session.evaluate("seed()") == .done)
    #expect(session.seed == .max)
  }

  @Test("the format of printed tables can change")
  func format() {
    let recorder = Recorder()
    let session = session(recorder)
    session.format = .json
    #expect(session.evaluate("print(table([(a: 1)]))") == .done)
    #expect(recorder.data.hasPrefix("["))
  }

  @Test("output that cannot be written ends the script")
  func brokenOutput() {
    struct Closed: Error {}
    let output = SessionOutput(write: { _ in throw Closed() }, talk: { _ in })
    #expect(
      Session(.init(output: output)).run(Array("print(1)".utf8), name: "t.mq") == .failed)
  }

  @Test("declared parameters are found without running the script")
  func parameters() {
    let script = "print(1)\nlet e = param(\"epochs\", 3, help: \"how long\")"
    let found = session(Recorder()).parameters(of: Array(script.utf8), name: "t.mq")
    #expect(found?.map(\.name) == ["epochs"])
    #expect(found?.first?.defaultText == "3")
    #expect(found?.first?.help == "how long")
  }
}
