import Testing

@testable import QuantRuntime

@Suite("Data sets")
struct DatasetTests {
  private func images(_ labels: [Int32], shape: Shape = [1, 1, 2]) -> ImageSet {
    let pixels = labels.indices.flatMap { place in
      [UInt8](repeating: UInt8(place), count: shape.count)
    }
    return ImageSet(shape: shape, pixels: pixels, labels: labels)
  }

  private func make(
    train: [Int32] = [0, 1, 0, 1], test: [Int32] = [1, 0], testShape: Shape = [1, 1, 2],
    classes: [String] = ["a", "b"], mean: [Float] = [0], deviation: [Float] = [1]
  ) throws(DataError) -> Dataset {
    try Dataset(
      name: "x", train: images(train), test: images(test, shape: testShape), classNames: classes,
      mean: mean, deviation: deviation)
  }

  @Test("sets that make no sense are refused")
  func refusals() {
    #expect(throws: DataError.empty(split: "train")) { try make(train: []) }
    #expect(throws: DataError.empty(split: "test")) { try make(test: []) }
    #expect(throws: DataError.noClasses) { try make(classes: []) }
    #expect(throws: DataError.label(value: 2, classes: 2)) { try make(test: [0, 2]) }
    #expect(throws: DataError.shapes(train: [1, 1, 2], test: [1, 2, 1])) {
      try make(testShape: [1, 2, 1])
    }
    for (mean, deviation): ([Float], [Float]) in [
      ([], []), ([0, 0], [1, 1]), ([0], [0]), ([.nan], [1]), ([0], [-1]), ([0], [.infinity]),
    ] {
      do {
        _ = try make(mean: mean, deviation: deviation)
        Issue.record("\(mean) and \(deviation) were accepted")
      } catch { #expect(error.code == "data.normalization") }
    }
  }

  @Test("a part has balanced classes, in the order of the set, and lies within a larger part")
  func parts() throws {
    let data = try make(train: [0, 0, 0, 1, 1, 1])
    #expect(try data.limited(train: 2, test: nil).train.pixels == [0, 0, 3, 3])
    #expect(try data.limited(train: 3, test: nil).train.pixels == [0, 0, 1, 1, 3, 3])
    #expect(try data.limited(train: 3, test: 1).train.labels == [0, 0, 1])
    #expect(try data.limited(train: 6, test: 2) == data)
    // One class runs out before the other.
    let uneven = try make(train: [0, 1, 1, 1]).limited(train: 3, test: nil)
    #expect(uneven.train.labels == [0, 1, 1])
  }

  @Test("a part larger than the set or smaller than one image is an error")
  func impossibleParts() throws {
    let data = try make()
    #expect(throws: DataError.tooFew(wanted: 5, available: 4, split: "train")) {
      try data.limited(train: 5, test: nil)
    }
    for count in [0, -1, .min] {
      #expect(throws: DataError.empty(split: "test")) {
        try data.limited(train: nil, test: count)
      }
    }
  }

  @Test("the fingerprint tells contents apart, and nothing else")
  func fingerprint() throws {
    let data = try make()
    var renamed = data
    renamed.name = "y"
    #expect(try renamed.fingerprint() == data.fingerprint())
    #expect(try make(mean: [0.5]).fingerprint() == data.fingerprint())
    #expect(try make(train: [0, 1, 1, 0]).fingerprint() != data.fingerprint())
    #expect(try data.limited(train: 2, test: nil).fingerprint() != data.fingerprint())
  }

  @Test("FNV-1a gives the published values")
  func fnv() {
    // From the test vectors of RFC 9923's reference code (fnv64a of "", "a" and "foobar").
    for (text, value): (String, UInt64) in [
      ("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8),
    ] {
      var hash = FNV1a()
      hash.add(Array(text.utf8)[...])
      #expect(hash.value == value)
    }
  }
}
