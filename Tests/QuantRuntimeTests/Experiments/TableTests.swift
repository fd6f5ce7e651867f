import Testing

@testable import QuantRuntime

@Suite("Tables")
struct TableTests {
  private let runs = Table(
    columns: ["model", "bits", "top1"],
    rows: [
      [.text("r18"), .int(4), .float(0.5)],
      [.text("r20"), .int(8), .empty],
      [.text("r18"), .int(8), .float(0.75)],
      [.text("r20"), .int(4), .float(.nan)],
    ])

  @Test("records of unlike fields give the union of their columns, in order of appearance")
  func unlikeRecords() {
    let table = Table(records: [
      [("a", .int(1)), ("b", .text("x"))], [("c", .bool(true)), ("a", .int(2))], [],
    ])
    #expect(table.columns == ["a", "b", "c"])
    #expect(
      table.rows == [
        [.int(1), .text("x"), .empty], [.int(2), .empty, .bool(true)], [.empty, .empty, .empty],
      ])
    #expect(Table(records: []).columns.isEmpty)
  }

  @Test("columns are selected in the order asked for, and unknown or repeated names are errors")
  func selecting() throws {
    let table = try runs.selecting(["top1", "model"])
    #expect(table.columns == ["top1", "model"])
    #expect(table.rows[0] == [.float(0.5), .text("r18")])
    #expect(throws: TableError.unknownColumn(name: "topl", known: runs.columns)) {
      try runs.selecting(["topl"])
    }
    #expect(throws: TableError.duplicateColumn(name: "bits")) {
      try runs.selecting(["bits", "bits"])
    }
    let error = TableError.unknownColumn(name: "Top_1", known: runs.columns)
    #expect(error.help == "did you mean 'top1'?")
    #expect(error.notes == ["columns are model, bits, top1"])
  }

  @Test("filter and head keep whole rows, and head accepts any count")
  func filteringAndHead() {
    #expect(runs.filtered { runs.rows[$0][1] == .int(4) }.rows.count == 2)
    #expect(runs.first(1).rows.count == 1)
    #expect(runs.first(99).rows.count == 4)
    #expect(runs.first(-1).rows.isEmpty)
  }

  @Test("NaN and empty cells are last in both directions", arguments: [false, true])
  func sortingGaps(descending: Bool) throws {
    let cells = try runs.sorted(by: "top1", descending: descending).column("top1")
    #expect(cells[0] == .float(descending ? 0.75 : 0.5))
    #expect(cells[2].number?.isNaN == true)
    #expect(cells[3] == .empty)
  }

  @Test("equal rows keep their order, in both directions", arguments: [false, true])
  func sortingIsStable(descending: Bool) throws {
    let rows: [[Cell]] = (0..<50).map { i in
      [i % 2 == 0 ? .int(i % 3) : .float(Double(i % 3)), .int(i)]
    }
    let sorted = try Table(columns: ["key", "place"], rows: rows)
      .sorted(by: "key", descending: descending)
    for (a, b) in zip(sorted.rows, sorted.rows.dropFirst()) where a[0].number == b[0].number {
      #expect(try #require(a[1].number) < #require(b[1].number))
    }
  }

  @Test("bools sort before numbers, numbers before texts, large integers exactly")
  func sortingMixedTypes() throws {
    let big = 1 << 53
    let cells: [Cell] = [
      .text("a"), .int(big + 1), .empty, .bool(true), .int(big), .float(-.infinity), .bool(false),
    ]
    let table = Table(columns: ["x"], rows: cells.map { [$0] })
    #expect(
      try table.sorted(by: "x").column("x") == [
        .bool(false), .bool(true), .float(-.infinity), .int(big), .int(big + 1), .text("a"),
        .empty,
      ])
  }

  @Test("tables of unlike columns are put one below the other")
  func concatenation() {
    let a = Table(columns: ["x", "y"], rows: [[.int(1), .int(2)]])
    let b = Table(columns: ["z", "x"], rows: [[.int(3), .int(4)]])
    #expect(
      a.concatenated(with: b)
        == Table(
          columns: ["x", "y", "z"],
          rows: [[.int(1), .int(2), .empty], [.int(4), .empty, .int(3)]]))
  }

  @Test("a join keeps rows without a partner, repeats those with several, and renames clashes")
  func joining() throws {
    let other = Table(
      columns: ["bits", "top1", "size"],
      rows: [
        [.float(8), .float(0.1), .int(80)], [.int(8), .float(0.2), .int(81)],
        [.empty, .float(0.3), .int(0)],
      ])
    let joined = try runs.joined(with: other, on: ["bits"])
    #expect(joined.columns == ["model", "bits", "top1", "top1_2", "size"])
    #expect(try joined.column("size") == [.empty, .int(80), .int(81), .int(80), .int(81), .empty])
    #expect(throws: TableError.unknownColumn(name: "model", known: other.columns)) {
      try runs.joined(with: other, on: ["model"])
    }
    let gap = Table(columns: ["bits"], rows: [[.empty]])
    #expect(try gap.joined(with: other, on: ["bits"]).column("size") == [.empty])
  }
}
