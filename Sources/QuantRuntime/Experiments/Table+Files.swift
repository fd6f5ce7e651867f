import Foundation

extension Table {
  /// Writes the table in the format of the path's ending; the file is replaced in one go.
  ///
  /// - Throws: `TableError.unknownFormat`, `FileError`, `Interrupted`.
  public func write(to path: String, until interruption: Interruption = Interruption()) throws {
    let format = try TableFormat(path: path)
    try AtomicFile.write(Data(format.text(self, until: interruption).utf8), to: path)
  }

  /// Adds the rows to a file of the same columns, or makes a new one.
  ///
  /// The old and the new rows are written as one new file, so that a reader never sees half a row.
  /// - Throws: `TableError.otherColumns` when a csv or tsv file has other columns,
  ///   `TableError.notAppendable` for formats that end in a bracket or are aligned, `FileError`,
  ///   `Interrupted`.
  public func append(to path: String, until interruption: Interruption = Interruption()) throws {
    let format = try TableFormat(path: path)
    guard let rows = try format.appendix(self, until: interruption) else {
      throw TableError.notAppendable(path: path)
    }
    guard FileManager.default.fileExists(atPath: path) else {
      return try write(to: path, until: interruption)
    }
    var content = try AtomicFile.read(path, until: interruption)
    if content.isEmpty { return try write(to: path, until: interruption) }
    if format != .jsonl { try checkHeader(of: content, format, path) }
    if let last = content.last, last != UInt8(ascii: "\n") { content.append(UInt8(ascii: "\n")) }
    try AtomicFile.write(content + Data(rows.utf8), to: path)
  }

  private func checkHeader(
    of content: Data, _ format: TableFormat, _ path: String
  ) throws(TableError) {
    let header = format.text(Table(columns: columns))
    // The last line of a file may lack its newline.
    if content.starts(with: header.utf8) || content.elementsEqual(header.dropLast().utf8) { return }
    let found = content.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    throw .otherColumns(
      path: path, found: String(decoding: found.prefix(200), as: UTF8.self),
      expected: String(header.dropLast()))
  }
}
