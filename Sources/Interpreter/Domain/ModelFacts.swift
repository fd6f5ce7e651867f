import Foundation
import QuantRuntime

/// What the prompt says of a model above its layers, one fact a line.
struct ModelFacts {
  let lines: [String]

  private static let nameWidth = 12

  init(_ model: ModelValue) {
    let content = model.content
    var facts = [("input", "\(content.inputShape) (channels, height, width)")]
    if let classes = try? content.classes() { facts.append(("classes", "\(classes)")) }
    facts.append(("parameters", Self.parameters(content)))
    if let macs = try? content.macs() {
      facts.append(("macs", "\(macs) (\(Self.short(Double(macs)))) for one image"))
    }
    facts += content.quantization.map { Self.facts(content, $0) } ?? []
    if let seed = content.provenance.seed { facts.append(("seed", "\(seed)")) }
    facts += content.provenance.history.map { ("then", $0) }
    lines = facts.map { name, value in
      name + String(repeating: " ", count: Self.nameWidth - name.count) + value
    }
  }

  private static func facts(
    _ model: Model, _ quantization: Quantization
  ) -> [(String, String)] {
    [
      ("quantizers", "\(model.quantizers().count)"), ("graph mode", quantization.graphMode),
      ("fold", quantization.fold), ("first/last", "\(quantization.firstLastBits) bits"),
    ] + quantization.notes.map { ("note", $0) }
  }

  /// `272474 (1.1 MB in float32, 0.2 MB in its bits)`.
  private static func parameters(_ model: Model) -> String {
    let floatBytes = 4 * Double(model.parameterCount)
    var sizes = ["\(short(floatBytes))B in float32"]
    let weights = model.quantizers().filter { $0.site == .weight }
    if !weights.isEmpty {
      let saved = weights.reduce(0) { $0 + Double($1.elements) * (32 - Double($1.spec.bits)) / 8 }
      sizes.append("\(short(floatBytes - saved))B in its bits")
    }
    return "\(model.parameterCount) (\(sizes.joined(separator: ", ")))"
  }

  /// With a decimal prefix: `40.8 M`.
  private static func short(_ number: Double) -> String {
    let prefixes = [(1e9, "G"), (1e6, "M"), (1e3, "k")]
    guard let (unit, prefix) = prefixes.first(where: { number >= $0.0 }) else {
      return String(format: "%.0f ", number)
    }
    return String(format: "%.1f ", number / unit) + prefix
  }
}
