import QuantRuntime

/// What is wrong with a call of `quantize` whose model is not there yet: algorithms, backend, fold and
/// bits that do not go together.
enum QuantizationCheck {
  static func check(_ call: CheckedCall) throws {
    let isGiven = ["algorithm", "weights", "activations"].map { call.isGiven($0) }
    if isGiven.allSatisfy({ $0 == false }) { throw QuantizationBuiltins.noAlgorithm }
    guard let backend = call.host("backend", as: BackendValue.self)?.content,
      let graph = call.constant("graph"), let fold = call.constant("fold"),
      case .int(let firstLastBits)? = call.constant("first_last_bits")
    else { return }
    let both = call.host("algorithm", as: QuantizerValue.self)?.content
    do throws(QuantizeError) {
      try QuantizeConfiguration(
        profile: backend, weights: choice("weights", else: both?.forWeights, call),
        activations: choice("activations", else: both, call), firstLastBits: firstLastBits,
        graphMode: try QuantizationBuiltins.graphMode(graph),
        fold: try QuantizationBuiltins.fold(fold)
      ).check()
    } catch {
      throw ArgumentError.refused(
        parameter: culprit(error, call), function: call.builtin.name, reason: error)
    }
  }

  /// The algorithm of one kind of tensors; nil where none is known.
  private static func choice(
    _ name: String, else both: QuantizerChoice?, _ call: CheckedCall
  ) -> QuantizerChoice? {
    call.isGiven(name) == false ? both : call.host(name, as: QuantizerValue.self)?.content
  }

  private static func culprit(_ error: QuantizeError, _ call: CheckedCall) -> String {
    switch error {
    case .forbidden(let prohibition) where !prohibition.isBackendsOwn:
      QuantizationBuiltins.argument(of: prohibition.site) { call.isGiven($0) == true }
    case .idleObserver(_, _, let site):
      QuantizationBuiltins.argument(of: site) { call.isGiven($0) == true }
    case .unknownFold: "fold"
    case .unknownGraphMode: "graph"
    default: "backend"
    }
  }
}
