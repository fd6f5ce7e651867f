import Testing

@testable import Lang

@Test(
  "the nearest name within a third of the length is suggested, or none",
  arguments: [
    ("tran", "train"), ("lsqq", "lsq"), ("DoReFa", "dorefa"), ("min_max", "minmax"),
    ("adaruond", "adaround"), ("x", nil), ("ab", nil), ("zzzz", nil), ("train", nil), ("", nil),
    (String(repeating: "a", count: 1_000_000), nil),
  ] as [(String, String?)])
func suggestions(name: String, expected: String?) {
  let known = ["train", "lsq", "dorefa", "minmax", "adaround", "y", "ba"]
  #expect(Suggestion.nearest(to: name, among: known) == expected)
}

@Test("of names equally near the first is suggested")
func ties() {
  #expect(Suggestion.nearest(to: "bost", among: ["best", "boot", "bosk"]) == "best")
}
