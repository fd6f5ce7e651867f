/// Whether an algorithm can quantize one kind of tensor on a backend, judged before any network is
/// looked at.
public enum Legality: Hashable, Sendable {
  case allowed
  case forbidden(Prohibition)

  /// - Parameters:
  ///   - bits: nil when only algorithm and backend are in question.
  ///   - granularity: what was asked for; nil takes the backend's.
  ///   - fold: the strategy of training.
  public init(
    _ algorithm: QuantizerAlgorithm, at site: FakeQuant.Site, on profile: HardwareProfile,
    fold: FoldingStrategy, bits: Int? = nil, granularity: QuantSpec.Granularity? = nil
  ) {
    let request = QuantizerRequest(
      algorithm: algorithm, site: site, profile: profile, fold: fold, bits: bits,
      granularity: granularity)
    let broken = LegalityRules.all.lazy.compactMap { rule in
      rule.violation(request).map { (rule.name, $0) }
    }.first
    self =
      broken.map { name, reason in
        .forbidden(
          Prohibition(
            algorithm: algorithm.name, backend: profile.name, site: site, rule: name,
            reason: reason.text, remedy: reason.remedy, isBackendsOwn: reason.isBackendsOwn))
      } ?? .allowed
  }

  /// - Throws: `QuantizeError.forbidden`.
  func check() throws(QuantizeError) {
    if case .forbidden(let prohibition) = self { throw .forbidden(prohibition) }
  }
}

/// A broken rule: which, for what, and why.
public struct Prohibition: Hashable, Sendable {
  public var algorithm: String
  public var backend: String
  public var site: FakeQuant.Site
  /// Name in `LegalityRules`.
  public var rule: String
  /// Completes 'lsq cannot quantize weights on backend tvm: ...'.
  public var reason: String
  /// What to do about it, when something is certain to help.
  public var remedy: String?
  /// Whether the backend makes no sense whatever the algorithm.
  public var isBackendsOwn: Bool
}

/// What a legality rule looks at.
struct QuantizerRequest {
  var algorithm: QuantizerAlgorithm
  var site: FakeQuant.Site
  var profile: HardwareProfile
  var fold: FoldingStrategy
  var bits: Int?
  var granularity: QuantSpec.Granularity?

  var form: QuantForm { profile.form(of: site) }
  var tensors: String { site == .weight ? "weights" : "activations" }
  /// Whether the quantizer sees weights with batch norm in them.
  var seesFoldedWeights: Bool { site == .weight && fold.foldsBatchNorm }

  /// What the first limit says that `reading` knows.
  func limit<Result>(_ reading: (AlgorithmLimit) -> Result?) -> Result? {
    algorithm.limits.lazy.compactMap(reading).first
  }
}
