import Testing

@testable import QuantRuntime

@Suite("Groups of table rows")
struct TableGroupTests {
  private let runs = Table(
    columns: ["model", "bits", "top1"],
    rows: [
      [.text("b"), .int(4), .float(1)], [.text("a"), .int(4), .float(2)],
      [.text("b"), .float(4), .float(4)], [.text("b"), .int(8), .empty],
    ])

  @Test("groups come in order of first appearance, and 4 and 4.0 are one key")
  func grouping() throws {
    let table = try runs.grouped(by: ["model", "bits"], [.mean, .std, .pstd, .min, .max, .sum])
    #expect(
      table.columns == [
        "model", "bits", "count", "top1_mean", "top1_std", "top1_pstd", "top1_min", "top1_max",
        "top1_sum",
      ])
    #expect(try table.column("model") == [.text("b"), .text("a"), .text("b")])
    #expect(try table.column("count") == [.int(2), .int(1), .int(1)])
    #expect(try table.column("top1_mean") == [.float(2.5), .float(2), .empty])
    // Of 1 and 4: the squares of the deviations sum to 4.5.
    #expect(try table.column("top1_std") == [.float(4.5.squareRoot()), .empty, .empty])
    #expect(try table.column("top1_pstd") == [.float(1.5), .float(0), .empty])
    #expect(try table.column("top1_sum") == [.float(5), .float(2), .empty])
  }

  @Test("all NaN keys share a group, and a taken name gets a number")
  func nanKeysAndNames() throws {
    let table = Table(columns: ["count"], rows: [[.float(.nan)], [.float(-.nan)], [.int(1)]])
    let grouped = try table.grouped(by: ["count"], [])
    #expect(grouped.columns == ["count", "count_2"])
    #expect(try grouped.column("count_2") == [.int(2), .int(1)])
    #expect(throws: TableError.duplicateColumn(name: "bits")) {
      try runs.grouped(by: ["bits", "bits"], [])
    }
  }

  @Test("no keys make one group, no rows make none")
  func degenerateGroups() throws {
    #expect(try runs.grouped(by: [], [.sum]).column("count") == [.int(4)])
    #expect(try Table(columns: ["a"]).grouped(by: ["a"], [.mean]).rows.isEmpty)
  }

  @Test("integers stay integers under min, max and sum, until a sum overflows")
  func integerAggregates() {
    let cells: [Cell] = [.int(3), .int(-1), .empty]
    #expect(Table.Aggregate.min.value(of: cells) == .int(-1))
    #expect(Table.Aggregate.max.value(of: cells) == .int(3))
    #expect(Table.Aggregate.sum.value(of: cells) == .int(2))
    #expect(Table.Aggregate.mean.value(of: cells) == .float(1))
    #expect(Table.Aggregate.sum.value(of: [.int(.max), .int(1)]) == .float(0x1p63))
    #expect(Table.Aggregate.max.value(of: [.text("x")]) == .empty)
  }

  @Test("a NaN is not lost in an aggregate", arguments: Table.Aggregate.allCases)
  func aggregatesOfNaN(aggregate: Table.Aggregate) {
    #expect(aggregate.value(of: [.float(1), .float(.nan), .float(2)]).number?.isNaN == true)
  }

  @Test("a pivot lays one column out by two others, averaging where several rows meet")
  func pivoting() throws {
    let table = try runs.pivoted(rows: "model", columns: "bits", value: "top1")
    #expect(table.columns == ["model", "4", "8"])
    #expect(
      table.rows == [[.text("b"), .float(2.5), .empty], [.text("a"), .float(2), .empty]])
  }

  @Test("pivoted columns never share a name")
  func pivotNames() throws {
    let table = Table(
      columns: ["r", "c", "v"],
      rows: [
        [.int(1), .text("r"), .int(1)], [.int(1), .text("1"), .int(2)],
        [.int(1), .int(1), .int(3)],
      ])
    #expect(
      try table.pivoted(rows: "r", columns: "c", value: "v").columns == ["r", "r_2", "1", "1_2"])
  }

  @Test("a description has a row for each column of numbers")
  func describing() throws {
    let table = runs.described()
    #expect(try table.column("column") == [.text("bits"), .text("top1")])
    #expect(try table.column("count") == [.int(4), .int(3)])
    #expect(try table.column("max") == [.float(8), .float(4)])
  }
}
