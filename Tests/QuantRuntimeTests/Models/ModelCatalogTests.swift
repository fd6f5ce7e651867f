import Foundation
import Testing

@testable import QuantRuntime

/// Parameter and multiply-accumulate counts: torchvision 0.15 `resnet18` (11 689 512) and MQBench,
/// table 9 (1813 M); resnet20 counted by hand from the layer list.
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
      throws: ModelError.unknownModel(name: "resnet19", known: ["resnet20", "resnet18"])
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
    let unknown = ModelError.unknownModel(name: "ResNet_18", known: ["resnet20", "resnet18"])
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
