/// Passes over the images of a calibration, the last one smaller where they do not fill it.
///
/// Plans share the parameter store, so what one pass finds the next one sees. To be used on the compute
/// thread.
struct CalibrationBatches {
  let data: Dataset
  let images: Int
  let batch: Int
  let augments: Bool
  let seed: UInt64

  /// What can be known to be wrong with data and their number before any image is loaded.
  ///
  /// - Throws: `TrainingError`, `CalibrationError.tooFewImages`.
  static func check(_ model: Model, on data: Dataset, images: Int) throws {
    try data.check(fits: model)
    guard images <= data.train.count else {
      throw CalibrationError.tooFewImages(wanted: images, available: data.train.count)
    }
  }

  /// Calls `body` once for each batch, with its images in the plan.
  ///
  /// - Parameter makePlan: compiles a plan for a number of images.
  func forEach(
    until isStopped: () -> Bool, makePlan: (Int) throws -> Plan,
    _ body: (Plan, _ done: Int) throws -> Void
  ) throws {
    let loader = BatchLoader(
      data.train, of: data, batch: batch, order: .shuffled,
      augmentations: augments ? data.augmentations : nil, seed: seed)
    defer { loader.stop() }
    let whole = try makePlan(batch)
    var done = 0
    while done < images {
      let count = try loader.next(images: whole.images, labels: whole.labels, until: isStopped)
      guard count > 0 else { throw DataError.nothingLeft(tried: data.train.count) }
      let used = min(count, images - done)
      if used == batch {
        try body(whole, done + used)
      } else {
        let rest = try makePlan(used)
        _ = rest.images.update(fromContentsOf: whole.images[..<rest.images.count])
        try body(rest, done + used)
      }
      done += used
    }
  }
}
