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
  /// What it computes, a few lines, as help shows them.
  public let formula: String
  /// Where this follows the paper and not the authors' released code, or the other way round, each a
  /// sentence.
  public let deviations: [String]
  public let sites: Set<FakeQuant.Site>
  /// Name of the algorithm that quantizes the weights when this one, which quantizes activations
  /// only, is asked for both.
  public let weightPartner: String?
  /// Name of the algorithm of the network's ends, the first and the last layer, if it is another one.
  public let edgeAlgorithm: String?
  /// What it is not made for.
  public let limits: [AlgorithmLimit]

  init(
    rule: any FakeQuantRule, type: String, kind: Kind, summary: String, citation: String?,
    formula: String, deviations: [String] = [],
    sites: Set<FakeQuant.Site> = [.weight, .activation],
    weightPartner: String? = nil, edgeAlgorithm: String? = nil,
    limits: [AlgorithmLimit] = []
  ) {
    self.rule = rule
    self.type = type
    self.kind = kind
    self.summary = summary
    self.citation = citation
    self.formula = formula
    self.deviations = deviations
    self.sites = sites
    self.weightPartner = weightPartner
    self.edgeAlgorithm = edgeAlgorithm
    self.limits = limits
  }

  /// The name in graphs, scripts and files.
  public var name: String { rule.name }

  public enum Kind: String, Sendable, CaseIterable {
    /// Scale or thresholds are trained with the network.
    case learned
    /// Scale follows from the tensor by the algorithm's formula.
    case rule
    /// Scale is found once, by calibration, and stays.
    case calibrated
    /// Scale covers the range of the tensor at hand: no algorithm to train a network with, but what
    /// others use at its ends.
    case range
  }
}

/// All quantizers, in the order listings show them. Each is described in its own file.
public enum QuantizerCatalog {
  public static let all: [QuantizerAlgorithm] = [
    LSQ.algorithm,
    LSQPlus.algorithm,
    PACT.algorithm,
    DoReFa.algorithm,
    DSQ.algorithm,
    QIL.algorithm,
    APoT.algorithm,
    TQT.algorithm,
    CurrentRange.algorithm,
    StaticUniform.algorithm,
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
