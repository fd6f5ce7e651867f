import Foundation

/// Data sets in NumPy's files: a pair of images and labels, or a folder with two such pairs.
enum NPYFolder {
  /// Whether a folder has the first of the four files.
  static func isFolder(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(path)/train_images.npy")
  }

  /// `train_images.npy`, `train_labels.npy`, `test_images.npy` and `test_labels.npy`.
  ///
  /// - Throws: `DataError`, `FileError`.
  static func folder(_ path: String) throws -> Dataset {
    let train = try split(path, "train")
    return try dataset(path, train, split(path, "test"), statistics: PixelStatistics(train))
  }

  /// One file of images and one of labels; a share of each class to test on, or all.
  ///
  /// - Throws: `DataError`, `FileError`.
  static func pair(images: String, labels: String, validation: Double?) throws -> Dataset {
    let all = try NPY(images).images(labels: NPY(labels).labels())
    let (train, test) = all.split(validation: validation)
    let statistics = PixelStatistics(train.count > 0 ? train : test)
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

  private static func split(_ folder: String, _ name: String) throws -> ImageSet {
    let labels = try NPY("\(folder)/\(name)_labels.npy").labels()
    return try NPY("\(folder)/\(name)_images.npy").images(labels: labels)
  }
}
