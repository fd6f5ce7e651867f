/// Graph mode 1: the input of every convolution and linear layer is quantized, each by a quantizer
/// of its own, even where two layers read one value. Additions, concatenations and pools stay in
/// float.
enum LayerInputs {
  static let mode = GraphMode(
    name: "layer_inputs", number: 1, type: "LayerInputs",
    summary: "Quantizes the input of every convolution and linear layer, additions in float.",
    place: place)

  private static func place(
    _ graph: Graph, _ roles: LayerRoles, _ layers: Set<NodeID>
  ) -> ActivationPlacement {
    let sites = roles.layers.filter { layers.contains($0) }.map { layer in
      ActivationSite(
        name: "\(graph[layer].name).input_quantizer", value: graph[layer].inputs[0],
        readers: [layer], isEdge: roles.isEdge(layer),
        reason: "layer_inputs: \(graph[layer].op.label) '\(graph[layer].name)' reads it")
    }
    return ActivationPlacement(
      sites: sites, otherwise: "layer_inputs: every layer that reads it quantizes its own input")
  }
}
