extension Dataset {
  /// The set prepared as a user asks, with what is usual for what is left open.
  ///
  /// Images in memory are left as they are, or made `imageSize` a side. Image files are prepared for
  /// testing by `ImagePresets.testing`, as large as the augmentations make the training images and
  /// normalized as they are; without augmentations, training images are prepared as test images are.
  ///
  /// - Parameters:
  ///   - augment: for training; nil when not given.
  ///   - preprocess: for testing; nil when not given.
  ///   - imageSize: pixels a side of what is left open.
  /// - Throws: what `prepared(train:test:)` throws; `DataError.option` for a size beside `preprocess`.
  public func prepared(
    augment: [AnyAugmentation]?, preprocess: [AnyAugmentation]?, imageSize: Int?
  ) throws(DataError) -> Dataset {
    guard imageSize == nil || preprocess == nil else {
      throw .option(name: "image_size", kind: "a set with a 'preprocess' of its own")
    }
    if let preprocess { return try prepared(train: augment ?? preprocess, test: preprocess) }
    guard test is ImageFiles else {
      let sizing = imageSize.map {
        [AnyAugmentation(Resize(size: $0)), AnyAugmentation(CenterCrop(size: $0))]
      }
      return try prepared(train: augment ?? sizing ?? [], test: sizing ?? [])
    }
    var size = imageSize
    if size == nil { size = try side(after: augment ?? []) }
    let normalize = augment?.last?.base as? Normalize ?? ImagePresets.imageNet
    let testing = ImagePresets.testing(
      size: size ?? ImagePresets.usualSize, normalize: normalize)
    return try prepared(train: augment ?? testing, test: testing)
  }

  /// Pixels a side that training images have after a list.
  private func side(after list: [AnyAugmentation]) throws(DataError) -> Int? {
    var frame = test.frame
    for augmentation in list { frame = try augmentation.base.output(of: frame) }
    return frame.height == frame.width ? frame.height : nil
  }
}
