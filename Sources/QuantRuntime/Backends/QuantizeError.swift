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
  /// A selector of `only` whose layers a selector of `except` takes away again.
  case contradiction(only: String, except: String)
  /// The selectors of `except` leave no layer.
  case everythingExcluded([String])
  /// Algorithm and backend do not go together.
  case forbidden(Prohibition)
  case observer(ObserverError)
  /// An observer of an algorithm that learns nothing which a range could set.
  case idleObserver(String, algorithm: String, site: FakeQuant.Site)
  /// A layer whose weight is no parameter of its own; `source` is the op that computes it.
  case layer(name: String, source: String)
  /// Something that needs a quantized model.
  case notQuantized(model: String)
  /// A name or pattern that no node of a quantized model matches.
  case unmatchedNode(String, nodes: [String])

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
    case .contradiction: "quantize.contradiction"
    case .everythingExcluded: "quantize.excluded"
    case .forbidden: "quantize.forbidden"
    case .observer(let error): error.code
    case .idleObserver: "quantize.observer"
    case .layer: "quantize.layer"
    case .notQuantized: "quantize.float"
    case .unmatchedNode: "quantize.node"
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
    case .contradiction(let only, let except):
      "'except: \(except)' takes away every layer that 'only: \(only)' chooses"
    case .everythingExcluded(let except):
      "'except' leaves no layer to quantize: \(except.joined(separator: ", "))"
    case .forbidden(let prohibition):
      "'\(prohibition.algorithm)' cannot quantize \(prohibition.site.plural) on backend "
        + "'\(prohibition.backend)': \(prohibition.reason)"
    case .observer(let error): error.message
    case .idleObserver(let observer, let algorithm, let site):
      "observer '\(observer)' has nothing to set: '\(algorithm)' takes the range of "
        + "\(site.plural) from its own rule"
    case .layer(let name, let source):
      "layer '\(name)' cannot be quantized: its weight is the result of \(source)"
    case .notQuantized(let model): "model '\(model)' is not quantized"
    case .unmatchedNode(let name, _): "no layer matches '\(name)'"
    }
  }

  public var help: String? {
    switch self {
    case .unknownProfile(let name, let known), .unknownQuantizer(let name, let known),
      .unknownGraphMode(let name, let known), .unknownFold(let name, let known):
      closestName(to: name, among: known).map { "did you mean '\($0)'?" }
    case .unmatchedSelector(let selector, let layers), .unmatchedNode(let selector, let layers):
      closestName(to: selector, among: layers).map { "did you mean '\($0)'?" }
    case .alreadyQuantized: "quantize the float model it was made from"
    case .forbidden(let prohibition): prohibition.remedy
    case .observer(let error): error.help
    default: nil
    }
  }

  public var notes: [String] {
    switch self {
    case .unknownProfile(_, let known): ["backends are \(known.joined(separator: ", "))"]
    case .unknownQuantizer(_, let known): ["quantizers are \(known.joined(separator: ", "))"]
    case .unknownGraphMode(_, let known): ["graph modes are \(known.joined(separator: ", "))"]
    case .unknownFold(_, let known): ["folding strategies are \(known.joined(separator: ", "))"]
    case .forbidden(let prohibition):
      ["rule '\(prohibition.rule)'; supports() shows what goes together"]
    case .observer(let error): error.notes
    case .unmatchedSelector(_, let layers):
      layers.count <= 8
        ? ["layers are \(layers.joined(separator: ", "))"]
        : ["there are \(layers.count) layers: \(layers.prefix(6).joined(separator: ", ")), ..."]
    default: []
    }
  }
}

extension FakeQuant.Site {
  fileprivate var plural: String { self == .weight ? "weights" : "activations" }
}
