import Testing

@testable import QuantRuntime

@Suite("Interruption")
struct InterruptionTests {
  @Test("one request asks, a second one is urgent, and both are forgotten together")
  func requests() {
    let interruption = Interruption()
    #expect(!interruption.isRequested && !interruption.isUrgent)
    interruption.request()
    #expect(interruption.isRequested && !interruption.isUrgent)
    interruption.request()
    #expect(interruption.isRequested && interruption.isUrgent)
    interruption.clear()
    #expect(!interruption.isRequested && !interruption.isUrgent)
    #expect(throws: Never.self) { try interruption.check() }
  }

  @Test("a request soon after one that was answered is urgent, after one that was forgotten not")
  func quickSuccession() {
    let interruption = Interruption()
    interruption.request()
    interruption.answer()
    #expect(!interruption.isRequested)
    interruption.request()
    #expect(interruption.isUrgent)
    interruption.clear()
    interruption.request()
    #expect(interruption.isRequested && !interruption.isUrgent)
  }

  @Test("the end of the program is not taken back, and is no urgency of its own")
  func end() {
    let interruption = Interruption()
    interruption.requestEnd()
    interruption.clear()
    interruption.answer()
    #expect(interruption.isRequested && interruption.endsProgram && !interruption.isUrgent)
    #expect(throws: Interrupted()) { try interruption.check() }
  }

  @Test("short turns are looked at now and then")
  func turns() {
    let interruption = Interruption()
    interruption.request()
    #expect(throws: Interrupted()) { try interruption.check(turn: 0) }
    #expect(throws: Never.self) { try interruption.check(turn: 1) }
    #expect(throws: Interrupted()) { try interruption.check(turn: 1 << 16) }
  }
}
