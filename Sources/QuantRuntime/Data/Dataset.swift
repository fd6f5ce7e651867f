/// Images to train on and images to test on, with what turns their bytes into numbers.
///
/// A value: cheap to copy, and changed only by making another one.
public struct Dataset: Hashable, Sendable {
  public var name: String
  public private(set) var train: ImageSet
  public private(set) var test: ImageSet
  public let classNames: [String]
  /// Per channel, of pixels scaled to 0...1.
  public let mean: [Float]
  /// Per channel, of pixels scaled to 0...1; above 0.
  public let deviation: [Float]
  /// Applied to training images, in this order.
  public private(set) var augmentations: [AnyAugmentation] = []

  /// - Throws: `DataError.empty`, `.noClasses`, `.label`, `.shapes`, `.normalization`.
  public init(
    name: String, train: ImageSet, test: ImageSet, classNames: [String], mean: [Float],
    deviation: [Float]
  ) throws(DataError) {
    guard !classNames.isEmpty else { throw .noClasses }
    for (set, split) in [(train, "train"), (test, "test")] {
      guard set.count > 0 else { throw .empty(split: split) }
      if let wrong = set.labels.max(), wrong >= classNames.count {
        throw .label(value: Int(wrong), classes: classNames.count)
      }
    }
    guard train.shape == test.shape else { throw .shapes(train: train.shape, test: test.shape) }
    let isNormalizing =
      mean.allSatisfy(\.isFinite) && deviation.allSatisfy { $0 > 0 && $0.isFinite }
    guard mean.count == train.shape[0], deviation.count == mean.count, isNormalizing else {
      throw .normalization(channels: train.shape[0], mean: mean, deviation: deviation)
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

  /// The set with fewer images: of each class its first ones, so that the classes stay balanced.
  ///
  /// - Throws: `DataError.tooFew` when there are not that many, `.empty` for less than one.
  public func limited(train trainCount: Int?, test testCount: Int?) throws(DataError) -> Dataset {
    var result = self
    if let trainCount { result.train = try Self.limit(train, trainCount, "train") }
    if let testCount { result.test = try Self.limit(test, testCount, "test") }
    return result
  }

  private static func limit(
    _ set: ImageSet, _ count: Int, _ split: String
  ) throws(DataError) -> ImageSet {
    guard count > 0 else { throw .empty(split: split) }
    guard count <= set.count else {
      throw .tooFew(wanted: count, available: set.count, split: split)
    }
    return set.balanced(count)
  }

  /// - Throws: what an augmentation says that cannot work on these images.
  public func augmented(_ list: [AnyAugmentation]) throws(DataError) -> Dataset {
    for augmentation in list { try augmentation.check(imageShape) }
    var result = self
    result.augmentations = list
    return result
  }

  /// 64-bit FNV-1a over shape, images and labels, to tell contents apart in records of runs. Names,
  /// normalization and augmentations do not count.
  public var fingerprint: UInt64 {
    var hash = FNV1a()
    for extent in imageShape.dimensions {
      hash.add((0..<4).map { UInt8(truncatingIfNeeded: extent >> (8 * $0)) })
    }
    for bytes in [train.pixels, train.labels, test.pixels, test.labels] { hash.add(bytes) }
    return hash.value
  }
}

/// Fowler, Noll and Vo's hash, version 1a, with the 64-bit constants of its authors.
struct FNV1a {
  private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func add(_ bytes: [UInt8]) {
    var hash = value
    bytes.withUnsafeBufferPointer { bytes in
      for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }
    value = hash
  }
}
