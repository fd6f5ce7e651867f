import QuantRuntime

/// A data set as a value of the language.
struct DatasetValue: HostValue, Equatable {
  /// Classes that are listed by name; of more, the first ones are.
  private static let namesShown = 20

  let content: Dataset

  static let type = HostType(
    "dataset",
    fields: [
      "name": .string, "train": .int, "test": .int, "shape": .list(of: .int), "classes": .int,
      "class_names": .list(of: .string), "augment": .list(of: .string),
      "preprocess": .list(of: .string), "mean": .list(of: .float), "std": .list(of: .float),
      "skipped": .list(of: .string), "fingerprint": .string,
    ])

  var summary: String {
    "dataset \(content.name): \(content.train.count) + \(content.test.count) images "
      + "\(content.imageShape), \(content.classNames.count) classes"
  }

  func display(in area: TextArea) -> String {
    """
    dataset \(content.name)
      train    \(content.train.count) images
      test     \(content.test.count) images
      shape    \(content.imageShape) (channels, height, width)
      classes  \(content.classNames.count): \(names)
      mean     \(content.mean.map { "\($0)" }.joined(separator: ", "))
      std      \(content.deviation.map { "\($0)" }.joined(separator: ", "))
      augment  \(Self.text(content.augmentations))\(preprocessing)
    """
  }

  private var names: String {
    let shown = content.classNames.prefix(Self.namesShown).joined(separator: ", ")
    return content.classNames.count > Self.namesShown ? shown + ", ..." : shown
  }

  /// A line of its own where there is something to say.
  private var preprocessing: String {
    content.preprocessing.isEmpty ? "" : "\n  prepare  \(Self.text(content.preprocessing))"
  }

  private static func text(_ list: [AnyAugmentation]) -> String {
    list.isEmpty ? "nothing" : list.map(\.description).joined(separator: ", ")
  }

  func field(_ name: String) -> Value? {
    switch name {
    case "name": .text(content.name)
    case "train": .int(content.train.count)
    case "test": .int(content.test.count)
    case "shape": try? .list(content.imageShape.dimensions.map { .int($0) })
    case "classes": .int(content.classNames.count)
    case "class_names": try? .list(content.classNames.map { .text($0) })
    case "augment": try? .list(content.augmentations.map { .text($0.description) })
    case "preprocess": try? .list(content.preprocessing.map { .text($0.description) })
    case "mean": try? .list(content.mean.map { .float(Double($0)) })
    case "std": try? .list(content.deviation.map { .float(Double($0)) })
    case "skipped": try? .list(content.skipped.names.map { .text($0) })
    case "fingerprint": try? self.field(name, until: Interruption())
    default: nil
    }
  }

  /// The fingerprint goes over all images.
  func field(_ name: String, until interruption: Interruption) throws -> Value? {
    guard name == "fingerprint" else { return field(name) }
    return .text(String(try content.fingerprint(until: interruption), radix: 16))
  }

  /// Does what loads images, and then tells the user which were left out meanwhile.
  func tellingOfSkips<T>(_ call: Call, _ body: () throws -> T) rethrows -> T {
    let before = content.skipped.count
    defer {
      if content.skipped.count > before, let text = content.skipped.summary {
        call.session.output.talk(text)
      }
    }
    return try body()
  }
}

/// An augmentation as a value of the language.
struct AugmentationValue: HostValue, Equatable {
  let content: AnyAugmentation
  static let type = HostType("augmentation")
  var summary: String { content.description }
}
