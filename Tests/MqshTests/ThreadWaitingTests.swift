import Testing

/// The limit on the threads' spinning, which libgomp shows when it starts.
@Suite("waiting threads") struct ThreadWaitingTests {
  private func spinCount(_ environment: [String: String]) throws -> String? {
    let shown = ["OMP_DISPLAY_ENV": "VERBOSE"].merging(environment) { $1 }
    let result = try Command.run(["-c", "1"], environment: shown)
    #expect(result.code == 0)
    return result.talk.matches(of: /GOMP_SPINCOUNT = '(\d+)'/).last.map { String($0.1) }
  }

  @Test("they spin for less than libgomp lets them, unless the user says how long")
  func limit() throws {
    #expect(try spinCount(["TERM": "xterm"]) == "3000")
    #expect(try spinCount(["GOMP_SPINCOUNT": "77"]) == "77")
    #expect(try spinCount(["OMP_WAIT_POLICY": "PASSIVE"]) == "0")
  }

  @Test("the limit holds in an environment that has no variable to lend")
  func smallEnvironment() throws {
    let result = try Command.run(
      ["-i", "OMP_DISPLAY_ENV=VERBOSE", Command.path, "-c", "1"], program: "/usr/bin/env")
    let counts = result.talk.matches(of: /GOMP_SPINCOUNT = '(\d+)'/).map { String($0.1) }
    #expect(counts.last == "3000")
  }

  @Test("other programs meet the environment as it was")
  func environment() throws {
    let result = try Command.run(
      ["--quiet", "-i", "-c", ""], input: "!echo $TERM/$MARK/$GOMP_SPINCOUNT\n",
      environment: ["TERM": "xterm", "PWD": "here", "MARK": "kept"])
    #expect(result.output == "xterm/kept/\n")
  }
}
