import Foundation

/// Image files in a folder for each class, as ImageNet is kept and as torchvision's `ImageFolder`
/// reads it.
///
/// Classes are the names of the folders, files are taken from all folders in them, both in the order of
/// their code points; files with other endings and names that begin with a dot are passed over.
enum ImageFolder {
  /// Of files, in any case. What a file is, its content says.
  private static let endings: Set<String> = ["jpg", "jpeg", "png"]
  /// The first of these that there is holds the test images.
  private static let testFolders = ["val", "valid", "validation", "test"]

  /// `train/<class>/` and `val/<class>/`, or the class folders themselves, whose images are then all
  /// test images, but for those that `validation` leaves to train on.
  ///
  /// - Parameter validation: the share of each class's images to test on, 0...1, when there are no
  ///   folders of test images.
  /// - Throws: `DataError`, and what reading throws.
  static func load(
    _ path: String, validation: Double?, _ reader: FileReader
  ) throws -> Dataset {
    let folders = try FolderListing(path, reader).folders
    let testFolder = testFolders.first(where: folders.contains)
    let hasTraining = folders.contains("train")
    if let testFolder {
      guard validation == nil else {
        throw DataError.option(name: "validation", kind: "a set with test images of its own")
      }
      let test = try files(path, testFolder, reader)
      let train = hasTraining ? try files(path, "train", reader) : nil
      return try dataset(path, train: train, test: test, testFolder: testFolder)
    }
    let all = try files(path, hasTraining ? "train" : nil, reader)
    let (train, test) = all.images.split(validation: validation)
    return try dataset(path, train: (train, all.classes), test: (test, all.classes))
  }

  private typealias Split = (images: ImageFiles, classes: [String])

  private static func dataset(
    _ path: String, train: Split?, test: Split, testFolder: String = ""
  ) throws -> Dataset {
    let classes = train?.classes ?? test.classes
    let places = Dictionary(uniqueKeysWithValues: zip(classes, Int32(0)...))
    let labels = try test.classes.map { name in
      guard let place = places[name] else {
        throw DataError.unknownClass(name: name, folder: "\(path)/\(testFolder)")
      }
      return place
    }
    return try Dataset(
      name: path,
      train: train?.images ?? ImageFiles(root: path, paths: [], labels: []),
      test: ImageFiles(
        root: path, paths: test.images.paths, labels: test.images.labels.map { labels[Int($0)] }),
      classNames: classes, mean: ImagePresets.imageNet.mean,
      deviation: ImagePresets.imageNet.deviation, augmentations: ImagePresets.testing(),
      preprocessing: ImagePresets.testing(), allowsNoTraining: true)
  }

  private static func files(
    _ root: String, _ split: String?, _ reader: FileReader
  ) throws -> Split {
    let folder = split.map { "\(root)/\($0)" } ?? root
    let classes = try FolderListing(folder, reader).folders
    guard !classes.isEmpty else { throw DataError.noImages(folder: folder) }
    var paths: [String] = []
    var labels: [Int32] = []
    for (label, name) in zip(Int32(0)..., classes) {
      let found = try FolderListing.files(
        under: split.map { "\($0)/\(name)" } ?? name, of: root, reader, where: isImage)
      guard !found.isEmpty else { throw DataError.emptyClass(folder: "\(folder)/\(name)") }
      paths += found
      labels += Array(repeating: label, count: found.count)
    }
    return (ImageFiles(root: root, paths: paths, labels: labels), classes)
  }

  private static func isImage(_ name: String) -> Bool {
    guard let dot = name.lastIndex(of: ".") else { return false }
    return endings.contains(name[name.index(after: dot)...].lowercased())
  }
}

extension ImageSource {
  /// Images to train on and images to test on: of each class, evenly spread over its images, a share to
  /// test on; without a share all, and none to train on.
  func split(validation: Double?) -> (train: Self, test: Self) {
    let share = validation ?? 1
    var seen: [Int32: Int] = [:]
    var (train, test): ([Int], [Int]) = ([], [])
    for (index, label) in labels.enumerated() {
      let rank = seen[label, default: 0]
      seen[label] = rank + 1
      let isTest = (Double(rank + 1) * share).rounded(.down) > (Double(rank) * share).rounded(.down)
      if isTest { test.append(index) } else { train.append(index) }
    }
    return (part(train), part(test))
  }
}
