/// How batch norm is brought into the weights while a quantized network trains (MQBench, figure 3).
public struct FoldingStrategy: Sendable {
  /// The name in scripts and files, such as `torch_fold`.
  public let name: String
  /// The paper's number, -1 to 4.
  public let number: Int
  /// The type, and file in `Strategies/`, that defines it.
  public let type: String
  /// One sentence.
  public let summary: String
  /// Rewrites a float network; quantizers come after.
  let apply: @Sendable (Network) throws(FoldingError) -> Network
}

/// All folding strategies, by number.
public enum FoldingCatalog {
  public static let all: [FoldingStrategy] = [
    NoFold.strategy,
    MergeFold.strategy,
    TorchFold.strategy,
  ]

  public static var names: [String] { all.map(\.name) }

  /// - Throws: `QuantizeError.unknownFold`.
  public static func strategy(_ name: String) throws(QuantizeError) -> FoldingStrategy {
    guard let strategy = all.first(where: { $0.name == name }) else {
      throw .unknownFold(name: name, known: names)
    }
    return strategy
  }

  /// - Throws: `QuantizeError.unknownFold` for a number that no strategy has.
  public static func strategy(number: Int) throws(QuantizeError) -> FoldingStrategy {
    guard let strategy = all.first(where: { $0.number == number }) else {
      throw .unknownFold(name: "\(number)", known: all.map { "\($0.number) (\($0.name))" })
    }
    return strategy
  }
}
