import QuantRuntime

/// What images go through before a model sees them.
enum AugmentationBuiltins {
  static let all = [
    randomCrop, horizontalFlip, randomResizedCrop, colorJitter, resize, centerCrop, normalize,
    imagenetAugment, imagenetPreprocess,
  ].map(\.pure)

  private static let size = Parameter("size", .int(1...4096), "Pixels a side.")
  private static let presetSize = Parameter(
    "size", .int(1...4096), default: .int(ImagePresets.usualSize), "Pixels a side.")
  private static let interpolation = Parameter(
    "interpolation", .choice(Interpolation.allCases.map(\.rawValue)), default: .text("bilinear"),
    needsLabel: true, "How pixels between pixels are found.")

  /// A list of augmentations; nil when it is not given.
  static func list(_ name: String, _ call: Call) throws -> [AnyAugmentation]? {
    guard call.isGiven(name) else { return nil }
    return try call.elements(name).map { value in
      guard case .host(let box) = value, let augmentation = box.value as? AugmentationValue else {
        throw ArgumentError.type(
          parameter: name, function: call.builtin.name, expected: "list of augmentations",
          found: value.typeName)
      }
      return augmentation.content
    }
  }

  private static func value(_ augmentation: some Augmentation) -> Value {
    .host(AugmentationValue(content: AnyAugmentation(augmentation)))
  }

  private static func value(_ list: [AnyAugmentation]) throws -> Value {
    try .list(list.map { .host(AugmentationValue(content: $0)) })
  }

  private static func interpolation(_ call: Call) -> Interpolation {
    Interpolation(rawValue: call.string("interpolation")) ?? .bilinear
  }

  private static let randomCrop = Builtin(
    "random_crop", family: "data",
    "Pads images with black and cuts a window of the old size out at random.",
    parameters: [
      Parameter("padding", .int(1...128), default: .int(4), "Pixels added on each side.")
    ],
    result: .host("augmentation"),
    examples: [.init("random_crop(padding: 2)", "random_crop(padding: 2)")]
  ) { call in value(RandomCrop(padding: call.int("padding"))) }

  private static let horizontalFlip = Builtin(
    "horizontal_flip", family: "data", "Mirrors images left to right at random.",
    parameters: [
      Parameter("probability", .float(0...1), default: .float(0.5), "How often.")
    ],
    result: .host("augmentation"),
    examples: [.init("horizontal_flip()", "horizontal_flip(probability: 0.5)")]
  ) { call in value(HorizontalFlip(probability: Float(call.float("probability")))) }

  private static let randomResizedCrop = Builtin(
    "random_resized_crop", family: "data",
    "Cuts a window of random area and shape out of images and makes it a square.",
    details: """
      torchvision's algorithm (after Szegedy et al., 2015): ten windows are tried that could reach
      beyond the image, then the largest central one of an allowed shape is taken. Resampling is
      Pillow's, the filter widening when the image shrinks.
      """,
    parameters: [
      size,
      Parameter(
        "scale", .list, default: try? .list([.float(0.08), .float(1)]), needsLabel: true,
        "Least and largest share of the area."),
      Parameter(
        "ratio", .list, default: try? .list([.float(3.0 / 4), .float(4.0 / 3)]), needsLabel: true,
        "Least and largest width by height."),
      interpolation,
    ],
    result: .host("augmentation"), examples: [.init("random_resized_crop(224, scale: [0.2, 1])")]
  ) { call in
    value(
      RandomResizedCrop(
        size: call.int("size"), scale: try range("scale", call), ratio: try range("ratio", call),
        interpolation: interpolation(call)))
  }

  /// A list of two numbers, the smaller one first.
  private static func range(_ name: String, _ call: Call) throws -> ClosedRange<Double> {
    let numbers = try numbers(name, call)
    guard numbers.count == 2, numbers[0] <= numbers[1] else {
      throw call.failure("data.range", "'\(name)' is not a list of two numbers in order")
    }
    return numbers[0]...numbers[1]
  }

  private static func numbers(_ name: String, _ call: Call) throws -> [Double] {
    if let number = call[name].number { return [number] }
    return try call.elements(name).map { value in
      guard let number = value.number else {
        throw ArgumentError.type(
          parameter: name, function: call.builtin.name, expected: "list of numbers",
          found: value.typeName)
      }
      return number
    }
  }

