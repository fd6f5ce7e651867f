/// What is wrong with a data set or a file of one.
public enum DataError: RuntimeFailure, Equatable {
  case unknownSet(name: String, known: [String])
  case notInstalled(name: String, package: String)
  /// A folder without one of the files a set is made of.
  case missingFile(folder: String, file: String)
  case corruptGzip(path: String, reason: String)
  case wrongMagic(path: String, expected: UInt32, found: UInt32)
  case truncated(path: String, expected: Int, found: Int)
  case trailingBytes(path: String, expected: Int)
  /// Dimensions in a header that no data set has.
  case implausible(path: String, dimensions: [Int])
  case counts(images: Int, labels: Int)
  case label(value: Int, classes: Int)
  case tooFew(wanted: Int, available: Int, split: String)
  case empty(split: String)
  case noClasses
  /// Images of the two splits differ in shape.
  case shapes(train: Shape, test: Shape)
  /// Not one mean and one positive deviation for each channel.
  case normalization(channels: Int, mean: [Float], deviation: [Float])
  case imageTooSmall(size: Int, padding: Int)
  /// Images of a split that are not all made one size.
  case varyingSize(split: String)
  case channels(found: Int, user: String)
  case normalizeLast
  case normalizations
  /// So many images in a row could not be loaded.
  case nothingLeft(tried: Int)
  /// A folder that holds neither a known set of files nor folders of images.
  case noImages(folder: String)
  case emptyClass(folder: String)
  /// A class of test images that there are no training images of.
  case unknownClass(name: String, folder: String)
  /// An option that a set of this kind does not have.
  case option(name: String, kind: String)
  case labelsNeeded(path: String)
  case corrupt(path: String, reason: String)
  /// A setting of a data set or an augmentation outside its range.
  case setting(name: String, value: Double, allowed: String)
  /// A set that was asked for is larger than memory should hold.
  case tooLarge(bytes: Double, limit: Int)

  public var code: String {
    switch self {
    case .unknownSet: "data.unknown"
    case .notInstalled: "data.not_installed"
    case .missingFile: "data.missing_file"
    case .corruptGzip: "data.corrupt"
    case .wrongMagic: "data.magic"
    case .truncated: "data.truncated"
    case .trailingBytes: "data.trailing"
    case .implausible: "data.dimensions"
    case .counts: "data.counts"
    case .label: "data.label"
    case .tooFew: "data.too_few"
    case .empty: "data.empty"
    case .noClasses: "data.classes"
    case .shapes: "data.shapes"
    case .normalization: "data.normalization"
    case .imageTooSmall: "data.image_size"
    case .setting: "data.setting"
    case .varyingSize: "data.varying_size"
    case .channels: "data.channels"
    case .normalizeLast, .normalizations: "data.normalize"
    case .nothingLeft: "data.nothing_left"
    case .noImages: "data.no_images"
    case .emptyClass: "data.empty_class"
    case .unknownClass: "data.unknown_class"
    case .option: "data.option"
    case .labelsNeeded: "data.labels"
    case .corrupt: "data.corrupt"
    case .tooLarge: "data.too_large"
    }
  }

  public var message: String {
    switch self {
    case .unknownSet(let name, _): "there is no data set '\(name)', and no such folder"
    case .notInstalled(let name, _): "the data set '\(name)' is not installed"
    case .missingFile(let folder, let file): "'\(folder)' has no file '\(file)' or '\(file).gz'"
    case .corruptGzip(let path, let reason): "'\(path)' is not a whole gzip file: \(reason)"
    case .wrongMagic(let path, let expected, let found):
      "'\(path)' starts with \(hex(found)), not with \(hex(expected)) as such a file does"
    case .truncated(let path, let expected, let found):
      "'\(path)' ends after \(found) of \(expected) bytes"
    case .trailingBytes(let path, let expected):
      "'\(path)' goes on after the \(expected) bytes that its header announces"
    case .implausible(let path, let dimensions):
      "the header of '\(path)' announces \(dimensions.map(String.init).joined(separator: " x ")) "
        + "elements, as no data set has"
    case .counts(let images, let labels): "there are \(images) images but \(labels) labels"
    case .label(let value, let classes): "label \(value) is not one of \(classes) classes"
    case .tooFew(let wanted, let available, let split):
      "\(wanted) \(kind(of: split)) images are wanted, and the set has \(available)"
    case .empty(let split): "the set has no \(kind(of: split)) images"
    case .noClasses: "a data set needs at least one class"
    case .shapes(let train, let test):
      "training images have the shape \(train), test images \(test)"
    case .normalization(let channels, let mean, let deviation):
      "normalization needs a mean and a positive deviation for each of \(channels) channels, not "
        + "\(mean) and \(deviation)"
    case .varyingSize(let split): "\(kind(of: split)) images keep different sizes"
    case .channels(let found, let user):
      "'\(user)' works on images of 1 or 3 channels, not of \(found)"
    case .normalizeLast: "'normalize' is not the last of its list"
    case .normalizations: "training and test images are normalized by different numbers"
    case .nothingLeft(let tried):
      "none of \(tried) \(tried == 1 ? "image" : "images in a row") can be loaded"
    case .noImages(let folder): "'\(folder)' holds no folders of images, and no set that is known"
    case .emptyClass(let folder): "'\(folder)' holds no image"
    case .unknownClass(let name, let folder):
      "'\(folder)' has the class '\(name)', the training images do not"
    case .option(let name, let kind): "'\(name)' does not apply to \(kind)"
    case .labelsNeeded(let path): "the images of '\(path)' have no labels"
    case .corrupt(let path, let reason): "'\(path)' cannot be read: \(reason)"
    case .setting(let name, let value, let allowed):
      "'\(name)' must be \(allowed), not \(Cell.float(value).rounded)"
    case .tooLarge(let bytes, let limit):
      "the set would take \(Cell.float(bytes / 0x1p30).rounded) GiB, the limit is \(limit >> 30) GiB"
    case .imageTooSmall(let size, let padding):
      "an image of \(size) pixels cannot be cropped with a padding of \(padding)"
    }
  }

  public var help: String? {
    switch self {
    case .unknownSet(let name, let known):
      closestName(to: name, among: known).map { "did you mean \"\($0)\"?" }
    case .notInstalled(_, let package): "install the Debian package '\(package)'"
    case .tooFew(_, let available, let split): "use '\(split): \(available)' or less"
    case .varyingSize:
      "begin with 'random_resized_crop', or end with 'resize' and 'center_crop'"
    case .noImages:
      "images are expected in 'train/<class>/' and 'val/<class>/', or in '<class>/', as jpg, jpeg or png"
    case .labelsNeeded: "name their file by 'labels:'"
    case .normalizations: "give both lists the same 'normalize'"
    default: nil
    }
  }

  public var notes: [String] {
    guard case .unknownSet(_, let known) = self else { return [] }
    return ["data sets are " + known.joined(separator: ", ")]
  }
}

/// The images of a split, as messages call them.
private func kind(of split: String) -> String { split == "train" ? "training" : split }

private func hex(_ value: UInt32) -> String { "0x" + String(value, radix: 16) }
