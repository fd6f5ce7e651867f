/// Strategy -1: the plain weight is quantized and batch norm stays as it is.
///
///     y = BN(conv(x, Q(w)))
enum NoFold {
  static let strategy = FoldingStrategy(
    name: "none", number: -1, type: "NoFold",
    summary: "Quantizes the plain weight and keeps batch norm after the convolution.",
    apply: { network throws(FoldingError) in network })
}
