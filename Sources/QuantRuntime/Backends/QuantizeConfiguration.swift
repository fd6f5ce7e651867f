/// How a network is to be quantized.
public struct QuantizeConfiguration: Hashable, Codable, Sendable {
  public var profile: HardwareProfile
  /// nil leaves the weights in float.
  public var weights: QuantizerChoice?
  /// nil leaves the activations in float.
  public var activations: QuantizerChoice?
  /// Bits of the network's input, of the first and last layer's weights and of the last layer's
  /// input, 2 to 8.
  public var firstLastBits: Int
  /// Name in `GraphModeCatalog`; nil takes the profile's.
  public var graphMode: String?
  /// Name in `FoldingCatalog`; nil takes the profile's default.
  public var fold: String?
  /// Names of the layers to quantize, `*` and `?` standing for any text and any character; empty
  /// means all.
  public var only: [String]
  /// Names of the layers to leave in float, with the same wildcards.
  public var except: [String]

  public init(
    profile: HardwareProfile, weights: QuantizerChoice?, activations: QuantizerChoice?,
    firstLastBits: Int = 8, graphMode: String? = nil, fold: String? = nil, only: [String] = [],
    except: [String] = []
  ) {
    self.profile = profile
    self.weights = weights
    self.activations = activations
    self.firstLastBits = firstLastBits
    self.graphMode = graphMode
    self.fold = fold
    self.only = only
    self.except = except
  }

  /// Checks everything that can be checked without a network.
  ///
  /// - Throws: `QuantizeError`.
  public func check() throws(QuantizeError) {
    _ = try GraphModeCatalog.mode(graphMode ?? profile.graphMode)
    let fold = try FoldingCatalog.strategy(fold ?? profile.defaultFold)
    guard IntegerGrid.bitRange.contains(firstLastBits) else {
      throw .bits(
        firstLastBits, subject: "the first and last layer", allowed: IntegerGrid.bitRange)
    }
    try check(weights, .weight, fold)
    try check(activations, .activation, fold)
  }

  private func check(
    _ choice: QuantizerChoice?, _ site: FakeQuant.Site, _ fold: FoldingStrategy
  ) throws(QuantizeError) {
    guard let choice else { return }
    let algorithm = try QuantizerCatalog.algorithm(choice.algorithm)
    guard IntegerGrid.bitRange.contains(choice.bits) else {
      throw .bits(choice.bits, subject: algorithm.name, allowed: IntegerGrid.bitRange)
    }
    try Legality(
      algorithm, at: site, on: profile, fold: fold, bits: choice.bits,
      granularity: choice.granularity
    ).check()
    try check(choice.observer, algorithm, site)
    let edge = try algorithm.edgeAlgorithm.map(QuantizerCatalog.algorithm) ?? algorithm
    try Legality(edge, at: site, on: profile, fold: fold, bits: firstLastBits).check()
  }

  /// An observer has to be known, and to have something to set.
  private func check(
    _ observer: ObserverChoice?, _ algorithm: QuantizerAlgorithm, _ site: FakeQuant.Site
  ) throws(QuantizeError) {
    guard let observer else { return }
    do throws(ObserverError) {
      _ = try ObserverCatalog.observer(observer)
    } catch {
      throw .observer(error)
    }
    let quantizer = FakeQuant(
      algorithm: algorithm.name, spec: profile.spec(for: site, bits: firstLastBits), site: site)
    guard algorithm.rule.initialParameters(for: quantizer, covering: (-1, 1)) != nil else {
      throw .idleObserver(observer.name, algorithm: algorithm.name, site: site)
    }
  }

  /// The weighted layers that `only` and `except` leave.
  ///
  /// - Throws: `QuantizeError` for a selector without a layer, for one of `only` whose layers one of
  ///   `except` takes away again, and when no layer is left.
  func selectedLayers(
    _ graph: Graph, _ roles: LayerRoles
  ) throws(QuantizeError) -> Set<NodeID> {
    let names = roles.layers.map { graph[$0].name }
    func matches(_ selector: String) throws(QuantizeError) -> Set<NodeID> {
      let found = roles.layers.filter { matchesWildcards(graph[$0].name, selector) }
      guard !found.isEmpty else { throw .unmatchedSelector(selector, layers: names) }
      return Set(found)
    }
    let excluded = try except.map(matches)
    var wanted = only.isEmpty ? Set(roles.layers) : []
    for selector in only {
      let found = try matches(selector)
      if let index = excluded.firstIndex(where: found.isSubset) {
        throw .contradiction(only: selector, except: except[index])
      }
      wanted.formUnion(found)
    }
    for set in excluded { wanted.subtract(set) }
    guard !wanted.isEmpty || roles.layers.isEmpty else { throw .everythingExcluded(except) }
    return wanted
  }
}

/// Whether a name matches a pattern in which `*` is any text and `?` any one character; greedy with
/// one place to go back to, so time is at most the product of the lengths.
func matchesWildcards(_ name: String, _ pattern: String) -> Bool {
  let name = Array(name)
  let pattern = Array(pattern)
  var i = 0
  var j = 0
  var back: (name: Int, pattern: Int)?
  while i < name.count {
    if j < pattern.count, pattern[j] == "*" {
      back = (i, j + 1)
      j += 1
    } else if j < pattern.count, pattern[j] == "?" || pattern[j] == name[i] {
      i += 1
      j += 1
    } else if let place = back {
      back = (place.name + 1, place.pattern)
      i = place.name + 1
      j = place.pattern
    } else {
      return false
    }
  }
  return pattern[j...].allSatisfy { $0 == "*" }
}
