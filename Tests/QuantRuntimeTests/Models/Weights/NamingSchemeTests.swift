import Foundation
import Testing

@testable import QuantRuntime

/// `Tests/Vectors/state_dict_names.json`, made by torchvision and timm.
private struct NamesVector: Decodable {
  struct Network: Decodable {
    let model: String
    let from: String
    let tensors: [Entry]
  }
  struct Entry: Decodable {
    let name: String
    let shape: Shape
  }
  let networks: [Network]
}

@Suite("Naming schemes")
struct NamingSchemeTests {
  /// A file of these tensors in which the i-th holds the number i.
  private func file(_ entries: [(name: String, shape: Shape)]) throws -> WeightFile {
    let tensors = entries.enumerated().map { index, entry in
      (entry.name, Tensor(entry.shape, repeating: Float(index)))
    }
    return try WeightFile(
      name: "t.safetensors", data: SafeTensors.encode(Dictionary(uniqueKeysWithValues: tensors)))
  }

  @Test("torchvision's and timm's names are found, with the shapes of our networks")
  func published() throws {
    let vector: NamesVector = try storedVector("state_dict_names.json")
    #expect(vector.networks.count == 8)
    for network in vector.networks {
      let graph = try ModelCatalog.graph(network.model, input: [3, 224, 224], classes: 1000)
      let entries = graph.stateEntries
      let scheme = NamingSchemeCatalog.best(
        for: entries.map(\.name), among: Set(network.tensors.map(\.name)))
      let label: Comment = "\(network.from) \(network.model)"
      let shapes = Dictionary(uniqueKeysWithValues: network.tensors.map { ($0.name, $0.shape) })
      #expect(
        Dictionary(uniqueKeysWithValues: entries.map { (scheme.foreign($0.name), $0.shape) })
          == shapes, label)
      // Both sides list these layers as they run, so that two layers of one shape cannot be mixed up.
      guard network.model == "mobilenet_v2" else { continue }
      #expect(entries.map { scheme.foreign($0.name) } == network.tensors.map(\.name), label)
    }
  }

  private func entries(_ model: Model) -> [(name: String, shape: Shape)] {
    model.graph.stateEntries.map { ($0.name, $0.shape) }
  }

  @Test("everything that differs is listed at once, and the model stays as it was")
  func mismatch() throws {
    var model = try ModelCatalog.make("resnet20", input: [3, 32, 32], classes: 10, seed: 0)
    let before = model
    var names = entries(model).filter { $0.name != "bn1.bias" }
    names[0].shape = [16, 1, 3, 3]
    names.append(("head.weight", [1]))
    names.append(("bn1.num_batches_tracked", []))
    let other = try file(names)
    #expect {
      try model.load(other)
    } throws: { error in
      let error = error as? WeightMismatch
      return error?.missing == ["bn1.bias"] && error?.unexpected == ["head.weight"]
        && error?.misshapen.map(\.name) == ["conv1.weight"] && error?.help == nil
    }
    #expect(model == before)
  }

  @Test("the file says how many classes there are, and another number has a hint")
  func classes() throws {
    let source = try ModelCatalog.make("resnet20", input: [3, 32, 32], classes: 7, seed: 0)
    let file = try file(entries(source))
    let model = try ModelCatalog.make(
      "resnet20", input: [3, 32, 32], classes: nil, seed: 0, weights: file)
    #expect(try model.classes() == 7)
    #expect(model.provenance.seed == nil)
    let fingerprint = try file.fingerprint
    #expect(model.provenance.history.first?.contains("sha256 \(fingerprint)") == true)
    #expect {
      try ModelCatalog.make("resnet20", input: [3, 32, 32], classes: 5, seed: 0, weights: file)
    } throws: { error in
      (error as? WeightMismatch)?.help
        == "use 'classes: 7', or 'except: \"fc\"' to start the last layer afresh"
    }
    let fresh = try ModelCatalog.make("resnet20", input: [3, 32, 32], classes: 5, seed: 3)
    let kept = try ModelCatalog.make(
      "resnet20", input: [3, 32, 32], classes: 5, seed: 3, weights: file, except: ["fc"])
    #expect(kept.state["fc.weight"] == fresh.state["fc.weight"])
    #expect(kept.state["conv1.weight"] != fresh.state["conv1.weight"])
  }
}
