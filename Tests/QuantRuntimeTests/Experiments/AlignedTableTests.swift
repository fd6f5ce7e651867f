import Testing

@testable import QuantRuntime

@Suite("Aligned tables")
struct AlignedTableTests {
  @Test("numbers stand to the right, texts to the left, and no line ends in blanks")
  func alignment() {
    let table = Table(
      columns: ["model", "top1", "note"],
      rows: [
        [.text("resnet18"), .float(0.7), .text("ok")],
        [.text("r20"), .float(91.234_567_8), .empty],
        [.text("x"), .empty, .text("日本")],
      ])
    #expect(
      TableFormat.table.text(table) == """
        model        top1  note
        --------  -------  ----
        resnet18      0.7  ok
        r20       91.2346
        x                  日本

        """)
  }

  @Test("columns in the middle give way, and their number is told")
  func middleColumns() {
    let columns = (0..<9).map { "column\($0)" }
    let table = Table(columns: columns, rows: [(0..<9).map { .int($0) }])
    #expect(
      TableFormat.table.text(table, in: TextArea(width: 40)) == """
        column0  column1  ...  column7  column8
        -------  -------  ---  -------  -------
              0        1  ...        7        8
        (5 of 9 columns not shown)

        """)
  }

  @Test("no line is wider than the terminal", arguments: [20, 21, 25, 40, 79, 200])
  func widths(width: Int) {
    for count in 1...7 {
      let long = String(repeating: "長い", count: 30)
      let table = Table(
        columns: (0..<count).map { "a rather long name \($0)" },
        rows: [(0..<count).map { $0 % 2 == 0 ? .text(long) : .float(1e-300 / 3) }])
      for line in TableFormat.table.text(table, in: TextArea(width: width)).split(separator: "\n") {
        // The last line counts the columns left out and may be longer than a narrow terminal.
        guard !line.hasPrefix("(") else { continue }
        #expect(DisplayText(String(line)).width <= width, "\(count) columns")
      }
    }
  }

  @Test("a long text is cut by its width and marked")
  func cutting() {
    #expect(DisplayText("abcdefgh").cut(to: 6).text == "abc...")
    #expect(DisplayText("日本語です").cut(to: 8).text == "日本...")
    #expect(DisplayText("日本語です").cut(to: 8).width == 7)
    #expect(DisplayText("abc").cut(to: 3).text == "abc")
  }

  @Test("wide characters, emoji and combining marks are measured as terminals draw them")
  func measuring() {
    #expect(DisplayText("é").width == 1)
    #expect(DisplayText("e\u{301}").width == 1)
    #expect(DisplayText("한글").width == 4)
    #expect(DisplayText("👩‍👩‍👧").width == 2)
    #expect(DisplayText("❤️").width == 2)
    #expect(DisplayText("ｱ").width == 1)
    #expect(DisplayText("\u{200B}").width == 0)
  }

  @Test("control characters cannot reach the terminal")
  func controlCharacters() {
    #expect(DisplayText("a\u{1B}[31mb\r\nc\td").text == "a [31mb c d")
  }

  @Test("a table without columns or rows is drawn too, a large one in time")
  func extremes() {
    #expect(TableFormat.table.text(Table(columns: [])) == "(empty table)\n")
    #expect(TableFormat.table.text(Table(columns: ["a"])) == "a\n-\n")
    let rows = (0..<2_000).map { row in (0..<10).map { Cell.int(row * $0) } }
    let table = Table(columns: (0..<10).map { "c\($0)" }, rows: rows)
    #expect(TableFormat.table.text(table).split(separator: "\n").count >= 2_002)
  }

  @Test("a box has lines on all sides, and gives way as a plain table does")
  func box() {
    let table = Table(
      columns: ["model", "top1"], rows: [[.text("日本"), .float(0.7)], [.text("r20"), .empty]])
    #expect(
      TableFormat.box.text(table) == """
        ┌───────┬──────┐
        │ model │ top1 │
        ├───────┼──────┤
        │ 日本  │  0.7 │
        │ r20   │      │
        └───────┴──────┘

        """)
    #expect(
      TableFormat.box.text(table, in: TextArea(isUnicode: false)).hasPrefix(
        "+-------+------+\n| model | top1 |\n+-------+------+\n"))
    let wide = Table(columns: (0..<9).map { "column\($0)" }, rows: [(0..<9).map { .int($0) }])
    let lines = TableFormat.box.text(wide, in: TextArea(width: 40)).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 40 })
    #expect(lines.last == "(6 of 9 columns not shown)")
  }

  @Test("a row of LaTeX does not begin with what the end of the one before would take")
  func latexRows() {
    let table = Table(columns: ["[a]"], rows: [[.text("[3, 16]")], [.text("*")], [.text("a [b]")]])
    let lines = TableFormat.latex.text(table).split(separator: "\n")
    #expect(lines[2] == #"{}[a] \\"#)
    #expect(lines[4...6] == [#"{}[3, 16] \\"#, #"{}* \\"#, #"a [b] \\"#])
  }

  @Test("LaTeX gets its own characters escaped, and numbers in math mode where they need it")
  func latex() {
    let table = Table(
      columns: ["a_b", "x"],
      rows: [
        [.text("5% & #1 {~^} \\ $<>|\""), .float(-0.25)], [.text("é\r\nline"), .float(1e-12)],
        [.empty, .float(-.infinity)], [.bool(true), .int(-3)],
      ])
    #expect(
      TableFormat.latex.text(table) == ##"""
        \begin{tabular}{lr}
        \toprule
        a\_b & x \\
        \midrule
        5\% \& \#1 \{\textasciitilde{}\textasciicircum{}\} \textbackslash{} \$\textless{}\textgreater{}\textbar{}" & $-0.25$ \\
        é line & $1 \times 10^{-12}$ \\
         & $-\infty$ \\
        true & $-3$ \\
        \bottomrule
        \end{tabular}

        """##)
  }
}
