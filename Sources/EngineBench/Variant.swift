import QuantRuntime

/// What a training step is timed with: `float32`, or a 4-bit algorithm on a backend such as
/// `pact@tensorrt`. The name of a backend alone means `lsq` on it.
struct Variant {
  private static let float = "float32"
  private static let bits = 4

  /// In the first column of the csv, in its full form.
  let name: String
  /// nil stands for float.
  private let configuration: QuantizeConfiguration?

  /// Quantizes weights and activations by the algorithm, the weights by its partner if it has one.
  ///
  /// - Throws: `QuantizeError` for an unknown algorithm or backend, and for two that do not go
  ///   together.
  init(_ text: String) throws(QuantizeError) {
    guard text != Self.float else {
      name = text
      configuration = nil
      return
    }
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let algorithm = parts.count == 2 ? String(parts[0]) : "lsq"
    let backend = String(parts[parts.count - 1])
    let choice = QuantizerChoice(algorithm, bits: Self.bits)
    let configuration = QuantizeConfiguration(
      profile: try HardwareCatalog.profile(backend), weights: choice.forWeights,
      activations: choice)
    try configuration.check()
    name = "\(algorithm)@\(backend)"
    self.configuration = configuration
  }

  /// Float and every backend.
  static var backends: [String] { [float] + HardwareCatalog.names }

  /// Every algorithm that can quantize a whole network in the academic setting, alone or with its
  /// partner.
  static var algorithms: [String] {
    QuantizerCatalog.names.compactMap { try? Variant("\($0)@academic").name }
  }

  func model(from float: Model) throws -> Model {
    try configuration.map { try quantize(float, $0) } ?? float
  }
}
