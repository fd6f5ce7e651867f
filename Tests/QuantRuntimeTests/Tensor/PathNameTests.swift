import Testing

@testable import QuantRuntime

@Suite struct PathNameTests {
  @Test(arguments: [
    ("a/b/c.txt", "a/b", "c.txt"), ("c", "", "c"), ("*", "", "*"), ("", "", ""),
    ("/", "/", ""), ("//", "/", ""), ("/c", "/", "c"), ("//c", "/", "c"), ("a/", "", "a"),
    ("a//b//", "a", "b"), ("./c", ".", "c"), ("..", "", ".."), ("ä/\u{301}x", "ä", "\u{301}x"),
  ])
  func parts(path: String, folder: String, file: String) {
    #expect(PathName(path).folder == folder)
    #expect(PathName(path).file == file)
  }

  @Test(arguments: [
    ("a.b/c.tar.gz", "c.tar", "gz"), ("a.b/c", "c", ""), (".profile", ".profile", ""),
    ("c.", "c", ""), ("x.ä", "x", "ä"),
  ])
  func suffix(path: String, stem: String, suffix: String) {
    #expect(PathName(path).stem == stem)
    #expect(PathName(path).suffix == suffix)
  }

  @Test func joining() {
    #expect(PathName.joined("", "a") == "a")
    #expect(PathName.joined("/", "a") == "/a")
    #expect(PathName.joined("b", "a/c") == "b/a/c")
  }
}
