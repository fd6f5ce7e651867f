import Foundation

/// Channels of consecutive layers brought to like ranges, so that one scale for a tensor fits all of
/// them (cross-layer equalization: Nagel et al., ICCV 2019, section 4.1).
///
/// For channel c between two layers, with r1 and r2 the largest magnitudes of its weights in the first
/// and in the second:
///
///     S = sqrt(r1 r2) / r2;  W1, b1 divided by S;  W2 multiplied by S
///
/// after which both are sqrt(r1 r2), and the network computes what it did, up to the rounding of
/// float32.
public enum ChannelEqualization {
  /// Below this sum of r1 and r2 a channel is left as it is, as MQBench has it.
  public static let standardThreshold = 0.5
  /// Chains of layers settle within a few passes.
  private static let passLimit = 20
  /// The natural logarithm of a factor that is as good as 1.
  private static let settled = 1e-3
  private static let factorRange = 1e-6...1e6

  public struct Outcome: Sendable {
    /// Float, with batch norm folded for inference.
    public var model: Model
    /// Pairs of layers that traded factors.
    public var pairs: Int
    /// Of all channels' factors in the first pass, the furthest from 1 either way, as a number above 1.
    public var largestFactor: Double
  }

  /// - Parameters:
  ///   - model: float.
  ///   - threshold: of r1 + r2.
  /// - Throws: `EqualizationError`, `FoldingError`, `GraphError`; `Interrupted`.
  public static func equalize(
    _ model: Model, threshold: Double = standardThreshold, interruption: Interruption
  ) throws -> Outcome {
    guard model.quantization == nil, model.quantizerNodes.isEmpty else {
      throw EqualizationError.quantized(model: model.name)
    }
    let folded = try model.foldedForInference()
    let pairs = try folded.graph.layerPairs()
    guard !pairs.isEmpty else { throw EqualizationError.noPairs(model: model.name) }
    var network = Network(graph: folded.graph, state: folded.state)
    var largest = 1.0
    var passes = 0
    var isSettled = false
    while !isSettled, passes < passLimit {
      isSettled = true
      for pair in pairs {
        try interruption.check()
        let factors = try network.factors(of: pair, threshold)
        let size = factors.map { abs(log($0)) }.max() ?? 0
        if size > settled { isSettled = false }
        if passes == 0 { largest = max(largest, exp(size)) }
        try network.trade(factors, in: pair)
      }
      passes += 1
    }
    var result = folded
    result.state = network.state
    return Outcome(model: result, pairs: pairs.count, largestFactor: largest)
  }

  /// S of one channel.
  static func factor(_ first: Float, _ second: Float, _ threshold: Double) -> Double {
    let (r1, r2) = (Double(first), Double(second))
    // A channel of zeros has no range to give: dividing its bias by the least factor would only move
    // the trouble to the activation.
    guard r1 > 0, r2 > 0, r1 + r2 >= threshold else { return 1 }
    let factor = (r1 * r2).squareRoot() / r2
    return min(max(factor, factorRange.lowerBound), factorRange.upperBound)
  }
}

/// A network that cannot be equalized.
public enum EqualizationError: RuntimeFailure, Equatable {
  /// Scales belong to the weights as they are.
  case quantized(model: String)
  /// No two layers follow one another.
  case noPairs(model: String)

  public var code: String {
    switch self {
    case .quantized: "equalize.quantized"
    case .noPairs: "equalize.nothing"
    }
  }

  public var message: String {
    switch self {
    case .quantized(let model):
      "model '\(model)' is quantized, and its scales are for the weights as they are"
    case .noPairs(let model):
      "model '\(model)' has no two layers with only ReLU or pools between them"
    }
  }

  public var help: String? {
    switch self {
    case .quantized: "equalize the float model, then quantize it"
    case .noPairs: "ReLU6 and additions do not let a factor through"
    }
  }
}

extension Network {
  /// S of every channel between two layers.
  fileprivate func factors(of pair: LayerPair, _ threshold: Double) throws -> [Double] {
    let first = try tensor(graph[pair.first].inputs[1])
    let second = try tensor(graph[pair.second].inputs[1])
    let channels = graph.inputChannels(of: pair.second, second.shape, spread: pair.spread)
    var given = Array(repeating: Float(0), count: first.shape[0])
    var taken = given
    let row = first.count / max(given.count, 1)
    for (index, value) in first.values.enumerated() {
      given[index / row] = max(given[index / row], abs(value))
    }
    for (index, value) in second.values.enumerated() {
      let channel = channels.channel(of: index)
      taken[channel] = max(taken[channel], abs(value))
    }
    return zip(given, taken).map { ChannelEqualization.factor($0, $1, threshold) }
  }

  fileprivate mutating func trade(_ factors: [Double], in pair: LayerPair) throws {
    for operand in graph[pair.first].inputs.dropFirst() {
      state[graph[operand].name] = try tensor(operand).scaled(byChannel: factors.map { 1 / $0 })
    }
    let operand = graph[pair.second].inputs[1]
    var second = try tensor(operand)
    let channels = graph.inputChannels(of: pair.second, second.shape, spread: pair.spread)
    for index in second.values.indices {
      second.values[index] *= Float(factors[channels.channel(of: index)])
    }
    state[graph[operand].name] = second
  }
}
