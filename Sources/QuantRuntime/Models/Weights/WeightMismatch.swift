/// All the ways in which the tensors of a file are not those of a model.
public struct WeightMismatch: RuntimeFailure, Equatable {
  public var file: String
  public var model: String
  /// Our names of tensors that the file lacks.
  public var missing: [String]
  /// The file's names of tensors that the model has no place for.
  public var unexpected: [String]
  public var misshapen: [Misshapen]
  /// The model's last layer when nothing but its number of classes differs.
  public var classifier: Classifier?

  /// A tensor with another shape in the file than in the model.
  public struct Misshapen: Hashable, Sendable {
    public var name: String
    public var inFile: Shape
    public var inModel: Shape
  }

  /// The last layer, and the classes that the file has.
  public struct Classifier: Hashable, Sendable {
    public var module: String
    public var classes: Int
  }

  /// - Parameters:
  ///   - entries: the tensors that are wanted.
  ///   - ignored: names in the file that the model has but does not want.
  /// - Throws: itself, when anything differs.
  static func check(
    _ file: WeightFile, model: Model, scheme: NamingScheme, entries: [StateEntry],
    ignored: Set<String>
  ) throws(WeightMismatch) {
    let stored = Dictionary(file.tensors.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    let wanted = Set(entries.map { scheme.foreign($0.name) }).union(ignored)
    let misshapen = entries.compactMap { entry -> Misshapen? in
      guard let tensor = stored[scheme.foreign(entry.name)], tensor.shape != entry.shape else {
        return nil
      }
      return Misshapen(name: entry.name, inFile: tensor.shape, inModel: entry.shape)
    }
    let result = WeightMismatch(
      file: file.name, model: model.name,
      missing: entries.map(\.name).filter { stored[scheme.foreign($0)] == nil },
      unexpected: file.tensors.map(\.name)
        .filter { !wanted.contains($0) && !$0.hasSuffix("num_batches_tracked") }
        .map(PickleMachine.printable),
      misshapen: misshapen, classifier: classifier(misshapen, model.graph))
    if result.missing.isEmpty, result.unexpected.isEmpty, misshapen.isEmpty { return }
    throw result
  }

  /// The last layer, when it alone is misshapen and in its first extent only.
  private static func classifier(_ misshapen: [Misshapen], _ graph: Graph) -> Classifier? {
    let names = Set(graph.classifierEntries.map(\.name))
    guard let first = misshapen.first, let classes = first.inFile.dimensions.first,
      misshapen.allSatisfy({
        names.contains($0.name)
          && $0.inFile.dimensions.dropFirst() == $0.inModel.dimensions.dropFirst()
      })
    else { return nil }
    return Classifier(module: StateEntry.module(of: first.name), classes: classes)
  }

  public var code: String { "weights.mismatch" }

  public var message: String {
    let parts = [
      missing.isEmpty ? nil : "\(missing.count) missing",
      unexpected.isEmpty ? nil : "\(unexpected.count) unexpected",
      misshapen.isEmpty ? nil : "\(misshapen.count) of another shape",
    ].compactMap { $0 }
    return "the tensors of '\(file)' are not those of '\(model)': " + parts.joined(separator: ", ")
  }

  public var help: String? {
    guard let classifier, missing.isEmpty, unexpected.isEmpty else { return nil }
    return
      "use 'classes: \(classifier.classes)', or 'except: \"\(classifier.module)\"' to start the "
      + "last layer afresh"
  }

  public var notes: [String] {
    [
      Self.list("missing", missing.map { "'\($0)'" }),
      Self.list("unexpected", unexpected.map { "'\($0)'" }),
      Self.list(
        "of another shape",
        misshapen.map { "'\($0.name)' is \($0.inFile) in the file, \($0.inModel) in the model" }),
    ].compactMap { $0 }
  }

  /// At most this many names of each kind are written out.
  private static let shown = 6

  private static func list(_ label: String, _ items: [String]) -> String? {
    guard !items.isEmpty else { return nil }
    let rest = items.count > shown ? " and \(items.count - shown) more" : ""
    return "\(label): " + items.prefix(shown).joined(separator: "; ") + rest
  }
}
