/// How batch norm is brought into the weights while a quantized network trains (MQBench, figure 3).
public struct FoldingStrategy: Sendable {
  /// The name in scripts and files, such as `torch_fold`.
  public let name: String
  /// The paper's number, -1 to 4; strategy 4 without synchronization has it too, and comes second.
  public let number: Int
  /// The type, and file in `Strategies/`, that defines it.
  public let type: String
  /// One sentence.
  public let summary: String
  /// Whether the statistics of a batch are those of all of it.
  let isSynchronized: Bool
  /// Rewrites a float network; quantizers come after.
  let apply: @Sendable (Network) throws(FoldingError) -> Network

  init(
    name: String, number: Int, type: String, summary: String, isSynchronized: Bool = true,
    apply: @escaping @Sendable (Network) throws(FoldingError) -> Network
  ) {
    self.name = name
    self.number = number
    self.type = type
    self.summary = summary
    self.isSynchronized = isSynchronized
    self.apply = apply
  }

  /// A strategy that changes the graph alone.
  init(
    name: String, number: Int, type: String, summary: String, isSynchronized: Bool = true,
    rewriting rewrite: @escaping @Sendable (Graph) -> Graph
  ) {
    self.init(
      name: name, number: number, type: type, summary: summary, isSynchronized: isSynchronized,
      apply: { Network(graph: rewrite($0.graph), state: $0.state) })
  }

  /// The number as the paper writes it: `4`, and `4*` without synchronization.
  public var label: String { "\(number)" + (isSynchronized ? "" : "*") }
}

/// All folding strategies, by number.
public enum FoldingCatalog {
  public static let all: [FoldingStrategy] = [
    NoFold.strategy,
    MergeFold.strategy,
    FreezeFold.strategy,
    NaiveFold.strategy,
    WhitePaperFold.strategy,
    TorchFold.strategy,
    TorchFoldLocal.strategy,
  ]

  public static var names: [String] { all.map(\.name) }

  /// - Parameter name: such as `torch_fold`, or the paper's label, such as `4*`.
  /// - Throws: `QuantizeError.unknownFold`.
  public static func strategy(_ name: String) throws(QuantizeError) -> FoldingStrategy {
    guard let strategy = all.first(where: { $0.name == name || $0.label == name }) else {
      throw .unknownFold(name: name, known: names)
    }
    return strategy
  }

  /// - Throws: `QuantizeError.unknownFold` for a number that no strategy has.
  public static func strategy(number: Int) throws(QuantizeError) -> FoldingStrategy {
    guard let strategy = all.first(where: { $0.number == number }) else {
      throw .unknownFold(name: "\(number)", known: all.map { "\($0.label) (\($0.name))" })
    }
    return strategy
  }
}
