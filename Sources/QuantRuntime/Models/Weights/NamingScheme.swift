import Foundation

/// How another program names the modules of a network, as a table.
///
/// A row pairs one of our module names with the foreign one. Rows with `{s}` stand for every stage
/// and `{b}` for every block of a stage; `{n}` numbers the blocks through all stages. `{s1}`, `{b1}`
/// and `{n1}` count from 1, the others from 0. Modules without a row keep their name.
struct NamingScheme: Sendable {
  /// Whose names they are, for the history of a model.
  let name: String
  /// Our module names to foreign ones.
  private let modules: [String: String]

  init(_ name: String, blocks: [Int] = [], _ rows: [Row]) {
    self.name = name
    var modules: [String: String] = [:]
    for row in rows {
      guard row.ours.contains("{") else {
        modules[row.ours] = row.foreign
        continue
      }
      var number = 0
      for (stage, count) in blocks.enumerated() {
        for block in 0..<count {
          if row.stages.contains(stage) {
            let places = (stage, block, number)
            modules[Self.fill(row.ours, places)] = Self.fill(row.foreign, places)
          }
          number += 1
        }
      }
    }
    self.modules = modules
  }

  /// A pair of module names.
  struct Row: Sendable {
    var ours: String
    var foreign: String
    /// Stages that the row is for, when it has placeholders.
    var stages: Range<Int>

    init(_ ours: String, _ foreign: String, stages: Range<Int> = 0..<Int.max) {
      self.ours = ours
      self.foreign = foreign
      self.stages = stages
    }
  }

  /// The foreign name of one of our tensors.
  func foreign(_ tensor: String) -> String {
    guard let dot = tensor.lastIndex(of: "."), let module = modules[String(tensor[..<dot])] else {
      return tensor
    }
    return module + tensor[dot...]
  }

  private static func fill(_ pattern: String, _ places: (stage: Int, block: Int, number: Int))
    -> String
  {
    [
      ("{s}", places.stage), ("{s1}", places.stage + 1), ("{b}", places.block),
      ("{b1}", places.block + 1), ("{n}", places.number), ("{n1}", places.number + 1),
    ].reduce(pattern) { $0.replacingOccurrences(of: $1.0, with: "\($1.1)") }
  }
}
