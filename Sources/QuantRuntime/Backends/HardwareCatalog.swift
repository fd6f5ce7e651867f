/// The profiles that ship with mqsh: MQBench, table 2 and appendix E.
///
/// Integer hardware always has the signed range, also where activations are never negative and half of
/// it is wasted; the academic setting adapts. Appendix E calls the weights of ACL symmetric; its
/// table 2 and the authors' code do not, and neither does this row.
///
/// How integers are rescaled is not in the paper, but for the shifts of TVM (appendix E). FBGEMM and
/// TensorRT multiply by float32 numbers, and so does the dequantization of Ascend's convolutions; the
/// vector units of Hexagon have the fixed-point multiplication of gemmlowp.
public enum HardwareCatalog {
  public static let all: [HardwareProfile] = [
    HardwareProfile(
      name: "academic", provider: "-", hardware: "none", weights: QuantForm(),
      activations: QuantForm(sign: .adaptive), graphMode: "layer_inputs", integerArithmetic: false,
      foldsBatchNorm: false, defaultFold: "none"),
    library(
      "tensorrt", "NVIDIA", "GPU (Tesla T4, P4)", .symmetric, .channel, graph: "one_add_branch"),
    library(
      "acl", "HUAWEI", "ASIC (Ascend 310, Atlas 300)", .asymmetric, .channel,
      graph: "layer_inputs"),
    library(
      "tvm", "OctoML", "ARM CPU", .symmetric, .tensor, scale: .powerOfTwo,
      graph: "both_add_operands", requantization: .shift),
    library(
      "snpe", "Qualcomm", "DSP (Snapdragon)", .asymmetric, .tensor, graph: "both_add_operands",
      requantization: .fixedPoint),
    library("fbgemm", "Facebook", "x86 CPU", .asymmetric, .channel, graph: "both_add_operands"),
  ]

  public static var names: [String] { all.map(\.name) }

  /// - Throws: `QuantizeError.unknownProfile`.
  public static func profile(_ name: String) throws(QuantizeError) -> HardwareProfile {
    guard let profile = all.first(where: { $0.name == name }) else {
      throw .unknownProfile(name: name, known: names)
    }
    return profile
  }

  /// A library that computes with integers: its symmetry and scale form are those of weights and
  /// activations, its granularity that of weights.
  private static func library(
    _ name: String, _ provider: String, _ hardware: String, _ symmetry: QuantSpec.Symmetry,
    _ granularity: QuantSpec.Granularity, scale: QuantSpec.ScaleForm = .real, graph: String,
    requantization: Requantization = .floatScale
  ) -> HardwareProfile {
    HardwareProfile(
      name: name, provider: provider, hardware: hardware,
      weights: QuantForm(symmetry: symmetry, granularity: granularity, scaleForm: scale),
      activations: QuantForm(symmetry: symmetry, scaleForm: scale), graphMode: graph,
      integerArithmetic: true, requantization: requantization, foldsBatchNorm: true,
      defaultFold: "torch_fold")
  }
}
