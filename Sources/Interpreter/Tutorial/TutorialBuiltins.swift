/// The tour inside of the program.
enum TutorialBuiltins {
  static let all = [tutorial]

  private static let tutorial = Builtin(
    "tutorial", family: "session",
    "Lists the chapters of a tour of ten minutes, or prints one of them.",
    details: "The text is that of Docs/Tutorial.md; it needs no files and no network.",
    parameters: [
      Parameter(
        "chapter", .optional(.int(1...Tutorial.own.chapters.count)), default: .nil,
        "Its number; nil for the list.")
    ],
    result: .nil, examples: [.init("tutorial()"), .init("tutorial(1)")]
  ) { call in
    let tutorial = Tutorial.own
    try call.session.output.write(
      call.isGiven("chapter") ? tutorial.page(call.int("chapter")) : tutorial.listing)
    return .nil
  }
}
