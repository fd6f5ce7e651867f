import Foundation
import Testing

@testable import QuantRuntime

/// `Tests/Vectors/torch_files.json`, made by PyTorch.
private struct TorchVector: Decodable {
  struct Entry: Decodable {
    let name: String
    let shape: Shape
    let values: [Float]
  }
  struct File: Decodable {
    let name: String
    let bytes: Data
  }
  let tensors: [Entry]
  let files: [File]
}

@Suite("Files of torch.save")
struct TorchFileTests {
  @Test("every form holds the numbers that PyTorch put in")
  func numbers() throws {
    let vector: TorchVector = try storedVector("torch_files.json")
    #expect(vector.files.count == 5)
    for file in vector.files {
      let weights = try WeightFile(name: "t.pth", data: file.bytes)
      let label: Comment = "\(file.name)"
      #expect(weights.tensors.map(\.name) == vector.tensors.map(\.name), label)
      for (tensor, expected) in zip(weights.tensors, vector.tensors) {
        #expect(weights.read(tensor) == Tensor(expected.shape, values: expected.values), label)
      }
      #expect(file.name.hasSuffix("wrapped") == !weights.notes.isEmpty, label)
    }
  }
}
