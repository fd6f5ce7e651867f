import CKernels

/// Turns the images of a set into batches of one epoch.
struct BatchProducer: Sendable {
  /// Images in a row that are tried in the place of one that cannot be loaded.
  private static let tries = 1_000

  let images: any ImageSource
  let batch: Int
  /// The epoch's order.
  let indices: [Int]
  let augmentations: [AnyAugmentation]
  let seed: UInt64
  let epoch: Int
  private let shape: Shape
  private let onError: ImageErrorPolicy
  /// Whether the next image of the order takes the place of one that is left out.
  private let replaces: Bool
  private let skipped: SkippedImages
  /// For each channel, the number that each byte stands for.
  private let values: [[Float]]

  init(
    images: any ImageSource, of data: Dataset, batch: Int, indices: [Int],
    augmentations: [AnyAugmentation], seed: UInt64, epoch: Int, replaces: Bool
  ) {
    self.images = images
    self.batch = batch
    self.indices = indices
    self.augmentations = augmentations
    self.seed = seed
    self.epoch = epoch
    self.replaces = replaces
    shape = data.imageShape
    onError = data.onError
    skipped = data.skipped
    values = zip(data.mean, data.deviation).map { mean, deviation in
      (0..<256).map { (Float($0) / 255 - mean) / deviation }
    }
  }

  var imageSize: Int { shape.count }

  /// Makes a batch by its number, in memory that is new or had another batch of the epoch.
  ///
  /// - Parameter isStopped: asked before each image; true gives up.
  /// - Throws: `FileError` or `ImageError` for an image that cannot be loaded and is not left out,
  ///   `DataError.nothingLeft` when too many cannot; `Interrupted`.
  func fill(_ target: Batch, number: Int, until isStopped: () -> Bool = { false }) throws {
    let range = number * batch..<min((number + 1) * batch, indices.count)
    if target.labels.isEmpty {
      target.images = Array(repeating: 0, count: range.count * imageSize)
      target.labels = Array(repeating: 0, count: range.count)
    }
    let canvas = target.canvas
    target.count = 0
    for position in range {
      guard let index = try load(position, into: canvas, until: isStopped) else { continue }
      target.labels[target.count] = images.labels[index]
      target.images.withUnsafeMutableBufferPointer {
        normalize(canvas, into: $0, from: target.count * imageSize)
      }
      target.count += 1
    }
  }

  /// The image at a position of the order, or the one that takes its place; gives its index, nil when
  /// the place stays empty.
  private func load(
    _ position: Int, into canvas: ImageCanvas, until isStopped: () -> Bool
  ) throws -> Int? {
    let tries = onError == .stop || !replaces ? 1 : min(Self.tries, indices.count)
    for offset in 0..<tries {
      if isStopped() { throw Interrupted() }
      let index = indices[(position + offset) % indices.count]
      do {
        // The stream is that of the place, so that one image differs from itself in its own place.
        try load(index, into: canvas, lane: indices[position])
        return index
      } catch let error as any RuntimeFailure where onError == .skip {
        skipped.add(images.name(of: index), reason: error.message)
      }
    }
    guard !replaces else { throw DataError.nothingLeft(tried: tries) }
    return nil
  }

  private func load(_ index: Int, into canvas: ImageCanvas, lane: Int) throws {
    try images.load(index, into: canvas)
    guard !augmentations.isEmpty else { return }
    var random = RandomStream(
      seed: seed, purpose: .augmentation, lane: UInt64(epoch) << 32 | UInt64(lane))
    do {
      for augmentation in augmentations {
        try augmentation.base.apply(to: canvas, random: &random)
      }
    } catch { throw error.naming(images.name(of: index)) }
  }

  private func normalize(
    _ canvas: ImageCanvas, into target: UnsafeMutableBufferPointer<Float>, from start: Int
  ) {
    precondition(canvas.pixels.count == imageSize, "augmentations keep to the shape they announce")
    let plane = canvas.plane
    for (channel, table) in values.enumerated() {
      guard let from = canvas.plane(channel).baseAddress, let to = target.baseAddress else {
        return
      }
      mq_u8_lookup(from, table, to + start + channel * plane, plane)
    }
  }
}
