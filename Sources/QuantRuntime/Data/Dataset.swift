/// Images to train on and images to test on, with what turns their bytes into numbers.
///
/// A value: cheap to copy, and changed only by making another one.
public struct Dataset: Hashable, Sendable {
  public var name: String
  public private(set) var train: ImageSet
  public private(set) var test: ImageSet
  public var classNames: [String]
  /// Per channel, of pixels scaled to 0...1.
  public var mean: [Float]
  public var deviation: [Float]
  /// Applied to training images, in this order.
  public private(set) var augmentations: [AnyAugmentation] = []

  /// - Throws: `DataError.empty`, `.label`.
  public init(
    name: String, train: ImageSet, test: ImageSet, classNames: [String], mean: [Float],
    deviation: [Float]
  ) throws(DataError) {
    for (set, split) in [(train, "train"), (test, "test")] {
      guard set.count > 0 else { throw .empty(split: split) }
      if let wrong = set.labels.first(where: { $0 >= classNames.count }) {
        throw .label(value: Int(wrong), classes: classNames.count)
      }
    }
    self.name = name
    self.train = train
    self.test = test
    self.classNames = classNames
    self.mean = mean
    self.deviation = deviation
  }

  /// `[C, H, W]` of one image.
  public var imageShape: Shape { train.shape }

  /// The set with the first images of each split only.
  ///
  /// - Throws: `DataError.tooFew` when there are not that many.
  public func limited(train trainCount: Int?, test testCount: Int?) throws(DataError) -> Dataset {
    var result = self
    if let trainCount { result.train = try Self.limit(train, trainCount, "train") }
    if let testCount { result.test = try Self.limit(test, testCount, "test") }
    return result
  }

  private static func limit(
    _ set: ImageSet, _ count: Int, _ split: String
  ) throws(DataError) -> ImageSet {
    guard count <= set.count else {
      throw .tooFew(wanted: count, available: set.count, split: split)
    }
    return set.first(count)
  }

  /// - Throws: `DataError.imageTooSmall` for an augmentation that cannot work on these images.
  public func augmented(_ list: [AnyAugmentation]) throws(DataError) -> Dataset {
    for augmentation in list { try augmentation.check(imageShape) }
    var result = self
    result.augmentations = list
    return result
  }

  /// 64-bit FNV-1a over images and labels, to tell sets apart in records of runs.
  public var fingerprint: UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for bytes in [train.pixels, train.labels, test.pixels, test.labels] {
      for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }
    return hash
  }
}
