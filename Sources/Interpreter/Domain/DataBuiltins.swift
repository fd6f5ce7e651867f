import QuantRuntime

/// Data sets.
enum DataBuiltins {
  static let all = [dataset] + AugmentationBuiltins.all

  private static let count = ParameterType.optional(.int(1 ... .max))
  private static let side = 1...4096

  private static let dataset = Builtin(
    "dataset", family: "data", "Loads a data set by its name, or from a folder.",
    details: """
      "synthetic" is built in and needs no file: forms in random colours on cluttered
      backgrounds, drawn from the seed; `size`, `classes`, `difficulty` are for it alone.
      "fashion-mnist" comes from the Debian package dataset-fashion-mnist.

      A path names a folder of one of these kinds, told by its files:
        images, jpg or png, in train/<class>/ and val/<class>/ (or valid, validation, test), or in
        <class>/ alone, which are then all test images but for what `validation` leaves;
        the four files of MNIST, plain or in gzip;
        the binary files of CIFAR-10 or CIFAR-100;
        train_images.npy, train_labels.npy, test_images.npy, test_labels.npy.
      Or it names one .npy file of images, whose labels are in the file that `labels` names. NumPy's
      images are uint8, or float32 within 0 to 1; of four dimensions the last one holds the channels
      if it is 1 or 3, else the second one.

      `train` and `test` take the first images of each class. Training images go through `augment`,
      test images through `preprocess`, and without `augment` training images too. Image files are decoded when they are used; without
      `preprocess` their shorter side is resized and the centre cut out, `image_size` a side.
      Pixels are scaled to 0...1 and normalized with the set's mean and standard deviation, or
      those of `normalize` at the end of a list.

      An image that cannot be decoded stops the run; with on_error: "skip" it is left out and named
      at the end. In training the next image of the order takes its place.
      """,
    parameters: [
      Parameter(
        "name", .oneOf([.name(.datasets), .path(.read)]), "A name, or the path of a folder."),
      Parameter("train", count, default: .nil, needsLabel: true, "Training images; nil for all."),
      Parameter("test", count, default: .nil, needsLabel: true, "Test images; nil for all."),
      Parameter(
        "augment", .optional(.list), default: .nil, needsLabel: true,
        "Augmentations of the training images, in order."),
      Parameter(
        "preprocess", .optional(.list), default: .nil, needsLabel: true,
        "What test images go through, in order."),
      Parameter(
        "image_size", .optional(.int(side)), default: .nil, needsLabel: true,
        "Pixels a side, where no list says it."),
      Parameter(
        "validation", .optional(.float(0...1)), default: .nil, needsLabel: true,
        "Share to test on of a set that is not split."),
      Parameter(
        "labels", .optional(.path(.read)), default: .nil, needsLabel: true,
        "The .npy file of labels of a .npy file of images."),
      Parameter(
        "on_error", .choice(ImageErrorPolicy.allCases.map(\.rawValue)), default: .text("stop"),
        needsLabel: true, "What to do about an image that cannot be decoded."),
      Parameter("size", .int(8...256), default: .int(32), needsLabel: true, "Pixels a side."),
      Parameter(
        "classes", .int(SyntheticImages.classRange), default: .int(10), needsLabel: true,
        "Forms to tell apart."),
      Parameter(
        "difficulty", .float(0...1), default: .float(0.5), needsLabel: true,
        "How faint, noisy and displaced the forms are."),
    ],
    result: .host("dataset"),
    examples: [
      .init("dataset(\"synthetic\", train: 100, test: 50).train", "100"),
      .init("dataset(\"synthetic\", train: 10, test: 10, augment: [horizontal_flip()])"),
      .init("dataset(\"synthetic\", train: 10, test: 10, image_size: 24).shape", "[3, 24, 24]"),
    ]
  ) { call in
    var synthetic = SyntheticImages(
      classes: call.int("classes"), size: call.int("size"),
      difficulty: Float(call.float("difficulty")), seed: call.session.seed)
    // The built-in set is made to order.
    if let train = number("train", call) { synthetic.trainCount = train }
    if let test = number("test", call) { synthetic.testCount = test }
    var data = try call.blaming({ culprit($0, call) }) {
      try DatasetCatalog.load(
        call.string("name"), synthetic: synthetic,
        labels: call.isGiven("labels") ? call.string("labels") : nil,
        validation: call.isGiven("validation") ? call.float("validation") : nil,
        reader: call.reader)
    }
    data = try call.blaming("train") { try data.limited(train: number("train", call), test: nil) }
    data = try call.blaming("test") { try data.limited(train: nil, test: number("test", call)) }
    data = try data.prepared(
      augment: AugmentationBuiltins.list("augment", call),
      preprocess: AugmentationBuiltins.list("preprocess", call),
      imageSize: number("image_size", call))
    data.onError = ImageErrorPolicy(rawValue: call.string("on_error")) ?? .stop
    return .host(DatasetValue(content: data))
  }

  /// The parameter whose argument is to blame for a set that cannot be loaded; nil where it may be one
  /// of two files.
  private static func culprit(_ failure: any RuntimeFailure, _ call: Call) -> String? {
    switch failure {
    case DataError.option(let name, _): name
    case DataError.tooLarge, DataError.setting: nil
    default: call.isGiven("labels") ? nil : "name"
    }
  }

  private static func number(_ name: String, _ call: Call) -> Int? {
    call.isGiven(name) ? call.int(name) : nil
  }
}
