import Foundation
import QuantRuntime
import Testing

@testable import Interpreter

/// Quantizing networks that come from a file; a golden script could not name it.
@Suite("Quantizing loaded networks")
struct QuantizeSessionTests {
  /// Runs a script with the path of a saved network as `path`.
  private func run(_ script: String, on model: Model) throws -> Recorder {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("mqsh-\(UUID().uuidString).safetensors").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try ModelFile.write(model, to: path)
    let recorder = Recorder()
    let session = Session(.init(output: recorder.output))
    _ = session.run(Array("let path = \"\(path)\"\n\(script)".utf8), name: "t.mq")
    return recorder
  }

  /// A convolution whose weight is clipped by an activation before it is used.
  private func clippedWeight() -> Model {
    var graph = Graph()
    let input = graph.append(.input([2, 4, 4]), name: "input")
    let entry = StateEntry("conv.weight", [3, 2, 1, 1], .weight)
    let weight = graph.append(.parameter(entry), name: entry.name)
    let clipped = graph.append(.activation(.relu), [weight], name: "clip")
    graph.output = graph.append(.convolution(Convolution()), [input, clipped], name: "conv")
    return Model(
      name: "clipped", graph: graph, state: [entry.name: Tensor(entry.shape, repeating: 0.5)])
  }

  @Test("a layer whose weight is computed is named, and the model is underlined")
  func computedWeight() throws {
    let recorder = try run(
      "let net = load(path)\nquantize(net, lsq(bits: 4), backend: academic)", on: clippedWeight())
    #expect(
      recorder.talk.contains(
        "error[quantize.layer]: layer 'conv' cannot be quantized: its weight is the result of relu"),
      "\(recorder.talk)")
    #expect(recorder.talk.contains("t.mq:3:10"))
  }

  @Test("its activations alone can be quantized")
  func activations() throws {
    let recorder = try run(
      "print(why(quantize(load(path), activations: lsq(bits: 4), backend: academic), \"conv\").bits)",
      on: clippedWeight())
    #expect(recorder.data == "[nil, 8, nil]\n", "\(recorder.talk)")
  }

  @Test("decisions and backend come back from a model's file")
  func decisions() throws {
    let graph = try ModelCatalog.graph("resnet20", input: [3, 16, 16], classes: 4)
    let state = try ModelCatalog.make("resnet20", input: [3, 16, 16], classes: 4, seed: 1).state
    let model = try quantize(
      Model(name: "resnet20", graph: graph, state: state),
      QuantizeConfiguration(
        profile: try HardwareCatalog.profile("tvm").with([("name", .text("mine"))]),
        weights: QuantizerChoice("lsq", bits: 3), activations: QuantizerChoice("lsq", bits: 4)))
    let recorder = try run(
      "let net = load(path)\nprint(net.backend, why(net, \"layer1.0.conv2\").bits)", on: model)
    #expect(recorder.data == "mine [3, 4, 4]\n", "\(recorder.talk)")
  }
}
