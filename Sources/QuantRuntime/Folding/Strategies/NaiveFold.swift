/// Strategy 2: batch norm is folded with the statistics of the batch (Jacob et al., CVPR 2018).
///
///     o = conv(x, w) + b,  mean and sigma: of o over the batch
///     y = conv(x, Q(w * gamma / sigma)) + beta + (b - mean) * gamma / sigma
///
/// Gradients flow through the statistics and o into the weight. Two convolutions forward. Evaluation
/// folds with the running statistics, which the batch's update.
enum NaiveFold {
  static let strategy = FoldingStrategy(
    name: "naive_fold", number: 2, type: "NaiveFold",
    summary: "Folds with the batch's statistics, from a second, float convolution.",
    rewriting: FoldedTraining(measuresBatch: true, foldsBatch: true).folded)
}
