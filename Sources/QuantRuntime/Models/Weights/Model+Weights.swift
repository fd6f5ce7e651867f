extension ModelCatalog {
  /// A network with the numbers of a weight file.
  ///
  /// - Parameters:
  ///   - classes: nil for as many as the file's classifier has.
  ///   - except: modules that keep their fresh numbers, such as `fc`.
  ///   - seed: for these modules.
  /// - Throws: `ModelError` for a network that cannot be made, `WeightMismatch` when the tensors are
  ///   not the network's, `UnknownModules` for exceptions that it does not have.
  public static func make(
    _ name: String, input: Shape, classes: Int?, seed: UInt64, weights file: WeightFile,
    except: [String] = []
  ) throws -> Model {
    let classes = try classes ?? self.classes(name, input: input, file: file)
    var model = try make(name, input: input, classes: classes, seed: seed)
    try model.load(file, except: except)
    return model
  }

  /// The first extent of the file's classifier; 1000, as in ImageNet, when it has none.
  private static func classes(
    _ name: String, input: Shape, file: WeightFile
  ) throws(ModelError) -> Int {
    let graph = try graph(name, input: input, classes: 1000)
    let scheme = NamingSchemeCatalog.best(
      for: graph.stateEntries.map(\.name), among: Set(file.tensors.map(\.name)))
    guard let classifier = graph.classifierEntries.first?.name,
      let tensor = file.tensors.first(where: { $0.name == scheme.foreign(classifier) }),
      let extent = tensor.shape.dimensions.first
    else { return 1000 }
    return extent
  }
}

extension Model {
  /// Takes all numbers from a file but those of the modules in `except`.
  ///
  /// Tensors are matched by name, in the naming scheme that fits the file best, and must have the
  /// same shape. Counts of batches that batch norm has seen are passed over.
  ///
  /// - Throws: `WeightMismatch`, `UnknownModules`; the model is then as it was. `Interrupted`, and it is
  ///   good for nothing.
  mutating func load(_ file: WeightFile, except: [String] = []) throws {
    let entries = graph.stateEntries
    let isKept = { (name: String) in except.contains { name == $0 || name.hasPrefix($0 + ".") } }
    let unknown = except.filter { module in
      !entries.contains { $0.name == module || $0.name.hasPrefix(module + ".") }
    }
    guard unknown.isEmpty else {
      throw UnknownModules(names: unknown, known: entries.map { StateEntry.module(of: $0.name) })
    }
    let stored = Dictionary(file.tensors.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    let scheme = NamingSchemeCatalog.best(for: entries.map(\.name), among: Set(stored.keys))
    try WeightMismatch.check(
      file, model: self, scheme: scheme, entries: entries.filter { !isKept($0.name) },
      ignored: Set(entries.filter { isKept($0.name) }.map { scheme.foreign($0.name) }))
    for entry in entries where !isKept(entry.name) {
      try file.interruption.check()
      if let tensor = stored[scheme.foreign(entry.name)] { state[entry.name] = file.read(tensor) }
    }
    if except.isEmpty { provenance.seed = nil }
    provenance.history.append(try Self.words(file, scheme: scheme, except: except))
  }

  private static func words(
    _ file: WeightFile, scheme: NamingScheme, except: [String]
  ) throws(Interrupted) -> String {
    let parts = ["sha256 \(try file.fingerprint)", "\(scheme.name) names"] + file.notes
    let kept = except.isEmpty ? "" : ", fresh: \(except.joined(separator: ", "))"
    return "weights from \(file.name) (\(parts.joined(separator: "; ")))\(kept)"
  }
}

extension Graph {
  /// Weight and bias of the linear layer that gives the logits; empty when there is none.
  var classifierEntries: [StateEntry] {
    guard let layer = nodes.last(where: { $0.op == .linear }) else { return [] }
    return layer.inputs.dropFirst().compactMap { self[$0].op.stateEntry }
  }
}

/// Exceptions from loading that name no module of the network.
public struct UnknownModules: RuntimeFailure, Equatable {
  var names: [String]
  var known: [String]

  public var code: String { "weights.except" }
  public var message: String {
    "the model has no "
      + (names.count == 1 ? "module " : "modules ")
      + names.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
      + (names.count > 5 ? " and \(names.count - 5) more" : "")
  }
  public var help: String? {
    names.first.flatMap { closestName(to: $0, among: known) }.map { "did you mean '\($0)'?" }
  }
}
