/// Strategy 4: PyTorch's quantization-aware ConvBn module; one convolution and a live batch norm.
///
///     f = gamma / sqrt(var + eps)                 var: running variance before this step's update
///     o = conv(x, Q(w * f)) / f
///     y = BN(o)                                   batch statistics in training
///
/// Gamma gets gradients from batch norm, from inside Q and from the divisor; var is a constant. For
/// inference the division cancels against batch norm, see `foldedForInference`. A negative gamma
/// needs no care; where |f| < 1e-12, gamma = 0 above all, f is 1e-12 with gamma's sign and a
/// constant to the gradient, so the quantized weights of the channel are 0 and nothing overflows.
/// A bias of the convolution is scaled like the weight; PyTorch leaves it out in training.
enum TorchFold {
  static let strategy = FoldingStrategy(
    name: "torch_fold", number: 4, type: "TorchFold",
    summary: "Quantizes the folded weight, divides the result by the factor, keeps batch norm.",
    rewriting: folded)

  static func folded(_ graph: Graph) -> Graph {
    let pairs = Dictionary(
      uniqueKeysWithValues: graph.convolutionNorms().map { ($0.convolution, $0) })
    var hoisted = Hoisting(graph)
    return graph.rewritten { id, node, inputs, into in
      if let place = hoisted.places[id] { return place }
      guard let pair = pairs[id] else { return into.append(node.op, inputs, name: node.name) }
      // The factor comes before the convolution, so gamma and variance move up.
      let operands = [pair.gamma, pair.variance].map { hoisted.place($0, in: &into) }
      let factor = into.append(
        .foldFactor(epsilon: pair.epsilon), operands, name: "\(node.name).fold_factor")
      let scaled = zip(inputs.dropFirst(), ["weight", "bias"]).map { input, kind in
        into.append(
          .scaleChannels(ChannelScale()), [input, factor], name: "\(node.name).folded_\(kind)")
      }
      let result = into.append(node.op, [inputs[0]] + scaled, name: node.name)
      return into.append(
        .scaleChannels(ChannelScale(isInverse: true)), [result, factor],
        name: "\(node.name).unfolded")
    }
  }
}
