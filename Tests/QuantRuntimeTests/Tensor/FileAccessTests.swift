import Foundation
import Testing

@testable import QuantRuntime

@Suite("Access to files")
struct FileAccessTests {
  /// A folder `work` beside a folder `outside`, with links in it that lead everywhere.
  private func withFolders(_ body: (_ work: String, _ outside: String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let (work, outside) = ("\(folder)/work", "\(folder)/outside")
      for path in ["\(work)/sub", outside] {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      }
      for path in ["\(work)/file", "\(outside)/secret"] {
        try Data().write(to: .init(filePath: path))
      }
      for (name, target) in [
        ("in", "sub"), ("in absolute", "\(work)/file"), ("out", "../outside/secret"),
        ("out folder", outside), ("dangling", "../outside/new"), ("dangling in", "sub/new"),
        ("a", "b"), ("b", "a"), ("sub/up", ".."), ("sub/far up", "../../outside"), ("self", "."),
        ("device", "/dev/null"),
      ] { #expect(symlink(target, "\(work)/\(name)") == 0) }
      try body(work, outside)
    }
  }

  @Test("a path is decided on by where it leads")
  func places() throws {
    try withFolders { work, outside in
      let access = FileAccess.confined(to: work)
      let allowed = [
        "file", "./file", "", ".", "sub", "sub/", "sub//new", "new", "new/deep/er", "sub/../file",
        "\(work)/file", "\(outside)/../work/file", "in/new", "in absolute", "dangling in",
        "sub/up/file", "self/self/file", "none/../file", "self/in/up/in absolute", "..work",
      ]
      for path in allowed {
        #expect(throws: Never.self, "\(path)") { try access.check(path, for: .read) }
        #expect(throws: Never.self, "\(path)") { try access.check(path, for: .write) }
      }
      let refused = [
        "..", "../work2", "../outside/secret", "sub/../../outside/secret", "\(outside)/secret", "/",
        "\(work)x", "out", "out folder/new", "dangling", "a", "sub/far up/secret", "sub/up/../x",
        "none/../../outside/secret", "in/../../outside/secret", "file\0", "../outside/secret\0/x",
        "device", "/dev/null", "/proc/self/cwd/file", "/proc/self/root/etc", "/dev/fd/0",
        "/dev/../etc/passwd", "../work/out", "..\u{2F}\u{301}x",
      ]
      for path in refused {
        #expect(throws: FileAccessError.self, "\(path)") { try access.check(path, for: .read) }
        #expect(throws: FileAccessError.self, "\(path)") { try access.check(path, for: .write) }
      }
    }
  }

  @Test("a path that is there leads to where the system says")
  func agreement() throws {
    var random = RandomStream(seed: 5, purpose: .syntheticData)
    try withTemporaryFolder { folder in
      let names = ["a", "b", "c", "a/a", "a/b", "b/a", "a/a/a", "c/c"]
      for name in names {
        try FileManager.default.createDirectory(
          atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
      }
      func path(_ parts: Int) -> String {
        let choices = ["a", "b", "c", "..", ".", "l1", "l2", "l3", "l4"]
        return (0..<parts).map { _ in choices[random.below(choices.count)] }.joined(separator: "/")
      }
      for name in [".", "a", "b", "a/a", "b/a"] {
        for link in 1...4 {
          let start = ["", "../", "\(folder)/"][random.below(3)]
          #expect(symlink(start + path(1 + random.below(3)), "\(folder)/\(name)/l\(link)") == 0)
        }
      }
      let start = try #require(ResolvedPath(folder, in: .root))
      var compared = 0
      for _ in 0..<4_000 {
        let path = path(1 + random.below(7))
        guard let real = realpath("\(folder)/\(path)", nil) else { continue }
        defer { free(real) }
        compared += 1
        #expect(ResolvedPath(path, in: start)?.text == String(cString: real), "\(path)")
      }
      #expect(compared > 300)
    }
  }

  @Test("other roots may be read, not written; a link may lead from one into another")
  func roots() throws {
    try withFolders { work, outside in
      let access = FileAccess.confined(to: work, reading: ["../outside", "/proc/self/maps"])
      for path in ["out", "out folder/secret", "\(outside)/secret", "/proc/self/maps"] {
        #expect(throws: Never.self, "\(path)") { try access.check(path, for: .read) }
        #expect(throws: FileAccessError.self, "\(path)") { try access.check(path, for: .write) }
      }
      #expect(throws: FileAccessError.self) { try access.check("/proc/self/environ", for: .read) }
      let one = FileAccess.confined(to: work, reading: ["\(outside)/secret"])
      #expect(throws: Never.self) { try one.check("out", for: .read) }
      #expect(throws: FileAccessError.self) { try one.check("\(outside)/other", for: .read) }
      let all = FileAccess.confined(to: work, reading: ["/"])
      #expect(throws: Never.self) { try all.check("\(outside)/other", for: .read) }
      #expect(throws: FileAccessError.self) { try all.check("/dev/zero", for: .read) }
      #expect(throws: FileAccessError.self) { try all.check("/sys/kernel", for: .read) }
      let device = FileAccess.confined(to: work, reading: ["/dev/zero"])
      #expect(throws: Never.self) { try device.check("/dev/zero", for: .read) }
    }
  }

  @Test("names are bytes: what looks alike or is no text is another name")
  func bytes() throws {
    try withTemporaryFolder { folder in
      let (composed, decomposed) = ("\u{E9}", "e\u{301}")
      for name in [composed, decomposed] {
        try FileManager.default.createDirectory(
          atPath: "\(folder)/\(name)", withIntermediateDirectories: false)
      }
      let access = FileAccess.confined(to: "\(folder)/\(composed)")
      #expect(throws: Never.self) { try access.check("../\(composed)/x", for: .read) }
      #expect(throws: FileAccessError.self) { try access.check("../\(decomposed)/x", for: .read) }
      // A link to a name that is no UTF-8, which is itself a link that leads outside.
      let start = Array("\(folder)/\(composed)/".utf8CString.dropLast())
      let hidden: [CChar] = [-1, 0]
      #expect(symlink(hidden, start + Array("link".utf8CString)) == 0)
      #expect(symlink("/etc", start + hidden) == 0)
      #expect(throws: FileAccessError.self) { try access.check("link/passwd", for: .read) }
    }
  }

  @Test("everything is everything, and without a folder nothing is allowed")
  func extremes() throws {
    #expect(throws: Never.self) { try FileAccess.everything.check("/etc/passwd", for: .write) }
    #expect(throws: Never.self) { try FileAccess.everything.checkShell("!") }
    #expect(!FileAccess.everything.isConfined)
    for folder in ["", "work"] {
      let access = FileAccess.confined(to: folder)
      #expect(access.isConfined)
      for path in ["x", "/etc/passwd", "/", ""] {
        #expect(throws: FileAccessError.self) { try access.check(path, for: .read) }
      }
    }
  }

  @Test("an error says what it is about and what would allow it")
  func words() throws {
    let access = FileAccess.confined(to: "/srv/work", reading: ["/srv/data"])
    let read = try #require(throws: FileAccessError.self) { try access.check("../x", for: .read) }
    #expect(read.code == "safe.read")
    #expect(read.message == "with --safe a script cannot read '../x'")
    #expect(read.help == "'--allow-read /srv/x' behind --safe allows it")
    #expect(
      read.notes == ["it leads to '/srv/x'", "allowed is reading in '/srv/work', '/srv/data'"])
    let write = try #require(throws: FileAccessError.self) {
      try access.check("/srv/data/x", for: .write)
    }
    #expect(write.code == "safe.write" && write.help == nil)
    #expect(write.notes == ["allowed is writing in '/srv/work'"])
    let device = try #require(throws: FileAccessError.self) {
      try access.check("/dev/zero", for: .read)
    }
    #expect(device.help == nil)
    let shell = try #require(throws: ShellError.self) { try access.checkShell("!") }
    #expect(shell.code == "safe.shell")
    #expect(shell.message == "with --safe '!' cannot run another program")
  }

  @Test("links in the folder of a data set are followed as far as is allowed")
  func dataSets() throws {
    let fixture = try ImageFixture()
    try withFolders { work, outside in
      try fixture.write(
        [
          "images/a/1.png": fixture.png, "idx/train-images-idx3-ubyte": Data(), "x.npy": Data(),
        ], to: outside)
      try fixture.write(
        [
          "good/a/1.png": fixture.png, "file link/a/1.png": fixture.png,
          "class link/a/1.png": fixture.png, "split link/train/a/1.png": fixture.png,
        ], to: work)
      try FileManager.default.createDirectory(
        atPath: "\(work)/idx", withIntermediateDirectories: false)
      for (name, target) in [
        ("good/b", "a"), ("file link/a/2.png", "\(outside)/images/a/1.png"),
        ("class link/b", "\(outside)/images/a"), ("split link/val", "\(outside)/images"),
        ("idx/train-images-idx3-ubyte", "\(outside)/idx/train-images-idx3-ubyte"),
        ("x.npy", "\(outside)/x.npy"),
      ] { #expect(symlink(target, "\(work)/\(name)") == 0) }
      func load(_ name: String, reading roots: [String] = []) throws -> Dataset {
        try DatasetCatalog.load(
          "\(work)/\(name)", synthetic: SyntheticImages(),
          labels: name == "x.npy" ? "\(work)/y.npy" : nil,
          reader: FileReader(access: .confined(to: work, reading: roots)))
      }
      #expect(try load("good").classNames == ["a", "b"])
      for name in ["file link", "class link", "split link", "idx", "x.npy"] {
        #expect(throws: FileAccessError.self, "\(name)") { try load(name) }
      }
      #expect(try load("class link", reading: [outside]).classNames == ["a", "b"])
      #expect(try load("file link", reading: [outside]).test.count == 2)
    }
  }
}
