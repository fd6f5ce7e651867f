/// Images to train on and images to test on, with how they are prepared and turned into numbers.
///
/// A value: cheap to copy, and changed only by making another one.
public struct Dataset: Hashable, Sendable {
  public var name: String
  /// May be empty for a set that can only be tested on.
  public private(set) var train: any ImageSource
  public private(set) var test: any ImageSource
  public private(set) var classNames: [String]
  /// Per channel, of pixels scaled to 0...1.
  public private(set) var mean: [Float]
  /// Per channel, of pixels scaled to 0...1; above 0.
  public private(set) var deviation: [Float]
  /// Applied to training images, in this order.
  public private(set) var augmentations: [AnyAugmentation] = []
  /// Applied to test images, in this order.
  public private(set) var preprocessing: [AnyAugmentation] = []
  /// `[C, H, W]` of one prepared image.
  public private(set) var imageShape: Shape
  /// What is done with images that cannot be decoded.
  public var onError = ImageErrorPolicy.stop
  /// The images left out so far by whoever loads this set or a copy of it.
  public private(set) var skipped = SkippedImages()

  /// - Parameter allowsNoTraining: takes a set without training images.
  /// - Throws: `DataError.empty`, `.noClasses`, `.label`, `.normalization`, and what `prepared` throws.
  public init(
    name: String, train: any ImageSource, test: any ImageSource, classNames: [String],
    mean: [Float], deviation: [Float], augmentations: [AnyAugmentation] = [],
    preprocessing: [AnyAugmentation] = [], allowsNoTraining: Bool = false
  ) throws(DataError) {
    guard !classNames.isEmpty else { throw .noClasses }
    for (set, split) in [(train, "train"), (test, "test")] {
      guard set.count > 0 || (allowsNoTraining && split == "train") else {
        throw .empty(split: split)
      }
      let range = 0..<Int32(clamping: classNames.count)
      if let wrong = set.labels.first(where: { !range.contains($0) }) {
        throw .label(value: Int(wrong), classes: classNames.count)
      }
    }
    self.name = name
    self.train = train
    self.test = test
    self.classNames = classNames
    (self.mean, self.deviation) = (mean, deviation)
    imageShape = []
    self = try prepared(train: augmentations, test: preprocessing)
  }

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
    _ set: any ImageSource, _ count: Int, _ split: String
  ) throws(DataError) -> any ImageSource {
    guard count > 0 else { throw .empty(split: split) }
    guard count <= set.count else {
      throw .tooFew(wanted: count, available: set.count, split: split)
    }
    return set.balanced(count)
  }

  /// The set with other augmentations of its training images.
  ///
  /// - Throws: as `prepared` does.
  public func augmented(_ list: [AnyAugmentation]) throws(DataError) -> Dataset {
    try prepared(train: list, test: preprocessing)
  }

  /// The set with its images prepared by other lists. A `normalize` at the end of one sets mean and
  /// deviation of both.
  ///
  /// - Throws: what an augmentation says that cannot work on these images; `DataError.varyingSize`
  ///   when images keep different sizes, `.shapes` when those of the splits come out unlike,
  ///   `.normalizeLast`, `.normalizations` for two that differ.
  public func prepared(
    train trainList: [AnyAugmentation], test testList: [AnyAugmentation]
  ) throws(DataError) -> Dataset {
    let testShape = try Self.shape(of: test, after: testList, split: "test")
    let trainShape =
      train.count == 0
      ? testShape : try Self.shape(of: train, after: trainList, split: "train")
    guard trainShape == testShape else { throw .shapes(train: trainShape, test: testShape) }
    var result = self
    result.imageShape = testShape
    result.augmentations = trainList
    result.preprocessing = testList
    let (first, second) = (
      try Self.normalization(trainList), try Self.normalization(testList)
    )
    if let first, let second, first != second { throw .normalizations }
    let normalize = first ?? second ?? Normalize(mean: mean, deviation: deviation)
    (result.mean, result.deviation) = try normalize.values(channels: testShape[0])
    return result
  }

  private static func shape(
    of set: any ImageSource, after list: [AnyAugmentation], split: String
  ) throws(DataError) -> Shape {
    var frame = set.frame
    for augmentation in list { frame = try augmentation.base.output(of: frame) }
    guard let shape = frame.shape else { throw .varyingSize(split: split) }
    return shape
  }

  private static func normalization(_ list: [AnyAugmentation]) throws(DataError) -> Normalize? {
    for augmentation in list.dropLast() where augmentation.base is Normalize {
      throw .normalizeLast
    }
    return list.last?.base as? Normalize
  }

  public static func == (a: Dataset, b: Dataset) -> Bool {
    a.name == b.name && a.classNames == b.classNames && a.mean == b.mean
      && a.deviation == b.deviation && a.augmentations == b.augmentations
      && a.preprocessing == b.preprocessing && a.onError == b.onError
      && a.train.isEqual(to: b.train) && a.test.isEqual(to: b.test)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(train)
    hasher.combine(test)
  }

  /// 64-bit FNV-1a over shape, images and labels, to tell contents apart in records of runs; of image
  /// files, over their names and sizes. Normalization and augmentations do not count beyond the shape
  /// that comes out.
  ///
  /// - Throws: `Interrupted`.
  public func fingerprint(
    until interruption: Interruption = Interruption()
  ) throws(Interrupted) -> UInt64 {
    var hash = FNV1a()
    for extent in imageShape.dimensions {
      hash.add((0..<4).map { UInt8(truncatingIfNeeded: extent >> (8 * $0)) }[...])
    }
    for set in [train, test] {
      try set.visit { bytes throws(Interrupted) in
        for start in stride(from: 0, to: bytes.count, by: Self.hashedAtOnce) {
          try interruption.check()
          hash.add(bytes[start..<min(start + Self.hashedAtOnce, bytes.count)])
        }
      }
    }
    return hash.value
  }

  /// Bytes that are hashed between two looks at whether to go on.
  private static let hashedAtOnce = 1 << 22
}

/// Fowler, Noll and Vo's hash, version 1a, with the 64-bit constants of its authors.
struct FNV1a {
  private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func add(_ bytes: ArraySlice<UInt8>) {
    var hash = value
    bytes.withUnsafeBufferPointer { bytes in
      for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }
    value = hash
  }
}
