import Foundation

/// TensorRT with ranges from outside (implicit quantization): a float graph, and for each quantized
/// tensor the magnitude amax = s max(-Nmin, Nmax) at which it is clipped.
///
///     <name>_deploy_model.onnx       float32, batch norm folded, weights clipped to their grids
///     <name>_clip_ranges.json        {"tensorrt": {"blob_range": {tensor: amax}}}, as MQBench writes it
///     <name>_calibration.cache       the same as TensorRT's own calibrators keep it
///
/// A calibration cache is text: a line with version and algorithm, then `tensor: hex`, the bits of the
/// float32 amax / 127. Its first line has to name the version of TensorRT that reads it; 8.5.1 is
/// written. TensorRT's grids are symmetric, signed and of 8 bits, and so have to be the model's.
enum TensorRT {
  static let format = DeployFormat(
    name: "tensorrt", type: "TensorRT",
    summary: "TensorRT with ranges: a float ONNX, clip ranges in JSON and a calibration cache.",
    profiles: ["tensorrt"]
  ) { request in
    let folded = try request.model.foldedForInference()
    try check(folded, request.format)
    let form = RangeForm(format: request.format, graph: folded.graph)
    let written = try ONNXDeployment.encode(
      folded, form, opset: request.opset, ending: "_deploy_model.onnx")
    let amax = Dictionary(
      written.export.form.ranges.map { ($0.tensor, $0.largestMagnitude) },
      uniquingKeysWith: { a, _ in a })
    var deployment = written.deployment
    let ranges = "_clip_ranges.json"
    deployment.files.append(
      (
        ranges,
        try DeployJSON.encode(
          ["tensorrt": ["blob_range": amax]], ending: ranges, format: request.format)
      ))
    deployment.files.append(("_calibration.cache", Data(cache(amax).utf8)))
    return deployment
  }

  private static let cacheHead = "TRT-8510-EntropyCalibration2"

  /// - Parameter amax: by tensor.
  static func cache(_ amax: [String: Float]) -> String {
    let lines = amax.sorted { $0.key < $1.key }.map { tensor, value in
      let bits = String((value / 127).bitPattern, radix: 16)
      return "\(tensor): " + String(repeating: "0", count: 8 - bits.count) + bits
    }
    return ([cacheHead] + lines).joined(separator: "\n") + "\n"
  }

  private static func check(_ model: Model, _ format: String) throws(DeployError) {
    for (id, quantizer) in model.quantizerNodes {
      let spec = quantizer.spec
      guard spec.bits == 8, spec.sign != .unsigned, spec.symmetry == .symmetric else {
        throw .form(
          quantizer: model.graph[id].name, format: format,
          rule: "has symmetric signed grids of 8 bits")
      }
    }
  }
}
