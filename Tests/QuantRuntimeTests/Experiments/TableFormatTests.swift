import Foundation
import Testing

@testable import QuantRuntime

@Suite("Table formats")
struct TableFormatTests {
  private func csv(_ cells: Cell...) -> String {
    let table = Table(columns: cells.indices.map { "c\($0)" }, rows: [cells])
    return String(TableFormat.csv.text(table).split(separator: "\n", maxSplits: 1)[1])
  }

  @Test("csv quotes commas, quotation marks and line ends, and nothing else (RFC 4180)")
  func csvQuoting() {
    #expect(csv(.text("a b"), .text("x")) == "a b,x\n")
    #expect(csv(.text("a,b"), .text("say \"hi\"")) == "\"a,b\",\"say \"\"hi\"\"\"\n")
    #expect(csv(.text("a\nb"), .text("c\r\nd")) == "\"a\nb\",\"c\r\nd\"\n")
    // A quotation mark under an accent is one character but still a quotation mark.
    #expect(csv(.text("\"\u{301}"), .empty) == "\"\"\"\u{301}\",\n")
    #expect(csv(.empty) == "\"\"\n")
  }

  @Test("csv numbers read back as the same value")
  func csvRoundTrip() {
    let numbers = [
      0.1, 1 / 3.0, -0.0, Double.leastNonzeroMagnitude, Double.greatestFiniteMagnitude,
      123_456_789.125,
    ]
    for x in numbers {
      #expect(Double(Cell.float(x).exact)?.bitPattern == x.bitPattern)
    }
    #expect(
      csv(.int(.min), .bool(true), .float(.nan), .float(-.infinity))
        == "-9223372036854775808,true,nan,-inf\n")
  }

  @Test("tsv escapes what would break a line")
  func tsvEscapes() {
    let table = Table(columns: ["a\tb"], rows: [[.text("x\r\ny\\")]])
    #expect(TableFormat.tsv.text(table) == "a\\tb\nx\\r\\ny\\\\\n")
  }

  @Test("json is read back by another parser, numbers that JSON lacks as null")
  func json() throws {
    let text = "q\"\\/\u{1}\u{1F}\u{7F}\n\r\t\u{2028}é😀"
    let table = Table(
      columns: ["t\"", "n"], rows: [[.text(text), .float(.nan)], [.empty, .float(1e16)]])
    let parsed = try JSONSerialization.jsonObject(with: Data(TableFormat.json.text(table).utf8))
    let rows = try #require(parsed as? [[String: Any]])
    #expect(rows[0]["t\""] as? String == text)
    #expect(rows[0]["n"] is NSNull)
    #expect(rows[1]["n"] as? Double == 1e16)
    #expect(TableFormat.json.text(Table(columns: ["a"])) == "[]\n")
  }

  @Test("jsonl has one object a line")
  func jsonl() {
    let table = Table(columns: ["a", "b"], rows: [[.int(1), .text("x\n")], [.float(2), .empty]])
    #expect(
      TableFormat.jsonl.text(table)
        == "{\"a\": 1, \"b\": \"x\\n\"}\n{\"a\": 2.0, \"b\": null}\n")
  }

  @Test("markdown aligns numbers to the right and escapes pipes")
  func markdown() {
    let table = Table(
      columns: ["m|n", "x"], rows: [[.text("a\\|b\r\nc"), .float(1 / 3.0)], [.empty, .int(2)]])
    #expect(
      TableFormat.md.text(table) == """
        | m\\|n | x |
        | --- | ---: |
        | a\\\\\\|b<br>c | 0.333333 |
        |  | 2 |

        """)
  }

  @Test("the ending of a path names the format, in any case")
  func endings() throws {
    #expect(try TableFormat(path: "a/b.CSV") == .csv)
    #expect(try TableFormat(path: "x.tar.jsonl") == .jsonl)
    for path in ["x", "x.table", "csv", "", ".csv/"] {
      #expect(throws: TableError.unknownFormat(path: path)) { try TableFormat(path: path) }
    }
  }
}
