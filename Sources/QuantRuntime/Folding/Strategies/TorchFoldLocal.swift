/// Strategy 4 without synchronization (4* in MQBench's figure 6): as `TorchFold`, but each worker's part
/// of a batch is normalized with its own statistics, and those of the first go into the running ones.
///
/// Workers are simulated: a batch is cut into equal parts. A batch that they do not divide cannot be
/// trained on.
enum TorchFoldLocal {
  /// Parts of a batch.
  static let workers = 2

  static let strategy = FoldingStrategy(
    name: "torch_fold_local", number: 4, type: "TorchFoldLocal",
    summary: "As torch_fold, with statistics of each half of a batch, as two workers have them.",
    isSynchronized: false,
    rewriting: { split(TorchFold.folded($0)) })

  private static func split(_ graph: Graph) -> Graph {
    let folded = Set(graph.convolutionNorms().map(\.norm))
    return graph.rewritten { id, node, inputs, into in
      guard folded.contains(id), case .batchNorm(var norm) = node.op else {
        return into.append(node.op, inputs, name: node.name)
      }
      norm.shards = workers
      return into.append(.batchNorm(norm), inputs, name: node.name)
    }
  }
}
