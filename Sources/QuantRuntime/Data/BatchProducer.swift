/// Turns the bytes of a set into batches of one epoch.
struct BatchProducer: Sendable {
  let images: ImageSet
  let batch: Int
  /// The epoch's order.
  let indices: [Int]
  let augmentations: [AnyAugmentation]
  let seed: UInt64
  let epoch: Int
  /// For each channel, the number that each byte stands for.
  private let values: [[Float]]

  init(
    images: ImageSet, mean: [Float], deviation: [Float], batch: Int, indices: [Int],
    augmentations: [AnyAugmentation], seed: UInt64, epoch: Int
  ) {
    self.images = images
    self.batch = batch
    self.indices = indices
    self.augmentations = augmentations
    self.seed = seed
    self.epoch = epoch
    values = zip(mean, deviation).map { mean, deviation in
      (0..<256).map { (Float($0) / 255 - mean) / deviation }
    }
  }

  var imageSize: Int { images.shape.count }

  /// Makes a batch by its number, in memory that is new or had another batch of the epoch.
  func fill(_ target: Batch, number: Int) {
    let range = number * batch..<min((number + 1) * batch, indices.count)
    if target.labels.isEmpty {
      target.images = Array(repeating: 0, count: range.count * imageSize)
      target.labels = Array(repeating: 0, count: range.count)
    }
    target.count = range.count
    for (place, position) in range.enumerated() {
      target.labels[place] = Int32(images.labels[indices[position]])
    }
    target.images.withUnsafeMutableBufferPointer { fill($0, range) }
  }

  private func fill(_ target: UnsafeMutableBufferPointer<Float>, _ range: Range<Int>) {
    let size = imageSize
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 2 * size) { memory in
      memory.initialize(repeating: 0)
      let image = UnsafeMutableBufferPointer(rebasing: memory[..<size])
      let scratch = UnsafeMutableBufferPointer(rebasing: memory[size...])
      for (place, position) in range.enumerated() {
        load(indices[position], into: image, scratch)
        normalize(
          UnsafeBufferPointer(image),
          into: UnsafeMutableBufferPointer(rebasing: target[place * size..<(place + 1) * size]))
      }
    }
  }

  private func load(
    _ index: Int, into image: UnsafeMutableBufferPointer<UInt8>,
    _ scratch: UnsafeMutableBufferPointer<UInt8>
  ) {
    images.pixels.withUnsafeBufferPointer { pixels in
      _ = image.update(fromContentsOf: pixels[index * imageSize..<(index + 1) * imageSize])
    }
    guard !augmentations.isEmpty else { return }
    var random = RandomStream(
      seed: seed, purpose: .augmentation, lane: UInt64(epoch) << 32 | UInt64(index))
    for augmentation in augmentations {
      augmentation.base.apply(to: image, shape: images.shape, scratch: scratch, random: &random)
    }
  }

  private func normalize(
    _ image: UnsafeBufferPointer<UInt8>, into target: UnsafeMutableBufferPointer<Float>
  ) {
    let plane = images.shape[1] * images.shape[2]
    for (channel, table) in values.enumerated() {
      table.withUnsafeBufferPointer { table in
        for pixel in channel * plane..<(channel + 1) * plane {
          target[pixel] = table[Int(image[pixel])]
        }
      }
    }
  }
}
