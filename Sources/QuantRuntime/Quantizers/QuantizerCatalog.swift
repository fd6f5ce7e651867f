/// A quantizer that can be asked for by name, with what listings and checks want to know of it.
public struct QuantizerAlgorithm: Sendable {
  public let rule: any FakeQuantRule
  /// The type, and file in `Algorithms/`, that defines it.
  public let type: String
  public let kind: Kind
  /// One sentence.
  public let summary: String
  /// Authors, venue, year; nil when there is no paper.
  public let citation: String?
  public let sites: Set<FakeQuant.Site>
  /// Whether its levels are an integer grid times one scale, so that integer hardware can run it.
  public let isDeployable: Bool

  /// The name in graphs, scripts and files.
  public var name: String { rule.name }

  public enum Kind: String, Sendable, CaseIterable {
    /// Scale or thresholds are trained with the network.
    case learned
    /// Scale is given, or follows from the tensor by a formula.
    case rule
  }
}

/// All quantizers, in the order listings show them.
public enum QuantizerCatalog {
  public static let all: [QuantizerAlgorithm] = [
    QuantizerAlgorithm(
      rule: LSQ(), type: "LSQ", kind: .learned,
      summary: "Learned step size: the scale is trained with the weights.",
      citation: "Esser et al., ICLR 2020, 'Learned step size quantization'",
      sites: [.weight, .activation], isDeployable: true),
    QuantizerAlgorithm(
      rule: StaticUniform(), type: "StaticUniform", kind: .rule,
      summary: "Fixed scale from the range of the first tensor, or from calibration.",
      citation: nil, sites: [.weight, .activation], isDeployable: true),
  ]

  public static var names: [String] { all.map(\.name) }

  /// The rules by name, as a plan wants them.
  public static let rules: FakeQuantRules = Dictionary(
    uniqueKeysWithValues: all.map { ($0.name, $0.rule) })

  /// - Throws: `QuantizeError.unknownQuantizer`.
  public static func algorithm(_ name: String) throws(QuantizeError) -> QuantizerAlgorithm {
    guard let algorithm = all.first(where: { $0.name == name }) else {
      throw .unknownQuantizer(name: name, known: names)
    }
    return algorithm
  }
}
