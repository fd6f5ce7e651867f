import Foundation

@testable import QuantRuntime

/// Files of `Tests/Vectors/images.json` to build folders from.
struct ImageFixture {
  private struct Vectors: Decodable {
    struct Entry: Decodable {
      let name: String
      let file: Data
    }
    let decoding: [Entry]
  }

  let jpeg: Data
  let png: Data
  let all: [Data]

  init() throws {
    let vectors: Vectors = try storedVector("images.json")
    let entries = vectors.decoding
    all = entries.map(\.file)
    jpeg = entries.first { $0.name == "jpeg 420" }?.file ?? Data()
    png = entries.first { $0.name == "png rgb" }?.file ?? Data()
  }

  /// Writes files by their paths, with the folders they need.
  func write(_ files: [String: Data], to folder: String) throws {
    for (path, data) in files {
      let target = URL(fileURLWithPath: "\(folder)/\(path)")
      try FileManager.default.createDirectory(
        at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
      try data.write(to: target)
    }
  }
}
