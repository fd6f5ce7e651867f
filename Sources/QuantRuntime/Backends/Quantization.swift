/// What a quantized model was asked to be, kept with it and saved in its file.
public struct Quantization: Hashable, Codable, Sendable {
  public var profile: HardwareProfile
  /// Names in `QuantizerCatalog`; nil when that side was left in float.
  public var weights: QuantizerChoice?
  public var activations: QuantizerChoice?
  /// Bits of the network's input, of the first and the last layer's weights, and of the last layer's
  /// input.
  public var firstLastBits: Int
  /// Name in `GraphModeCatalog`.
  public var graphMode: String
  /// Name in `FoldingCatalog`.
  public var fold: String
  /// Selectors of the layers that were quantized and left out, as given.
  public var only: [String]
  public var except: [String]
  /// False while the scales are placeholders: they are found from the first batch.
  public var isInitialized: Bool
  /// For each quantizer, by the name of its node, the rule that placed it.
  public var reasons: [String: String]
  /// For every tensor that could have a quantizer, whether it has one and why.
  public var decisions: [PlacementDecision]

  public init(
    profile: HardwareProfile, weights: QuantizerChoice?, activations: QuantizerChoice?,
    firstLastBits: Int, graphMode: String, fold: String, only: [String] = [],
    except: [String] = [], isInitialized: Bool = false, reasons: [String: String] = [:],
    decisions: [PlacementDecision] = []
  ) {
    self.profile = profile
    self.weights = weights
    self.activations = activations
    self.firstLastBits = firstLastBits
    self.graphMode = graphMode
    self.fold = fold
    self.only = only
    self.except = except
    self.isInitialized = isInitialized
    self.reasons = reasons
    self.decisions = decisions
  }

  /// What finds the range that a quantizer of a site covers at first; nil leaves it to the algorithm.
  public func observer(of site: FakeQuant.Site) -> ObserverChoice? {
    (site == .weight ? weights : activations)?.observer
  }

  /// - Throws: `ObserverError` for one that is not known, as in a file of another program.
  func checkObservers() throws(ObserverError) {
    for site in [FakeQuant.Site.weight, .activation] {
      if let observer = observer(of: site) { _ = try ObserverCatalog.observer(observer) }
    }
  }

  /// Where it departs from what the backend can run, each a sentence: allowed in simulation, and to be
  /// known when results are compared.
  public var notes: [String] {
    profile.notes(graphMode: graphMode, fold: fold)
  }
}

extension HardwareProfile {
  /// What a graph mode or a fold other than the backend's own means, each a sentence.
  public func notes(graphMode: String, fold: String) -> [String] {
    var notes: [String] = []
    let strategy = try? FoldingCatalog.strategy(fold)
    if foldsBatchNorm, strategy?.foldsBatchNorm == false {
      notes.append(
        "fold '\(fold)' keeps batch norm, which backend '\(name)' has to fold before it can run")
    }
    if graphMode != self.graphMode {
      notes.append(
        "graph mode '\(graphMode)' replaces '\(self.graphMode)', the one of backend '\(name)'")
    }
    return notes
  }
}

/// An algorithm with its bit width, such as 4-bit LSQ.
public struct QuantizerChoice: Hashable, Codable, Sendable {
  /// Name in `QuantizerCatalog`.
  public var algorithm: String
  /// 2 to 8.
  public var bits: Int
  /// Asks for one scale per tensor or per channel against the profile's own choice; weights only.
  public var granularity: QuantSpec.Granularity?
  /// Finds the range that the learned numbers cover at first; nil for the algorithm's own formula.
  public var observer: ObserverChoice?

  public init(
    _ algorithm: String, bits: Int, granularity: QuantSpec.Granularity? = nil,
    observer: ObserverChoice? = nil
  ) {
    self.algorithm = algorithm
    self.bits = bits
    self.granularity = granularity
    self.observer = observer
  }

  /// The choice for weights when this one is asked for weights and activations: that of the
  /// algorithm's partner if it quantizes activations only, to which the observer does not pass.
  public var forWeights: QuantizerChoice {
    let entry = QuantizerCatalog.all.first { $0.name == algorithm }
    guard let partner = entry?.weightPartner else { return self }
    return QuantizerChoice(partner, bits: bits, granularity: granularity)
  }
}
