/// Strategy 3: the weight is folded with the running deviation, so that it does not jump from batch to
/// batch, and the result is corrected to that of the batch (Krishnamoorthi, 2018).
///
///     o = conv(x, w) + b,  mean and sigma': of o over the batch;  sigma: running, already updated
///     y = conv(x, Q(w * gamma / sigma)) * sigma / sigma' + beta + (b - mean) * gamma / sigma'
///
/// The correction is multiplied into the quantized weight, which costs no pass over the result.
/// Gradients flow through the batch's statistics, not through the running ones. Two convolutions
/// forward.
enum WhitePaperFold {
  static let strategy = FoldingStrategy(
    name: "white_paper_fold", number: 3, type: "WhitePaperFold",
    summary: "Folds with running deviations and corrects the result to the batch's.",
    rewriting: FoldedTraining(measuresBatch: true, foldsBatch: false).folded)
}
