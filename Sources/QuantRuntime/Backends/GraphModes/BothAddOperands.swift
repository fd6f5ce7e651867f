/// Graph mode 3, that of FBGEMM, TVM and SNPE: outputs are quantized as `OutputQuantization` says, the
/// main branch's too, so that both operands of an addition are integers.
enum BothAddOperands {
  static let mode = GraphMode(
    name: "both_add_operands", number: 3, type: "BothAddOperands",
    summary: "Quantizes shared layer outputs and both operands of every addition.",
    place: {
      OutputQuantization(rule: "both_add_operands", keepsAccumulator: false, $0, $1, $2)
        .placement()
    })
}