  private static func strength(_ name: String, _ limit: Double, _ summary: String) -> Parameter {
    Parameter(name, .float(0...limit), default: .float(0), needsLabel: true, summary)
  }

  private static let colorJitter = Builtin(
    "color_jitter", family: "data", "Changes the colours of images at random.",
    details: """
      Brightness, contrast, saturation and hue in a random order, as torchvision does it with Pillow:
      the first three by a factor of 1 - s to 1 + s, the hue by up to `hue` of a whole turn.
      """,
    parameters: [
      strength("brightness", 10, "Strength, 0 for none."),
      strength("contrast", 10, "Strength, 0 for none."),
      strength("saturation", 10, "Strength, 0 for none."),
      strength("hue", 0.5, "Share of a turn, 0 for none."),
    ],
    result: .host("augmentation"), examples: [.init("color_jitter(brightness: 0.2, hue: 0.1)")]
  ) { call in
    value(
      ColorJitter(
        brightness: Float(call.float("brightness")), contrast: Float(call.float("contrast")),
        saturation: Float(call.float("saturation")), hue: Float(call.float("hue"))))
  }

  private static let resize = Builtin(
    "resize", family: "data", "Resamples images so that their shorter side has a given length.",
    parameters: [size, interpolation], result: .host("augmentation"),
    examples: [
      .init("resize(256, interpolation: \"bicubic\")", "resize(256, interpolation: \"bicubic\")")
    ]
  ) { call in value(Resize(size: call.int("size"), interpolation: interpolation(call))) }

  private static let centerCrop = Builtin(
    "center_crop", family: "data", "Cuts a square out of the middle of images.",
    parameters: [size], result: .host("augmentation"),
    examples: [.init("center_crop(224)", "center_crop(224)")]
  ) { call in value(CenterCrop(size: call.int("size"))) }

  private static let perChannel = ParameterType.oneOf([.list, .anyFloat])

  private static let normalize = Builtin(
    "normalize", family: "data", "Sets the mean and deviation that pixels are normalized with.",
    details: """
      (pixel / 255 - mean) / std; a number for all channels, or a list with one for each. Stands last
      in the lists of a data set.
      """,
    parameters: [
      Parameter("mean", perChannel, "Of pixels within 0 to 1."),
      Parameter("std", perChannel, "Of pixels within 0 to 1; above 0."),
    ],
    result: .host("augmentation"),
    examples: [.init("normalize(0.5, 0.5)", "normalize(mean: [0.5], std: [0.5])")]
  ) { call in
    value(
      Normalize(
        mean: try numbers("mean", call).map { Float($0) },
        deviation: try numbers("std", call).map { Float($0) }))
  }

  private static let imagenetAugment = Builtin(
    "imagenet_augment", family: "data", "The usual augmentations of ImageNet's training images.",
    details: """
      Random resized crop, horizontal flip, colour jitter of 0.2, 0.2, 0.2 and 0.1, and ImageNet's
      mean and deviation. Test images of the same data set are then prepared as by
      imagenet_preprocess().
      """,
    parameters: [presetSize], result: .list,
    examples: [.init("imagenet_augment() |> count", "4")]
  ) { call in try value(ImagePresets.training(size: call.int("size"))) }

  private static let imagenetPreprocess = Builtin(
    "imagenet_preprocess", family: "data", "The usual preparation of ImageNet's test images.",
    details: """
      The shorter side to 8/7 of the size, then the centre: 256 and 224.
        "standard"           bilinear, ImageNet's mean and deviation
        "bicubic"            bicubic, ImageNet's mean and deviation
        "efficientnet_lite"  bicubic, mean 0.498 and deviation 0.502
      """,
    parameters: [
      Parameter(
        "kind", .choice(ImagePresets.Preprocessing.allCases.map(\.rawValue)),
        default: .text("standard"), "What the model was trained for."),
      presetSize,
    ],
    result: .list, examples: [.init("imagenet_preprocess(\"efficientnet_lite\") |> count", "3")]
  ) { call in
    let kind = ImagePresets.Preprocessing(rawValue: call.string("kind")) ?? .standard
    return try value(ImagePresets.testing(kind, size: call.int("size")))
  }
}
