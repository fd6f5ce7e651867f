import QuantRuntime

/// A data set as a value of the language.
struct DatasetValue: HostValue, Equatable {
  let content: Dataset

  var typeName: String { "dataset" }

  var summary: String {
    "dataset \(content.name): \(content.train.count) + \(content.test.count) images "
      + "\(content.imageShape), \(content.classNames.count) classes"
  }

  func display(width: Int) -> String {
    """
    dataset \(content.name)
      train    \(content.train.count) images
      test     \(content.test.count) images
      shape    \(content.imageShape) (channels, height, width)
      classes  \(content.classNames.count): \(content.classNames.joined(separator: ", "))
      mean     \(content.mean.map { "\($0)" }.joined(separator: ", "))
      std      \(content.deviation.map { "\($0)" }.joined(separator: ", "))
      augment  \(augmentations.isEmpty ? "nothing" : augmentations.joined(separator: ", "))
    """
  }

  private var augmentations: [String] { content.augmentations.map(\.description) }

  var fieldNames: [String] {
    ["name", "train", "test", "shape", "classes", "class_names", "augment", "fingerprint"]
  }

  func field(_ name: String) -> Value? {
    switch name {
    case "name": .text(content.name)
    case "train": .int(content.train.count)
    case "test": .int(content.test.count)
    case "shape": try? .list(content.imageShape.dimensions.map { .int($0) })
    case "classes": .int(content.classNames.count)
    case "class_names": try? .list(content.classNames.map { .text($0) })
    case "augment": try? .list(augmentations.map { .text($0) })
    case "fingerprint": .text(String(content.fingerprint, radix: 16))
    default: nil
    }
  }
}

/// An augmentation as a value of the language.
struct AugmentationValue: HostValue, Equatable {
  let content: AnyAugmentation
  var typeName: String { "augmentation" }
  var summary: String { content.description }
}

/// Data sets and augmentations.
enum DataBuiltins {
  static let all = [dataset, randomCrop, horizontalFlip]

  private static let count = ParameterType.optional(.int(1 ... .max))

  private static let dataset = Builtin(
    "dataset", family: "data", "Loads a data set by its name, or from a folder.",
    details: """
      "synthetic" is built in and needs no file: forms in random colours on cluttered
      backgrounds, drawn from the seed; `size`, `classes`, `difficulty` are for it alone.
      "fashion-mnist" comes from the Debian package dataset-fashion-mnist. A path names a folder
      with the four files of MNIST, plain or in gzip. `train` and `test` take the first images
      of each class.
      Pixels are scaled to 0...1 and normalized with the set's mean and standard deviation.
      """,
    parameters: [
      Parameter("name", .string, "A name, or the path of a folder."),
      Parameter("train", count, default: .nil, needsLabel: true, "Training images; nil for all."),
      Parameter("test", count, default: .nil, needsLabel: true, "Test images; nil for all."),
      Parameter(
        "augment", .list, default: try? .list([]), needsLabel: true,
        "Augmentations of the training images, in order."),
      Parameter("size", .int(8...256), default: .int(32), needsLabel: true, "Pixels a side."),
      Parameter(
        "classes", .int(SyntheticImages.classRange), default: .int(10), needsLabel: true,
        "Forms to tell apart."),
      Parameter(
        "difficulty", .float(0...1), default: .float(0.5), needsLabel: true,
        "How faint, noisy and displaced the forms are."),
    ],
    result: "dataset",
    examples: [
      .init("dataset(\"synthetic\", train: 100, test: 50).train", "100"),
      .init("dataset(\"synthetic\", train: 10, test: 10, augment: [horizontal_flip()])"),
    ]
  ) { call in
    var synthetic = SyntheticImages(
      classes: call.int("classes"), size: call.int("size"),
      difficulty: Float(call.float("difficulty")), seed: call.session.seed)
    // The built-in set is made to order.
    if call.isGiven("train") { synthetic.trainCount = call.int("train") }
    if call.isGiven("test") { synthetic.testCount = call.int("test") }
    let data = try DatasetCatalog.load(call.string("name"), synthetic: synthetic)
      .limited(
        train: call.isGiven("train") ? call.int("train") : nil,
        test: call.isGiven("test") ? call.int("test") : nil)
    let augmentations = try call.elements("augment").map { value in
      guard case .host(let box) = value, let augmentation = box.value as? AugmentationValue else {
        throw ArgumentError.type(
          parameter: "augment", function: "dataset", expected: "list of augmentations",
          found: value.typeName)
      }
      return augmentation.content
    }
    return .host(DatasetValue(content: try data.augmented(augmentations)))
  }

  private static let randomCrop = Builtin(
    "random_crop", family: "data",
    "Pads images with black and cuts a window of the old size out at random.",
    parameters: [
      Parameter("padding", .int(1...128), default: .int(4), "Pixels added on each side.")
    ],
    result: "augmentation",
    examples: [.init("random_crop(padding: 2)", "random_crop(padding: 2)")]
  ) { call in
    .host(AugmentationValue(content: AnyAugmentation(RandomCrop(padding: call.int("padding")))))
  }

  private static let horizontalFlip = Builtin(
    "horizontal_flip", family: "data", "Mirrors images left to right at random.",
    parameters: [
      Parameter("probability", .float(0...1), default: .float(0.5), "How often.")
    ],
    result: "augmentation",
    examples: [.init("horizontal_flip()", "horizontal_flip(probability: 0.5)")]
  ) { call in
    .host(
      AugmentationValue(
        content: AnyAugmentation(HorizontalFlip(probability: Float(call.float("probability"))))))
  }
}
