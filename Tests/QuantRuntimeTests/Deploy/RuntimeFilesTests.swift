import Foundation
import Testing

@testable import QuantRuntime

private let deployFolder = ProcessInfo.processInfo.environment["MQ_DEPLOY_FOLDER"]

/// Writes models with images and the engine's logits for them into the folder `MQ_DEPLOY_FOLDER`, where
/// `scripts/deploy/check_all.sh` runs them in other runtimes.
@Suite(
  "Files for other runtimes",
  .enabled(if: deployFolder != nil, "MQ_DEPLOY_FOLDER names no folder"))
struct RuntimeFilesTests {
  private static let size = 64
  private static let batch = 4

  @Test(
    "of every network",
    arguments: ["resnet18", "resnet50", "mobilenet_v2", "efficientnet_lite0", "regnetx_600mf"])
  func write(name: String) throws {
    let folder = try #require(deployFolder)
    let model = try DeployHarness.model(name, input: [3, Self.size, Self.size], classes: 10)
    let images = DeployHarness.images(model.inputShape, batch: Self.batch)
    try save(images, [Self.batch, 3, Self.size, Self.size], "\(folder)/images.npy")
    try write(model, "onnx", "\(folder)/\(name)-float")
    for backend in HardwareCatalog.names {
      let quantized = try DeployHarness.quantized(model, backend: backend)
      for format in DeployCatalog.all where format.needsQuantizers || format.name == "onnx" {
        guard format.name == "onnx" || format.profiles.contains(backend) else { continue }
        try write(quantized, format.name, "\(folder)/\(name)-\(backend)-\(format.name)")
      }
    }
    let narrow = try DeployHarness.quantized(model, backend: "tensorrt", bits: 4)
    try write(narrow, "onnx", "\(folder)/\(name)-tensorrt4-onnx")
    try write(narrow, "onnx", "\(folder)/\(name)-tensorrt4-onnx21", opset: 21)
    var shifted = try DeployHarness.quantized(model, backend: "fbgemm")
    for name in shifted.state.keys where name.hasSuffix("weight_quantizer.zero_point") {
      let count = shifted.state[name]?.count ?? 0
      shifted.state[name]?.values = (0..<count).map { Float($0 % 7 - 3) }
    }
    try write(shifted, "onnx", "\(folder)/\(name)-shifted-onnx")
    let unfolded = try DeployHarness.quantized(model, backend: "tensorrt", fold: "none")
    try write(unfolded, "onnx", "\(folder)/\(name)-unfolded-onnx")
  }

  private func write(
    _ model: Model, _ format: String, _ stem: String, opset: Int = Deployer.defaultOpset
  ) throws {
    _ = try Deployer.write(
      model, format: DeployCatalog.format(format), opset: opset, to: "\(stem).onnx")
    let logits = try DeployHarness.logits(
      ["onnx", "qlinear"].contains(format) ? withWrittenBiases(model) : model, batch: Self.batch)
    try save(logits, [Self.batch, logits.count / Self.batch], "\(stem).npy")
  }

  /// The model as the file says it: folded, biases rounded to integers, so that what remains of a
  /// difference to another runtime is float rounding.
  private func withWrittenBiases(_ model: Model) throws -> Model {
    guard model.quantization != nil else { return model }
    var folded = try model.foldedForInference()
    var export = try ONNXExport(
      Network(graph: folded.graph, state: folded.state), name: model.name,
      form: QuantizeLinearForm(format: "onnx", opset: Deployer.defaultOpset))
    try export.run()
    for (name, scales) in export.biases {
      folded.state[name] = folded.state[name].map { export.form.values(ofBias: $0, scales: scales) }
    }
    return folded
  }

  private func save(_ values: [Float], _ shape: [Int], _ path: String) throws {
    let extents = shape.map { "\($0)," }.joined(separator: " ")
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(extents)), }"
    header += String(repeating: " ", count: 63 - (header.utf8.count + 10) % 64) + "\n"
    var data = Data([0x93] + Array("NUMPY".utf8) + [1, 0])
    data += [UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)] + Array(header.utf8)
    data += values.withUnsafeBytes { Data($0) }
    try AtomicFile.write(data, to: path)
  }
}
