import Foundation

/// The binary version of CIFAR-10 and CIFAR-100 (Krizhevsky, 2009): records of one or two bytes of
/// label and 3 x 32 x 32 bytes of pixels.
enum CIFARFolder {
  private static let shape: Shape = [3, 32, 32]
  /// Of one file; those of the authors have 30 and 150 MB.
  private static let byteLimit = 1 << 30

  /// How the files of a set are named and what a record holds.
  private struct Layout {
    var train: [String]
    var test: [String]
    var names: String
    /// Bytes of label; the last one counts.
    var labelBytes: Int
    var classes: Int
  }

  private static let layouts = [
    Layout(
      train: (1...5).map { "data_batch_\($0).bin" }, test: ["test_batch.bin"],
      names: "batches.meta.txt", labelBytes: 1, classes: 10),
    Layout(
      train: ["train.bin"], test: ["test.bin"], names: "fine_label_names.txt", labelBytes: 2,
      classes: 100),
  ]

  /// Whether a folder has the first file of either set.
  static func isFolder(_ path: String) -> Bool { layout(path) != nil }

  /// - Throws: `DataError`, and what reading throws.
  static func load(_ path: String, _ reader: FileReader) throws -> Dataset {
    guard let layout = layout(path) else { throw DataError.noImages(folder: path) }
    let train = try images(path, layout.train, layout, reader)
    let statistics = try PixelStatistics(train, until: reader.interruption)
    return try Dataset(
      name: path, train: train, test: images(path, layout.test, layout, reader),
      classNames: names(path, layout, reader), mean: statistics.mean,
      deviation: statistics.deviation)
  }

  private static func layout(_ path: String) -> Layout? {
    layouts.first { FileManager.default.fileExists(atPath: "\(path)/\($0.train[0])") }
  }

  private static func images(
    _ folder: String, _ files: [String], _ layout: Layout, _ reader: FileReader
  ) throws -> ImageSet {
    let record = layout.labelBytes + shape.count
    var pixels: [UInt8] = []
    var labels: [Int32] = []
    for file in files {
      let path = "\(folder)/\(file)"
      guard FileManager.default.fileExists(atPath: path) else {
        throw DataError.missingFile(folder: folder, file: file)
      }
      let bytes = try NumberFile.bytes(path, limit: byteLimit, reader)
      guard bytes.count % record == 0 else {
        let whole = (bytes.count / record + 1) * record
        throw DataError.truncated(path: path, expected: whole, found: bytes.count)
      }
      for start in stride(from: 0, to: bytes.count, by: record) {
        try reader.interruption.check()
        labels.append(Int32(bytes[start + layout.labelBytes - 1]))
        pixels.append(contentsOf: bytes[start + layout.labelBytes..<start + record])
      }
    }
    return ImageSet(shape: shape, pixels: pixels, labels: labels)
  }

  /// From the file of names, where it is there and whole; numbers otherwise.
  private static func names(
    _ folder: String, _ layout: Layout, _ reader: FileReader
  ) -> [String] {
    let path = "\(folder)/\(layout.names)"
    let text = (try? NumberFile.bytes(path, limit: 1 << 16, reader)) ?? []
    let lines = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline)
      .map(String.init)
    return lines.count == layout.classes ? lines : (0..<layout.classes).map(String.init)
  }
}
