/// A rule about what can be quantized by what.
struct LegalityRule: Sendable {
  /// In reports: `integer_levels`.
  let name: String
  /// One sentence: what is allowed.
  let summary: String
  /// Why a request breaks it; nil when it does not.
  let violation: @Sendable (QuantizerRequest) -> Reason?

  struct Reason {
    var text: String
    var remedy: String?
    /// Whether the backend makes no sense whatever the algorithm.
    var isBackendsOwn = false
  }
}

/// Every rule, the more fundamental ones first: a request is told about the first that it breaks.
public enum LegalityRules {
  static let all: [LegalityRule] = [
    site, perTensorActivations, signedSymmetricWeights, integerLevels, folding, granularity,
    perTensorOnly, symmetry, scaleForm, bits,
  ]

  /// Name and content of each rule, for listings.
  public static var summaries: [(name: String, summary: String)] {
    all.map { ($0.name, $0.summary) }
  }

  private static let site = LegalityRule(
    name: "site", summary: "An algorithm quantizes the tensors that it is made for."
  ) { request in
    guard !request.algorithm.sites.contains(request.site) else { return nil }
    let other = request.site == .weight ? "activations" : "weights"
    return .init(
      text: "it is made for \(other) only", remedy: "say \(other): for this one")
  }

  private static let perTensorActivations = LegalityRule(
    name: "per_tensor_activations", summary: "Activations have one scale for the whole tensor."
  ) { request in
    guard request.site == .activation, request.form.granularity == .channel else { return nil }
    return .init(
      text: "a sum over channels cannot be scaled for each of them", remedy: tensorScale(request),
      isBackendsOwn: true)
  }

  private static let signedSymmetricWeights = LegalityRule(
    name: "signed_weights", summary: "A symmetric grid of weights has negative levels."
  ) { request in
    guard request.site == .weight, request.form.symmetry == .symmetric,
      request.form.sign == .unsigned
    else { return nil }
    return .init(
      text: "a symmetric unsigned grid has no negative levels",
      remedy: "with(..., weights_sign: \"signed\") gives it some", isBackendsOwn: true)
  }

  private static let integerLevels = LegalityRule(
    name: "integer_levels",
    summary: "A backend that computes with integers needs levels on an integer grid."
  ) { request in
    guard request.profile.integerArithmetic else { return nil }
    let hasOffset = request.site == .activation && request.form.symmetry == .asymmetric
    let reason: String? = request.limit {
      switch $0 {
      case .simulationOnly(let reason): reason
      case .realOffset(let reason) where hasOffset: reason
      default: nil
      }
    }
    guard let reason else { return nil }
    return .init(
      text: "\(reason), and the backend computes with integers",
      remedy: "a backend that simulates alone can: academic")
  }

  private static let folding = LegalityRule(
    name: "folding", summary: "Some algorithms cannot quantize weights with batch norm in them."
  ) { request in
    let reason: String? = request.limit {
      if case .noFolding(let reason) = $0 { reason } else { nil }
    }
    guard let reason, request.seesFoldedWeights else { return nil }
    return .init(
      text: "\(reason), and fold '\(request.fold.name)' puts batch norm into the weights",
      remedy: "fold: -1 keeps batch norm apart")
  }

  private static let granularity = LegalityRule(
    name: "granularity", summary: "The backend decides how many scales a tensor has."
  ) { request in
    guard let asked = request.granularity, asked != request.form.granularity,
      request.site == .weight
    else { return nil }
    return .init(
      text: "the backend quantizes weights per \(request.form.granularity.rawValue), not per "
        + asked.rawValue,
      remedy: "with(..., weights_per: \"\(asked.rawValue)\") makes a backend that does")
  }

  private static let perTensorOnly = LegalityRule(
    name: "per_tensor_only", summary: "Some algorithms have no form for channels."
  ) { request in
    let reason: String? = request.limit {
      if case .perTensorOnly(let reason) = $0 { reason } else { nil }
    }
    guard let reason, request.form.granularity == .channel else { return nil }
    return .init(
      text: "\(reason), and the backend wants a scale for each channel",
      remedy: tensorScale(request))
  }

  private static let symmetry = LegalityRule(
    name: "symmetric_only", summary: "Some algorithms have no zero point."
  ) { request in
    let reason: String? = request.limit {
      if case .symmetricOnly(let reason) = $0 { reason } else { nil }
    }
    guard let reason, request.form.symmetry == .asymmetric else { return nil }
    return .init(text: "\(reason), and the backend wants a zero point")
  }

  private static let scaleForm = LegalityRule(
    name: "scale_form", summary: "Some algorithms have no scale that could be a power of two."
  ) { request in
    let reason: String? = request.limit {
      if case .realScaleOnly(let reason) = $0 { reason } else { nil }
    }
    guard let reason, request.form.scaleForm == .powerOfTwo else { return nil }
    return .init(text: "\(reason), and the backend wants powers of two")
  }

  private static let bits = LegalityRule(
    name: "bits", summary: "Some algorithms take fewer bit widths than 2 to 8."
  ) { request in
    let allowed: ClosedRange<Int>? = request.limit {
      if case .bits(let range) = $0 { range } else { nil }
    }
    guard let allowed, let bits = request.bits, !allowed.contains(bits) else { return nil }
    return .init(text: "it takes \(allowed.lowerBound) to \(allowed.upperBound) bits, not \(bits)")
  }

  private static func tensorScale(_ request: QuantizerRequest) -> String {
    "with(..., \(request.tensors)_per: \"tensor\") makes a backend that has one scale"
  }
}

extension FoldingStrategy {
  /// Whether weights are quantized with batch norm in them, as all strategies do but the one that
  /// leaves it alone, number -1.
  var foldsBatchNorm: Bool { number >= 0 }
}
