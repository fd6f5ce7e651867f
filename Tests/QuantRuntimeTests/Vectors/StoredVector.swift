import Foundation

/// The contents of a file of `Tests/Vectors`.
func storedVector<T: Decodable>(_ name: String) throws -> T {
  let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Vectors/\(name)")
  return try JSONDecoder().decode(T.self, from: Data(contentsOf: file))
}
