/// Strategy 1: batch norm is folded with running statistics that never move.
///
///     y = conv(x, Q(w * gamma / sigma)) + beta + (b - mean) * gamma / sigma
///
/// with sigma = sqrt(var + eps). Weight, gamma and beta train; gamma gets gradients from inside Q and
/// from the bias. One convolution and no pass of batch norm.
enum FreezeFold {
  static let strategy = FoldingStrategy(
    name: "freeze", number: 1, type: "FreezeFold",
    summary: "Folds with running statistics that stay as they are.",
    rewriting: FoldedTraining(measuresBatch: false, foldsBatch: false).folded)
}
