import Testing

@testable import QuantRuntime

@Suite("Sweeps")
struct SweepTests {
  private func grid(_ axes: [(String, Int)]) throws(SweepError) -> SweepGrid {
    try SweepGrid(axes.map { .init(name: $0.0, count: $0.1) })
  }

  @Test("every combination comes once, the last axis fastest")
  func order() throws {
    let grid = try grid([("a", 2), ("b", 1), ("c", 3)])
    #expect(
      (0..<grid.count).map { grid.positions(of: $0) } == [
        [0, 0, 0], [0, 0, 1], [0, 0, 2], [1, 0, 0], [1, 0, 1], [1, 0, 2],
      ])
  }

  @Test("a grid has an axis, no empty one, and a million cells at most")
  func limits() throws {
    #expect(throws: SweepError.noAxis) { try grid([]) }
    #expect(throws: SweepError.emptyAxis(name: "b")) { try grid([("a", 2), ("b", 0)]) }
    #expect(try grid([("a", 1000), ("b", 1000)]).count == 1_000_000)
    #expect(throws: SweepError.tooManyCells(axis: "c", limit: 1_000_000)) {
      try grid([("a", 1000), ("b", 1000), ("c", 2)])
    }
    #expect(throws: SweepError.tooManyCells(axis: "a", limit: 1_000_000)) {
      try grid([("a", .max), ("b", .max)])
    }
  }

  @Test("columns are the axes, the fields in the order of their appearance, and the error")
  func columns() {
    var rows = SweepRows(axes: ["a"])
    rows.add([.int(1)], [("x", .int(10)), ("y", .int(20))])
    #expect(rows.table.columns == ["a", "x", "y"])
    rows.add([.int(2)], error: "no")
    rows.add([.int(3)], [("z", .int(30))])
    #expect(
      rows.table
        == Table(
          columns: ["a", "x", "y", "z", "error"],
          rows: [
            [.int(1), .int(10), .int(20), .empty, .empty],
            [.int(2), .empty, .empty, .empty, .text("no")],
            [.int(3), .empty, .empty, .int(30), .empty],
          ]))
  }

  @Test("a field that repeats its axis is left out, any other of the name is numbered")
  func repeatedAxis() {
    var rows = SweepRows(axes: ["bits"])
    rows.add([.int(4)], [("bits", .float(4))])
    #expect(rows.table.columns == ["bits"])
    rows.add([.int(8)], [("bits", .int(9)), ("error", .int(1))])
    #expect(rows.table.columns == ["bits", "bits_2", "error"])
    rows.add([.int(2)], error: "no")
    #expect(rows.table.columns == ["bits", "bits_2", "error", "error_2"])
  }

  @Test("the best run is the largest by the first number, of losses the smallest")
  func best() {
    var best = BestRun()
    #expect(best.text.isEmpty)
    best.take([("name", .text("a")), ("top1", .float(.nan)), ("loss", .float(1))])
    #expect(best.text.isEmpty)
    for top1 in [0.5, 0.75, 0.25] { best.take([("top1", .float(top1)), ("loss", .float(9))]) }
    #expect(best.text == "best top1 0.75")
    var least = BestRun()
    for loss in [2, 1, 3] { least.take([("test_loss", .int(loss))]) }
    least.take([("other", .int(0))])
    #expect(least.text == "best test_loss 1")
  }
}
