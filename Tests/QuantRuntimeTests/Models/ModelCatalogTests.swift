import Foundation
import Testing

@testable import QuantRuntime

/// Parameters: MQBench's networks as run by its authors (equal to torchvision 0.15 and timm 0.9), and
/// torchvision's for resnet34. Multiply-accumulates: MQBench's table 9 in millions (1813, 4087, 299,
/// 385, 600; it leaves out the last layer's in places, hence a tolerance of 1 %).
@Suite("Model catalog")
struct ModelCatalogTests {
  @Test("resnet18 has torchvision's number of parameters and the published cost")
  func resnet18Counts() throws {
    let graph = try ModelCatalog.graph("resnet18", input: [3, 224, 224], classes: 1000)
    let model = Model(name: "resnet18", graph: graph, state: [:])
    #expect(model.parameterCount == 11_689_512)
    #expect(try model.macs() == 1_814_073_344)
    #expect(try model.classes() == 1000)
    #expect(model.inputShape == [3, 224, 224])
  }

  @Test(
    "every network has the published number of parameters",
    arguments: [
      ("resnet18", 11_689_512), ("resnet34", 21_797_672), ("resnet50", 25_557_032),
      ("mobilenet_v2", 3_504_872), ("efficientnet_lite0", 4_652_008),
      ("tf_efficientnet_lite0", 4_652_008), ("regnetx_600mf", 6_196_040),
    ])
  func parameters(name: String, count: Int) throws {
    let graph = try ModelCatalog.graph(name, input: [3, 224, 224], classes: 1000)
    #expect(Model(name: name, graph: graph, state: [:]).parameterCount == count)
  }

  @Test(
    "small networks have the parameters of their layer lists",
    arguments: [
      ("resnet20", 272_474), ("resnet32", 466_906), ("resnet44", 661_338), ("resnet56", 855_770),
      ("resnet20_a", 269_722), ("resnet32_a", 464_154), ("resnet44_a", 658_586),
      ("resnet56_a", 853_018), ("mobilenet_v2_small", 590_410), ("regnetx_small", 200_938),
    ])
  func smallParameters(name: String, count: Int) throws {
    let graph = try ModelCatalog.graph(name, input: [3, 32, 32], classes: 10)
    #expect(Model(name: name, graph: graph, state: [:]).parameterCount == count)
  }

  @Test(
    "the benchmark's networks cost what it publishes",
    arguments: [
      ("resnet18", 1813), ("resnet50", 4087), ("mobilenet_v2", 299), ("efficientnet_lite0", 385),
      ("regnetx_600mf", 600),
    ])
  func cost(name: String, millions: Int) throws {
    let graph = try ModelCatalog.graph(name, input: [3, 224, 224], classes: 1000)
    let macs = try Model(name: name, graph: graph, state: [:]).macs()
    #expect(abs(Double(macs) / 1e6 / Double(millions) - 1) < 0.01, "\(macs)")
  }

  @Test(
    "the benchmark's networks have its numbers of layers",
    arguments: [
      ("resnet18", 20, 0), ("resnet50", 53, 0), ("mobilenet_v2", 52, 10),
      ("efficientnet_lite0", 49, 9), ("regnetx_600mf", 53, 0),
    ])
  func layers(name: String, convolutions: Int, residuals: Int) throws {
    let graph = try ModelCatalog.graph(name, input: [3, 224, 224], classes: 1000)
    let ops = graph.nodes.map(\.op.label)
    #expect(ops.count { $0 == "convolution" } == convolutions)
    #expect(ops.count { $0 == "batch norm" } == convolutions)
    if residuals > 0 { #expect(ops.count { $0 == "add" } == residuals) }
  }

  @Test("TensorFlow's padding depends on the extent")
  func samePadding() throws {
    let graph = try ModelCatalog.graph("tf_efficientnet_lite0", input: [3, 224, 225], classes: 10)
    let paddings = graph.nodes.compactMap { node -> Padding? in
      guard case .convolution(let convolution) = node.op else { return nil }
      return convolution.padding
    }
    #expect(paddings[0] == Padding(top: 0, left: 1, bottom: 1, right: 1))
    #expect(paddings[1] == Padding(1))
  }

  @Test("resnet20 has 272,474 parameters with projection shortcuts")
  func resnet20Counts() throws {
    let graph = try ModelCatalog.graph("resnet20", input: [3, 32, 32], classes: 10)
    let model = Model(name: "resnet20", graph: graph, state: [:])
    #expect(model.parameterCount == 272_474)
    let summary = try model.summary()
    #expect(summary.reduce(0) { $0 + $1.parameters } == 272_474)
    #expect(summary.first { $0.name == "layer3.2.relu2" }?.outputShape == [64, 8, 8])
  }

  @Test("state names are torchvision's")
  func stateNames() throws {
    let graph = try ModelCatalog.graph("resnet18", input: [3, 64, 64], classes: 10)
    let names = graph.stateEntries.map(\.name)
    #expect(names.count == 102)
    for name in [
      "conv1.weight", "bn1.running_var", "layer1.0.conv2.weight", "layer2.0.downsample.0.weight",
      "layer4.0.downsample.1.running_mean", "fc.weight", "fc.bias",
    ] { #expect(names.contains(name)) }
  }

  @Test("every network takes any image, down to one pixel", arguments: ModelCatalog.names)
  func anyInput(name: String) throws {
    for shape: Shape in [[1, 1, 1], [3, 28, 28], [1, 33, 17], [4, 7, 5]] {
      let graph = try ModelCatalog.graph(name, input: shape, classes: 2)
      #expect(try graph.types()[graph.output.index] == ValueType(isBatched: true, shape: [2]))
    }
  }

  @Test("impossible networks are refused with their reason")
  func refusals() {
    #expect(
      throws: ModelError.unknownModel(name: "resnet19", known: ModelCatalog.names)
    ) { try ModelCatalog.graph("resnet19", input: [3, 8, 8], classes: 2) }
    #expect(throws: ModelError.self) {
      try ModelCatalog.graph("resnet18", input: [3, 8], classes: 2)
    }
    #expect(throws: ModelError.self) {
      try ModelCatalog.graph("resnet18", input: [3, 0, 8], classes: 2)
    }
    #expect(throws: ModelError.self) {
      try ModelCatalog.graph("resnet18", input: [3, 8, 1 << 60], classes: 2)
    }
    #expect(throws: ModelError.self) {
      try ModelCatalog.graph("resnet18", input: [3, 8, 8], classes: 1)
    }
    let unknown = ModelError.unknownModel(name: "ResNet_18", known: ModelCatalog.names)
    #expect(unknown.help == "did you mean 'resnet18'?")
  }

  @Test("the catalog lists the families of the folder")
  func completeness() throws {
    let folder = sourceFolder("Models/Architectures")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".swift") }.map { String($0.dropLast(6)) }
    #expect(Set(files) == Set(ModelCatalog.all.map(\.family)))
    #expect(Set(ModelCatalog.names).count == ModelCatalog.all.count)
  }
}

/// A folder of the module's sources, for tests that compare a folder with its catalog.
func sourceFolder(_ path: String, file: String = #filePath) -> String {
  var url = URL(fileURLWithPath: file)
  while url.lastPathComponent != "Tests" { url.deleteLastPathComponent() }
  return url.deletingLastPathComponent()
    .appendingPathComponent("Sources/QuantRuntime/\(path)").path
}
