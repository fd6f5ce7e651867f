import Foundation

/// Data sets in NumPy's files: a pair of images and labels, or a folder with two such pairs.
enum NPYFolder {
  /// Whether a folder has the first of the four files.
  static func isFolder(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(path)/train_images.npy")
  }

  /// `train_images.npy`, `train_labels.npy`, `test_images.npy` and `test_labels.npy`.
  ///
  /// - Throws: `DataError`, and what reading throws.
  static func folder(_ path: String, _ reader: FileReader) throws -> Dataset {
    let train = try split(path, "train", reader)
    return try dataset(
      path, train, split(path, "test", reader),
      statistics: PixelStatistics(train, until: reader.interruption))
  }

  /// One file of images and one of labels; a share of each class to test on, or all.
  ///
  /// - Throws: `DataError`, and what reading throws.
  static func pair(
    images: String, labels: String, validation: Double?, _ reader: FileReader
  ) throws -> Dataset {
    let all = try NPY(images, reader).images(labels: NPY(labels, reader).labels())
    let (train, test) = all.split(validation: validation)
    let statistics = try PixelStatistics(
      train.count > 0 ? train : test, until: reader.interruption)
    return try dataset(images, train, test, statistics: statistics)
  }

  private static func dataset(
    _ name: String, _ train: ImageSet, _ test: ImageSet, statistics: PixelStatistics
  ) throws -> Dataset {
    let classes = Int(max(train.labels.max() ?? 0, test.labels.max() ?? 0)) + 1
    guard classes <= 1 << 16 else { throw DataError.label(value: classes - 1, classes: 1 << 16) }
    return try Dataset(
      name: name, train: train, test: test, classNames: (0..<classes).map(String.init),
      mean: statistics.mean, deviation: statistics.deviation, allowsNoTraining: true)
  }

  private static func split(
    _ folder: String, _ name: String, _ reader: FileReader
  ) throws -> ImageSet {
    let labels = try NPY("\(folder)/\(name)_labels.npy", reader).labels()
    return try NPY("\(folder)/\(name)_images.npy", reader).images(labels: labels)
  }
}
