/// A quantization that cannot be done as asked.
public enum QuantizeError: RuntimeFailure, Equatable {
  case unknownProfile(name: String, known: [String])
  case unknownQuantizer(name: String, known: [String])
  case unknownGraphMode(name: String, known: [String])
  case unknownFold(name: String, known: [String])
  /// Bits outside 2...8; `subject` says whose.
  case bits(Int, subject: String, allowed: ClosedRange<Int>)
  /// A selector of `only` or `except` that no layer matches.
  case unmatchedSelector(String, layers: [String])
  case alreadyQuantized(model: String)
  /// Neither weights nor activations were asked for, or no layer is left.
  case nothingToQuantize(model: String)
  case granularity(asked: QuantSpec.Granularity, profile: HardwareProfile)
  /// An algorithm at a place it is not made for.
  case unsuitableQuantizer(name: String, site: FakeQuant.Site)

  public var code: String {
    switch self {
    case .unknownProfile: "profile.unknown"
    case .unknownQuantizer: "quantizer.unknown"
    case .unknownGraphMode: "graph_mode.unknown"
    case .unknownFold: "fold.unknown"
    case .bits: "quantize.bits"
    case .unmatchedSelector: "quantize.selector"
    case .alreadyQuantized: "quantize.twice"
    case .nothingToQuantize: "quantize.nothing"
    case .granularity: "profile.granularity"
    case .unsuitableQuantizer: "quantizer.site"
    }
  }

  public var message: String {
    switch self {
    case .unknownProfile(let name, _): "unknown backend '\(name)'"
    case .unknownQuantizer(let name, _): "unknown quantizer '\(name)'"
    case .unknownGraphMode(let name, _): "unknown graph mode '\(name)'"
    case .unknownFold(let name, _): "unknown folding strategy '\(name)'"
    case .bits(let bits, let subject, let allowed):
      "\(subject) takes \(allowed.lowerBound) to \(allowed.upperBound) bits, not \(bits)"
    case .unmatchedSelector(let selector, _): "no layer matches '\(selector)'"
    case .alreadyQuantized(let model): "model '\(model)' is already quantized"
    case .nothingToQuantize(let model): "nothing of model '\(model)' is left to quantize"
    case .granularity(let asked, let profile):
      "backend '\(profile.name)' quantizes weights per \(profile.weightGranularity.rawValue), "
        + "not per \(asked.rawValue)"
    case .unsuitableQuantizer(let name, let site):
      "quantizer '\(name)' does not quantize \(site == .weight ? "weights" : "activations")"
    }
  }

  public var help: String? {
    switch self {
    case .unknownProfile(let name, let known), .unknownQuantizer(let name, let known),
      .unknownGraphMode(let name, let known), .unknownFold(let name, let known):
      closestName(to: name, among: known).map { "did you mean '\($0)'?" }
    case .unmatchedSelector(let selector, let layers):
      closestName(to: selector, among: layers).map { "did you mean '\($0)'?" }
    case .alreadyQuantized: "quantize the float model it was made from"
    default: nil
    }
  }

  public var notes: [String] {
    switch self {
    case .unknownProfile(_, let known): ["backends are \(known.joined(separator: ", "))"]
    case .unknownQuantizer(_, let known): ["quantizers are \(known.joined(separator: ", "))"]
    case .unknownGraphMode(_, let known): ["graph modes are \(known.joined(separator: ", "))"]
    case .unknownFold(_, let known): ["folding strategies are \(known.joined(separator: ", "))"]
    case .unmatchedSelector(_, let layers):
      layers.count <= 8
        ? ["layers are \(layers.joined(separator: ", "))"]
        : ["there are \(layers.count) layers: \(layers.prefix(6).joined(separator: ", ")), ..."]
    default: []
    }
  }
}
