import Foundation

/// SNPE, Qualcomm's neural processing engine: a float graph and the ranges of its activations, which
/// `snpe-onnx-to-dlc --quantization_overrides` takes.
///
///     <name>_deploy_model.onnx    float32, batch norm folded, weights clipped to their grids
///     <name>_clip_ranges.json     {"activation_encodings":
///                                   {tensor: [{"bitwidth": b, "min": s (Nmin - z), "max": s (Nmax - z)}]},
///                                  "param_encodings": {}}
///
/// Weights are rounded again by `snpe-dlc-quantize --override_params --bias_bitwidth 32`.
enum SNPE {
  static let format = DeployFormat(
    name: "snpe", type: "SNPE",
    summary: "SNPE: a float ONNX and the encodings of its activations in JSON.",
    profiles: ["snpe"]
  ) { request in
    let folded = try request.model.foldedForInference()
    let form = RangeForm(format: request.format, graph: folded.graph)
    let written = try ONNXDeployment.encode(
      folded, form, opset: request.opset, ending: "_deploy_model.onnx")
    let encodings = written.export.form.ranges.map { range in
      (range.tensor, [Encoding(bitwidth: range.bits, min: range.low, max: range.high)])
    }
    let content = Content(
      activationEncodings: Dictionary(encodings, uniquingKeysWith: { a, _ in a }),
      paramEncodings: [:])
    var deployment = written.deployment
    let ending = "_clip_ranges.json"
    deployment.files.append(
      (ending, try DeployJSON.encode(content, ending: ending, format: request.format)))
    return deployment
  }

  private struct Encoding: Codable, Equatable {
    var bitwidth: Int
    var min: Float
    var max: Float
  }

  private struct Content: Codable, Equatable {
    var activationEncodings: [String: [Encoding]]
    var paramEncodings: [String: [Encoding]]

    private enum CodingKeys: String, CodingKey {
      case activationEncodings = "activation_encodings"
      case paramEncodings = "param_encodings"
    }
  }
}
