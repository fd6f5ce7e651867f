import Foundation
import Testing

@testable import QuantRuntime

@Suite("Table files")
struct TableFileTests {
  private let table = Table(columns: ["a", "b"], rows: [[.int(1), .text("x,\"y\"\n")]])

  @Test(
    "appending to csv, tsv and jsonl equals writing all rows at once",
    arguments: ["csv", "tsv", "jsonl"])
  func appending(suffix: String) throws {
    try withTemporaryFolder { folder in
      let (grown, whole) = ("\(folder)/grown.\(suffix)", "\(folder)/whole.\(suffix)")
      for _ in 0..<3 { try table.append(to: grown) }
      try table.concatenated(with: table).concatenated(with: table).write(to: whole)
      #expect(try AtomicFile.read(grown) == AtomicFile.read(whole))
    }
  }

  @Test("a file with other columns is left alone")
  func otherColumns() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/x.csv"
      try AtomicFile.write(Data("a,c\n1,2\n".utf8), to: path)
      #expect(throws: TableError.otherColumns(path: path, found: "a,c", expected: "a,b")) {
        try table.append(to: path)
      }
      #expect(try AtomicFile.read(path) == Data("a,c\n1,2\n".utf8))
    }
  }

  @Test("an empty file and a file without its last newline are continued")
  func unfinishedFiles() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/x.csv"
      for start in ["", "a,b", "a,b\n"] {
        try AtomicFile.write(Data(start.utf8), to: path)
        try table.append(to: path)
        #expect(try AtomicFile.read(path) == Data(TableFormat.csv.text(table).utf8))
      }
    }
  }

  @Test("column names with line ends are recognized in the header")
  func strangeHeader() throws {
    try withTemporaryFolder { folder in
      let strange = Table(columns: ["a\nb", "c"], rows: [[.int(1), .int(2)]])
      let path = "\(folder)/x.csv"
      try strange.append(to: path)
      try strange.append(to: path)
      #expect(try AtomicFile.read(path) == Data("\"a\nb\",c\n1,2\n1,2\n".utf8))
    }
  }

  @Test("formats that cannot grow and unknown endings are refused")
  func refusals() {
    for path in ["x.json", "x.md"] {
      #expect(throws: TableError.notAppendable(path: path)) { try table.append(to: path) }
    }
    #expect(throws: TableError.unknownFormat(path: "x.xls")) { try table.write(to: "x.xls") }
  }
}
