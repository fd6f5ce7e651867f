import Foundation
import Testing

@testable import QuantRuntime

@Suite("CIFAR folders")
struct CIFARFolderTests {
  /// Records whose label bytes are given and whose pixels count up from the record's number.
  private func records(_ labels: [[UInt8]]) -> Data {
    Data(
      labels.enumerated().flatMap { number, label in
        label + (0..<3_072).map { UInt8(truncatingIfNeeded: $0 + number) }
      })
  }

  private func load(_ files: [String: Data]) throws -> Dataset {
    try withTemporaryFolder { folder in
      for (name, data) in files {
        try data.write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
      }
      return try DatasetCatalog.load(folder, synthetic: SyntheticImages())
    }
  }

  private var ten: [String: Data] {
    var files = ["test_batch.bin": records([[9], [0]])]
    for number in 1...5 { files["data_batch_\(number).bin"] = records([[UInt8(number)], [7]]) }
    return files
  }

  @Test("the five batches of CIFAR-10 follow each other, names come from their file")
  func cifar10() throws {
    let data = try load(ten)
    #expect(data.train.labels == [1, 7, 2, 7, 3, 7, 4, 7, 5, 7] && data.test.labels == [9, 0])
    #expect(data.imageShape == [3, 32, 32] && data.classNames.last == "9")
    #expect(
      data.test.pixels == Array(records([[9], [0]])[1..<3_073] + records([[9], [0]])[3_074...]))
    let names = (0..<10).map { "class \($0)" }.joined(separator: "\n") + "\n"
    let named = try load(ten.merging(["batches.meta.txt": Data(names.utf8)]) { $1 })
    #expect(named.classNames[3] == "class 3")
  }

  @Test("CIFAR-100 has a coarse label before the fine one, which counts")
  func cifar100() throws {
    let data = try load(["train.bin": records([[1, 99]]), "test.bin": records([[1, 42]])])
    #expect(data.train.labels == [99] && data.test.labels == [42] && data.classNames.count == 100)
  }

  @Test("missing, broken and mislabelled files are told")
  func refusals() throws {
    var missing = ten
    missing["data_batch_4.bin"] = nil
    #expect(throws: DataError.self) { try load(missing) }
    let cut = ten.merging(["test_batch.bin": records([[1]]).dropLast()]) { $1 }
    #expect(throws: DataError.self) { try load(cut) }
    let wrong = ten.merging(["test_batch.bin": records([[10]])]) { $1 }
    #expect(throws: DataError.label(value: 10, classes: 10)) { try load(wrong) }
    #expect(throws: DataError.empty(split: "test")) {
      try load(ten.merging(["test_batch.bin": Data()]) { $1 })
    }
  }
}
