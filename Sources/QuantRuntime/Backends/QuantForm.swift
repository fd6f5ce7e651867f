/// The grid and scale of one kind of tensor, weights or activations, without the bits.
public struct QuantForm: Hashable, Codable, Sendable {
  public var symmetry: QuantSpec.Symmetry
  public var granularity: QuantSpec.Granularity
  public var sign: QuantSpec.Sign
  public var scaleForm: QuantSpec.ScaleForm

  public init(
    symmetry: QuantSpec.Symmetry = .symmetric, granularity: QuantSpec.Granularity = .tensor,
    sign: QuantSpec.Sign = .signed, scaleForm: QuantSpec.ScaleForm = .real
  ) {
    self.symmetry = symmetry
    self.granularity = granularity
    self.sign = sign
    self.scaleForm = scaleForm
  }

  /// - Parameter bits: 2 to 8.
  public func spec(bits: Int) -> QuantSpec {
    QuantSpec(
      bits: bits, sign: sign, symmetry: symmetry, granularity: granularity, scaleForm: scaleForm)
  }
}

extension QuantForm: CustomStringConvertible {
  /// In words: `per channel, symmetric, signed, real scale`.
  public var description: String {
    let scale = scaleForm == .real ? "real scale" : "power-of-two scale"
    return "per \(granularity.rawValue), \(symmetry.rawValue), \(sign.rawValue), \(scale)"
  }
}
