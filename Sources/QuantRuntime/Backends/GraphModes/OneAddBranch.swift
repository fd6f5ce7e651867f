/// Graph mode 2, TensorRT's: outputs are quantized as `OutputQuantization` says, and one operand of an
/// addition stays as it is: the main branch's last convolution, whose 32-bit accumulator takes the
/// other operand in.
///
/// That convolution must have no other reader and no activation. When both operands are such
/// convolutions, it is the one with more layers behind it, else the first.
enum OneAddBranch {
  static let mode = GraphMode(
    name: "one_add_branch", number: 2, type: "OneAddBranch",
    summary: "Quantizes shared layer outputs and one operand of every addition, as TensorRT does.",
    place: {
      OutputQuantization(rule: "one_add_branch", keepsAccumulator: true, $0, $1, $2).placement()
    })
}
