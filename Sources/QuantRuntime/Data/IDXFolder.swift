import Foundation

/// Data sets in the four files of MNIST: images and labels, to train and to test.
enum IDXFolder {
  private static let fashionFolder = "/usr/share/datasets/fashion-mnist"

  /// Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017) from the Debian package
  /// `dataset-fashion-mnist`: 60,000 and 10,000 grey images of 28x28 pixels.
  ///
  /// Mean and deviation are those of the training pixels.
  static func fashionMNIST(_ reader: FileReader) throws -> Dataset {
    guard FileManager.default.fileExists(atPath: fashionFolder) else {
      throw DataError.notInstalled(name: "fashion-mnist", package: "dataset-fashion-mnist")
    }
    let names = [
      "t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag",
      "ankle boot",
    ]
    let trusted = reader.trusted
    return try Dataset(
      name: "fashion-mnist", train: split(fashionFolder, "train", trusted),
      test: split(fashionFolder, "t10k", trusted), classNames: names, mean: [0.2860],
      deviation: [0.3530])
  }

  /// Whether a folder has any of the four files.
  static func isFolder(_ path: String) -> Bool {
    ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"].contains {
      (try? file(path, "\($0)-ubyte")) != nil
    }
  }

  /// Any folder with the four files, plain or in gzip; the classes are numbered.
  static func folder(_ path: String, _ reader: FileReader) throws -> Dataset {
    let train = try split(path, "train", reader)
    let statistics = try PixelStatistics(train, until: reader.interruption)
    let classes = Int(train.labels.max() ?? 0) + 1
    return try Dataset(
      name: path, train: train, test: split(path, "t10k", reader),
      classNames: (0..<classes).map(String.init), mean: statistics.mean,
      deviation: statistics.deviation)
  }

  private static func split(
    _ folder: String, _ prefix: String, _ reader: FileReader
  ) throws -> ImageSet {
    let images = try IDX.images(file(folder, "\(prefix)-images-idx3-ubyte"), reader)
    let labels = try IDX.labels(file(folder, "\(prefix)-labels-idx1-ubyte"), reader)
    guard images.count == labels.count else {
      throw DataError.counts(images: images.count, labels: labels.count)
    }
    return ImageSet(
      shape: [1, images.height, images.width], pixels: images.pixels,
      labels: labels.map { Int32($0) })
  }

  private static func file(_ folder: String, _ name: String) throws(DataError) -> String {
    for candidate in ["\(folder)/\(name)", "\(folder)/\(name).gz"]
    where FileManager.default.fileExists(atPath: candidate) {
      return candidate
    }
    throw .missingFile(folder: folder, file: name)
  }
}
