import QuantRuntime

/// The layers of a model as a table: all of them for `summary`, those that compute for the prompt.
enum LayerTable {
  /// - Parameter isQuantized: whether there are columns for bits; empty cells are float.
  static func table(_ layers: [LayerSummary], isQuantized: Bool) -> Table {
    Table(
      columns: ["layer", "op", "output", "parameters", "macs"]
        + (isQuantized ? ["weight_bits", "input_bits"] : []),
      rows: layers.map { layer in
        let cells: [Cell] = [
          .text(layer.name), .text(layer.op), .text(layer.outputShape.description),
          .int(layer.parameters), .int(layer.macs),
        ]
        return isQuantized ? cells + [cell(layer.weightBits), cell(layer.inputBits)] : cells
      })
  }

  private static func cell(_ bits: Int?) -> Cell { bits.map { .int($0) } ?? .empty }

  // MARK: - At the prompt

  /// Layers that are shown at the start and at the end of a deep network.
  private static let shown = (first: 8, last: 4)

  /// Lines for the layers with weights; of many only the first and the last. Without `macs`, so that
  /// the bits find room.
  static func lines(of model: Model, in area: TextArea) -> [String] {
    let layers = ((try? model.summary()) ?? []).filter { $0.macs > 0 }
    let isCut = layers.count > shown.first + shown.last + 1
    let kept = isCut ? layers.prefix(shown.first) + layers.suffix(shown.last) : layers[...]
    let all = table(Array(kept), isQuantized: model.quantization != nil)
    let table = (try? all.selecting(all.columns.filter { $0 != "macs" })) ?? all
    var lines = TableFormat.table.text(table, in: area).split(separator: "\n").map(String.init)
    guard isCut else { return lines }
    // Behind the header and its rule.
    lines.insert(
      "... \(layers.count - kept.count) more; summary(m) lists all ...", at: 2 + shown.first)
    return lines
  }
}
