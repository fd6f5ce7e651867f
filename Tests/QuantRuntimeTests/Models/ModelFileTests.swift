import Foundation
import Testing

@testable import QuantRuntime

@Suite("Model files")
struct ModelFileTests {
  private func quantized() throws -> Model {
    let model = try ModelCatalog.make("resnet20", input: [3, 16, 16], classes: 5, seed: 3)
    return try quantize(
      model,
      QuantizeConfiguration(
        profile: try HardwareCatalog.profile("tensorrt"), weights: QuantizerChoice("lsq", bits: 4),
        activations: QuantizerChoice("lsq", bits: 3)))
  }

  /// A network small enough to damage in every place.
  private func tiny() throws -> Model {
    var net = NetworkBuilder(input: [1, 3, 3])
    let x = net.convolution(net.input, channels: 2, window: 3, name: "conv")
    let normed = net.batchNorm(x, name: "bn")
    let logits = net.classifier(normed, classes: 2, name: "fc")
    let graph = net.finished(output: logits)
    let model = Model(name: "tiny", graph: graph, state: initialState(of: graph, seed: 1))
    return try quantize(
      model,
      QuantizeConfiguration(
        profile: try HardwareCatalog.profile("academic"), weights: QuantizerChoice("lsq", bits: 4),
        activations: nil))
  }

  @Test("a model comes back bit for bit, and equal models are equal bytes")
  func roundTrip() throws {
    var model = try quantized()
    model.state["bn1.bias"]?.values[0] = -0.0
    model.state["bn1.bias"]?.values[1] = .leastNonzeroMagnitude
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("mqsh-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("model.safetensors").path
    try ModelFile.write(model, to: path)
    try ModelFile.write(model, to: path)
    let back = try ModelFile.read(path)
    #expect(back == model)
    #expect(back.state["bn1.bias"]?.values[0].sign == .minus)
    #expect(try ModelFile.encode(back) == Data(contentsOf: URL(fileURLWithPath: path)))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
    #expect(throws: FileError.self) { try ModelFile.read(path + ".missing") }
  }

  @Test("a file cut anywhere gives a typed error")
  func truncation() throws {
    let data = try ModelFile.encode(try tiny())
    for length in stride(from: 0, to: data.count, by: 1) {
      do {
        _ = try ModelFile.decode(data.prefix(length))
        Issue.record("\(length) bytes were accepted")
      } catch {
        #expect(error is SafeTensorsError)
      }
    }
    #expect(throws: SafeTensorsError.unused(bytes: 1)) { try ModelFile.decode(data + [0]) }
  }

  @Test("a damaged header never traps")
  func damage() throws {
    let data = try ModelFile.encode(try tiny())
    var stream = RandomStream(seed: 1, purpose: .syntheticData)
    for _ in 0..<1500 {
      var damaged = data
      for _ in 0...stream.below(3) {
        let digits = Array("0123456789-e.\"{}[],:ax\\\u{0}".utf8)
        damaged[stream.below(damaged.count - 100)] = digits[stream.below(digits.count)]
      }
      do {
        _ = try ModelFile.decode(damaged)
      } catch {
        #expect(error is any RuntimeFailure, "\(error)")
      }
    }
  }

  private func file(_ header: String, bytes: Int) -> Data {
    var result = Data()
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { result.append(contentsOf: $0) }
    return result + Data(header.utf8) + Data(count: bytes)
  }

  @Test("each broken rule of the format has its error")
  func formatErrors() {
    func entry(_ shape: String, _ offsets: String, dtype: String = "F32") -> String {
      "{\"dtype\":\"\(dtype)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
    }
    let cases: [(String, Int, SafeTensorsError)] = [
      (
        "{\"a\":\(entry("[2]", "[0,8]", dtype: "F16"))}", 8,
        .dtype("a", found: "F16", read: ["F32"])
      ),
      ("{\"a\":\(entry("[2]", "[0,4]"))}", 4, .size("a", expected: 8, found: 4)),
      ("{\"a\":\(entry("[2]", "[8,0]"))}", 8, .offsets("a", found: [8, 0])),
      ("{\"a\":\(entry("[-2]", "[0,8]"))}", 8, .shape("a", found: [-2])),
      ("{\"a\":\(entry("[2]", "[0,8]"))}", 4, .truncated(needed: 8, found: 4)),
      ("{\"a\":\(entry("[1]", "[4,8]"))}", 8, .unused(bytes: 4)),
      (
        "{\"a\":\(entry("[2]", "[0,8]")),\"b\":\(entry("[1]", "[4,8]"))}", 8, .overlap("b")
      ),
      (
        "{\"a\":\(entry("[1]", "[0,4]")),\"a\":\(entry("[1]", "[4,8]"))}", 8, .duplicateName("a")
      ),
      ("[1]", 0, .header(reason: "does not start with '{'")),
      ("{\"a\":1}", 0, .header(reason: "is not the JSON of tensor descriptions")),
    ]
    for (header, bytes, error) in cases {
      #expect(throws: error, "\(header)") { try SafeTensors.decode(file(header, bytes: bytes)) }
    }
    let huge = "[4611686018427387904,4611686018427387904]"
    #expect(throws: SafeTensorsError.self) {
      try SafeTensors.decode(file("{\"a\":\(entry(huge, "[0,8]"))}", bytes: 8))
    }
    #expect(throws: SafeTensorsError.self) {
      try SafeTensors.decode(Data(repeating: 0xFF, count: 64))
    }
  }

  @Test("foreign, newer and inconsistent files are named as such")
  func modelErrors() throws {
    let model = try tiny()
    #expect(throws: ModelFileError.foreign) {
      try ModelFile.decode(try SafeTensors.encode(model.state))
    }
    let metadata = try SafeTensors.decode(try ModelFile.encode(model)).metadata
    var newer = metadata
    newer["version"] = "\(ModelFile.version + 1)"
    #expect(
      throws: ModelFileError.newer(found: ModelFile.version + 1, supported: ModelFile.version)
    ) {
      try ModelFile.decode(try SafeTensors.encode(model.state, metadata: newer))
    }
    var older = metadata
    older["version"] = "1"
    #expect(throws: ModelFileError.older(found: 1, oldest: ModelFile.oldestVersion)) {
      try ModelFile.decode(try SafeTensors.encode(model.state, metadata: older))
    }
    var state = model.state
    state["fc.bias"] = nil
    #expect(throws: ModelFileError.state(["fc.bias"])) {
      try ModelFile.decode(try SafeTensors.encode(state, metadata: metadata))
    }
    var broken = metadata
    broken["model"] = metadata["model"]?.replacingOccurrences(
      of: "\"stride\":1", with: "\"stride\":0")
    #expect(throws: ModelFileError.self) {
      try ModelFile.decode(try SafeTensors.encode(model.state, metadata: broken))
    }
  }
}
