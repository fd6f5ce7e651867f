/// What an inference library or chip can run, as far as a quantized network has to know it.
///
/// Nothing outside `Backends/` asks for a profile's name; to describe other hardware, change the
/// fields of a copy, see `ProfileField`. Every combination can be said; `Legality` knows which of
/// them make sense.
public struct HardwareProfile: Hashable, Codable, Sendable {
  public var name: String
  /// Who makes the library, `-` for none.
  public var provider: String
  /// What it runs on.
  public var hardware: String
  public var weights: QuantForm
  /// `.adaptive` sign: activations that are never negative get the unsigned grid.
  public var activations: QuantForm
  /// Name in `GraphModeCatalog`.
  public var graphMode: String
  /// Whether it computes with integers, so that a quantizer's levels must be an integer grid times a
  /// scale; false for simulation alone.
  public var integerArithmetic: Bool
  /// How its integers get from one scale to the next; without meaning in simulation alone.
  public var requantization: Requantization
  /// Whether batch norm must be folded into the weights before it can be deployed.
  public var foldsBatchNorm: Bool
  /// Name in `FoldingCatalog` of the strategy used when none is asked for.
  public var defaultFold: String

  public init(
    name: String, provider: String, hardware: String, weights: QuantForm, activations: QuantForm,
    graphMode: String, integerArithmetic: Bool, requantization: Requantization = .floatScale,
    foldsBatchNorm: Bool, defaultFold: String
  ) {
    self.name = name
    self.provider = provider
    self.hardware = hardware
    self.weights = weights
    self.activations = activations
    self.graphMode = graphMode
    self.integerArithmetic = integerArithmetic
    self.requantization = requantization
    self.foldsBatchNorm = foldsBatchNorm
    self.defaultFold = defaultFold
  }

  /// The form of weights or activations.
  public func form(of site: FakeQuant.Site) -> QuantForm {
    switch site {
    case .weight: weights
    case .activation: activations
    }
  }

  /// The grid and scale of a quantizer on this hardware.
  public func spec(for site: FakeQuant.Site, bits: Int) -> QuantSpec {
    form(of: site).spec(bits: bits)
  }

  /// The profile in few words, for listings of many; `ProfileField` has every field of its own.
  public var facts: [(label: String, value: String)] {
    [
      ("name", name),
      ("provider", provider),
      ("hardware", hardware),
      ("weights", weights.description),
      ("activations", activations.description),
      ("graph", graphMode),
      ("fold", defaultFold),
    ]
  }
}

extension HardwareProfile: CustomStringConvertible {
  /// A line for each field: `weights_per: channel`.
  public var description: String {
    ProfileField.all.map { "\($0.name): \($0.value(self))" }.joined(separator: "\n")
  }
}
