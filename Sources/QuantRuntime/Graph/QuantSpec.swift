/// The integer grid of a quantizer and the form of its scale, without saying how the scale is found.
///
/// Lives beside `Op`, above the algorithms, because a graph names the grid of each fake-quantization
/// node while the rules that learn scales come later.
public struct QuantSpec: Hashable, Codable, Sendable {
  /// 2 to 8.
  public var bits: Int
  public var sign: Sign
  public var symmetry: Symmetry
  public var granularity: Granularity
  public var scaleForm: ScaleForm

  public init(
    bits: Int, sign: Sign = .signed, symmetry: Symmetry = .symmetric,
    granularity: Granularity = .tensor, scaleForm: ScaleForm = .real
  ) {
    self.bits = bits
    self.sign = sign
    self.symmetry = symmetry
    self.granularity = granularity
    self.scaleForm = scaleForm
  }

  public enum Sign: String, Codable, Sendable, CaseIterable {
    /// -2^(bits-1) ... 2^(bits-1) - 1.
    case signed
    /// 0 ... 2^bits - 1.
    case unsigned
    /// Decided when the tensor is first observed: unsigned if its minimum is not negative, else
    /// signed. Only a spec that has been observed has a grid.
    case adaptive
  }

  public enum Symmetry: String, Codable, Sendable, CaseIterable {
    /// The zero point is 0 and stays there.
    case symmetric
    case asymmetric
  }

  public enum Granularity: String, Codable, Sendable, CaseIterable {
    case tensor
    /// One scale per output channel, axis 0 of a weight.
    case channel
  }

  public enum ScaleForm: String, Codable, Sendable, CaseIterable {
    case real
    /// The scale is snapped to 2^round(log2 s), halves to even, in every forward pass.
    case powerOfTwo = "power_of_two"
  }
}
