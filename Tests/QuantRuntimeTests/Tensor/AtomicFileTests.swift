import Foundation
import Testing

@testable import QuantRuntime

@Suite("Atomic files")
struct AtomicFileTests {
  private func files(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test("what is written is read back, and nothing else is left in the folder")
  func roundTrip() throws {
    try withTemporaryFolder { folder in
      for content in [Data(), Data([0, 255]), Data(count: 300_000)] {
        try AtomicFile.write(content, to: "\(folder)/x")
        #expect(try AtomicFile.read("\(folder)/x") == content)
      }
      #expect(try files(folder) == ["x"])
    }
  }

  @Test("a failure leaves the folder as it was")
  func failures() throws {
    try withTemporaryFolder { folder in
      try FileManager.default.createDirectory(
        atPath: "\(folder)/sub", withIntermediateDirectories: true)
      #expect(
        throws: FileError.unwritable(path: "\(folder)/none/x", reason: "no such file or directory")
      ) { try AtomicFile.write(Data(), to: "\(folder)/none/x") }
      #expect(throws: FileError.unwritable(path: "\(folder)/sub", reason: "it is a folder")) {
        try AtomicFile.write(Data(), to: "\(folder)/sub")
      }
      #expect(throws: FileError.self) { try AtomicFile.write(Data(), to: "") }
      let long = "\(folder)/" + String(repeating: "n", count: 300)
      #expect(throws: FileError.unwritable(path: long, reason: "file name too long")) {
        try AtomicFile.write(Data(), to: long)
      }
      #expect(try files(folder) == ["sub"])
    }
  }

  @Test("a folder that cannot be written to keeps its old file")
  func readOnlyFolder() throws {
    // /proc refuses new files to everybody, the superuser too.
    do {
      try AtomicFile.write(Data("x".utf8), to: "/proc/version")
      Issue.record("/proc/version was written")
    } catch { #expect(error.code == "file.unwritable") }
    #expect(FileManager.default.fileExists(atPath: "/proc/version"))
  }

  @Test("symbolic links stay links, and permissions stay as they were")
  func linksAndPermissions() throws {
    try withTemporaryFolder { folder in
      let (file, link) = ("\(folder)/file", "\(folder)/link")
      try AtomicFile.write(Data("old".utf8), to: file)
      chmod(file, 0o600)
      symlink(file, link)
      try AtomicFile.write(Data("new".utf8), to: link)
      #expect(try AtomicFile.read(file) == Data("new".utf8))
      let manager = FileManager.default
      #expect(try manager.destinationOfSymbolicLink(atPath: link) == file)
      #expect(try manager.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
    }
  }

  @Test("devices and pipes are neither replaced nor waited for")
  func irregularFiles() throws {
    let reason = "it is not a regular file"
    #expect(throws: FileError.unwritable(path: "/dev/null", reason: reason)) {
      try AtomicFile.write(Data(), to: "/dev/null")
    }
    #expect(throws: FileError.unreadable(path: "/dev/zero", reason: reason)) {
      try AtomicFile.read("/dev/zero")
    }
    try withTemporaryFolder { folder in
      let path = "\(folder)/pipe"
      #expect(mkfifo(path, 0o600) == 0)
      #expect(throws: FileError.unreadable(path: path, reason: reason)) {
        try AtomicFile.read(path)
      }
      #expect(throws: FileError.unwritable(path: path, reason: reason)) {
        try AtomicFile.write(Data(), to: path)
      }
    }
  }

  @Test("reading says what is in the way")
  func unreadable() throws {
    #expect(
      throws: FileError.unreadable(path: "/none/x", reason: "no such file or directory")
    ) { try AtomicFile.read("/none/x") }
    #expect(throws: FileError.unreadable(path: "/", reason: "it is a folder")) {
      try AtomicFile.read("/")
    }
    let error = FileError.unreadable(path: "/none/x", reason: "no such file or directory")
    #expect(error.message == "cannot read '/none/x': no such file or directory")
  }

  @Test("writers at the same time leave one whole file")
  func concurrentWriters() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/x"
      DispatchQueue.concurrentPerform(iterations: 16) { number in
        try? AtomicFile.write(Data(repeating: UInt8(number), count: 10_000), to: path)
      }
      let content = try AtomicFile.read(path)
      #expect(content.count == 10_000 && Set(content).count == 1)
      #expect(try files(folder) == ["x"])
    }
  }
}
