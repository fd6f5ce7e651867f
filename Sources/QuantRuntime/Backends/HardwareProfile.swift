/// What an inference library or chip can run: one row of data (MQBench, table 2).
///
/// Nothing outside `Backends/` asks for a profile's name; to describe other hardware, change the
/// fields of a copy.
public struct HardwareProfile: Hashable, Codable, Sendable {
  public var name: String
  /// Who makes the library, `-` for none.
  public var provider: String
  /// What it runs on.
  public var hardware: String
  public var scaleForm: QuantSpec.ScaleForm
  /// Of weights; activations are always quantized per tensor.
  public var weightGranularity: QuantSpec.Granularity
  public var weightSymmetry: QuantSpec.Symmetry
  public var activationSymmetry: QuantSpec.Symmetry
  /// `.adaptive`: activations that are never negative get the unsigned grid. Weights are signed.
  public var activationSign: QuantSpec.Sign
  /// Name in `GraphModeCatalog`.
  public var graphMode: String
  /// Whether batch norm must be folded into the weights before it can be deployed.
  public var foldsBatchNorm: Bool
  /// Name in `FoldingCatalog` of the strategy used when none is asked for.
  public var defaultFold: String

  public init(
    name: String, provider: String, hardware: String, scaleForm: QuantSpec.ScaleForm,
    weightGranularity: QuantSpec.Granularity, weightSymmetry: QuantSpec.Symmetry,
    activationSymmetry: QuantSpec.Symmetry, activationSign: QuantSpec.Sign, graphMode: String,
    foldsBatchNorm: Bool, defaultFold: String
  ) {
    self.name = name
    self.provider = provider
    self.hardware = hardware
    self.scaleForm = scaleForm
    self.weightGranularity = weightGranularity
    self.weightSymmetry = weightSymmetry
    self.activationSymmetry = activationSymmetry
    self.activationSign = activationSign
    self.graphMode = graphMode
    self.foldsBatchNorm = foldsBatchNorm
    self.defaultFold = defaultFold
  }

  /// The grid and scale of a quantizer on this hardware.
  public func spec(for site: FakeQuant.Site, bits: Int) -> QuantSpec {
    switch site {
    case .weight:
      QuantSpec(
        bits: bits, sign: .signed, symmetry: weightSymmetry, granularity: weightGranularity,
        scaleForm: scaleForm)
    case .activation:
      QuantSpec(
        bits: bits, sign: activationSign, symmetry: activationSymmetry, granularity: .tensor,
        scaleForm: scaleForm)
    }
  }

  /// Every field with its value in words, for listings.
  public var facts: [(label: String, value: String)] {
    [
      ("name", name),
      ("provider", provider),
      ("hardware", hardware),
      ("scale", scaleForm == .real ? "float32" : "power of two"),
      ("weights", "per \(weightGranularity.rawValue), \(weightSymmetry.rawValue), signed"),
      ("activations", "per tensor, \(activationSymmetry.rawValue), \(activationSign.rawValue)"),
      ("graph mode", graphMode),
      ("folds batch norm", foldsBatchNorm ? "yes" : "no"),
      ("default fold", defaultFold),
    ]
  }
}

extension HardwareProfile: CustomStringConvertible {
  public var description: String {
    facts.map { "\($0.label): \($0.value)" }.joined(separator: "\n")
  }
}

/// The profiles that ship with mqsh.
public enum HardwareCatalog {
  public static let all: [HardwareProfile] = [
    row(
      "academic", "-", "none", .real, .tensor, symmetric: true, .adaptive, "layer_inputs",
      folds: false),
    row(
      "tensorrt", "NVIDIA", "GPU (Tesla T4, P4)", .real, .channel, symmetric: true, .signed,
      "one_add_branch", folds: true),
  ]

  public static var names: [String] { all.map(\.name) }

  /// - Throws: `QuantizeError.unknownProfile`.
  public static func profile(_ name: String) throws(QuantizeError) -> HardwareProfile {
    guard let profile = all.first(where: { $0.name == name }) else {
      throw .unknownProfile(name: name, known: names)
    }
    return profile
  }

  private static func row(
    _ name: String, _ provider: String, _ hardware: String, _ scaleForm: QuantSpec.ScaleForm,
    _ granularity: QuantSpec.Granularity, symmetric: Bool, _ sign: QuantSpec.Sign,
    _ graphMode: String, folds: Bool
  ) -> HardwareProfile {
    let symmetry: QuantSpec.Symmetry = symmetric ? .symmetric : .asymmetric
    return HardwareProfile(
      name: name, provider: provider, hardware: hardware, scaleForm: scaleForm,
      weightGranularity: granularity, weightSymmetry: symmetry, activationSymmetry: symmetry,
      activationSign: sign, graphMode: graphMode, foldsBatchNorm: folds,
      defaultFold: folds ? "torch_fold" : "none")
  }
}
