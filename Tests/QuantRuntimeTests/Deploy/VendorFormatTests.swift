import Foundation
import ONNXProto
import Testing

@testable import QuantRuntime

@Suite("Formats of vendors")
struct VendorFormatTests {
  private func deployment(
    _ backend: String, _ format: String, _ network: String = "resnet20"
  ) throws -> Deployment {
    let model = try DeployHarness.quantized(
      DeployHarness.model(network, input: [3, 16, 16]), backend: backend)
    let format = try DeployCatalog.format(format)
    return try format.encode(
      DeployRequest(model: model, opset: Deployer.defaultOpset, format: format.name))
  }

  private func json(_ deployment: Deployment, _ index: Int) throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: deployment.files[index].content)
    return try #require(value as? [String: Any])
  }

  @Test("TensorRT gets a float graph and one range for each quantized tensor")
  func tensorRT() throws {
    let deployment = try deployment("tensorrt", "tensorrt")
    let graph = try ONNXFile.decode(deployment.files[0].content).graph
    #expect(!graph.node.contains { $0.opType.contains("Quantize") })
    let ranges = try #require(try json(deployment, 1)["tensorrt"] as? [String: [String: Double]])
    let blobs = try #require(ranges["blob_range"])
    #expect(blobs.count == deployment.facts.activations && blobs["input"] != nil)
    let results = Set(graph.node.flatMap(\.output) + ["input"])
    #expect(Set(blobs.keys).isSubset(of: results))
    let cache = String(decoding: deployment.files[2].content, as: UTF8.self).split(separator: "\n")
    #expect(cache.count == blobs.count + 1 && cache[0].hasPrefix("TRT-"))
  }

  @Test("a calibration cache holds the bits of amax / 127")
  func cache() {
    // Published examples: 6.0 / 127, 127 / 127, 2.65 / 127.
    let text = TensorRT.cache(["a": 6, "b": 127, "c": 2.65])
    #expect(text.hasSuffix("\na: 3d418306\nb: 3f800000\nc: 3caaef79\n"))
  }

  @Test("SNPE gets the ends of every grid")
  func snpe() throws {
    let deployment = try deployment("snpe", "snpe")
    let content = try json(deployment, 1)
    let encodings = try #require(content["activation_encodings"] as? [String: [[String: Double]]])
    #expect(encodings.count == deployment.facts.activations)
    for encoding in encodings.values {
      #expect(encoding.count == 1 && encoding[0]["bitwidth"] == 8)
      #expect(encoding[0]["min"] ?? 1 <= 0 && encoding[0]["max"] ?? -1 > 0)
    }
    #expect((content["param_encodings"] as? [String: Any])?.isEmpty == true)
  }

  @Test("OpenVINO gets FakeQuantize nodes", arguments: ["fbgemm", "academic"])
  func openVINO(backend: String) throws {
    let deployment = try deployment(backend, "openvino")
    let graph = try ONNXFile.decode(deployment.files[0].content).graph
    let count = graph.node.count { $0.opType == "FakeQuantize" }
    #expect(count == deployment.facts.activations + deployment.facts.weights)
  }

  @Test(
    "integer operators take the place of float ones", arguments: ["resnet20", "mobilenet_v2_small"])
  func qlinear(network: String) throws {
    let deployment = try deployment("tvm", "qlinear", network)
    let graph = try ONNXFile.decode(deployment.files[0].content).graph
    let count = { (type: String) in graph.node.count { $0.opType == type } }
    #expect(count("Conv") == 0 && count("Relu") == 0 && count("Add") == 0)
    #expect(count("QLinearConv") == deployment.facts.weights - 1)
    #expect(count("Gemm") == 1 && count("QuantizeLinear") == 1)
  }
}
