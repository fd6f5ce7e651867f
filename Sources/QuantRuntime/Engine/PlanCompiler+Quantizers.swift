extension PlanCompiler {
  /// The forward step and slopes of a quantizer whose operand needs no gradient and whose readers are
  /// convolutions; nil for others. Its sums come from products with the weights' gradient.
  func slopes(of id: NodeID) -> (forward: FakeQuantForward, slopes: FakeQuantSlopes)? {
    guard case .fakeQuant(let forward)? = records[id.index], needsGradient[id.index],
      !needsGradient[graph[id].inputs[0].index], forward.work.channels == 1,
      let slopes = forward.rule.kernels(for: forward.quantizer).slopes,
      readers[id.index].allSatisfy({ isDenseConvolution(graph[$0].op) })
    else { return nil }
    return (forward, slopes)
  }

  private func isDenseConvolution(_ op: Op) -> Bool {
    if case .convolution(let convolution) = op { convolution.groups == 1 } else { false }
  }

  /// Appends what a convolution gives to the sums of the quantizer it reads.
  mutating func differentiateSlopes(
    _ quantizer: NodeID, _ forward: FakeQuantForward, _ slopes: FakeQuantSlopes,
    convolution id: NodeID, _ primitive: Primitive, _ geometry: ConvolutionGeometry, _ dy: Buffer
  ) throws {
    let node = graph[id].name
    let weight = value(graph[id].inputs[1])
    for (item, values) in zip(slopes.items, slopeValues(of: quantizer, forward, slopes)) {
      let gradient = Buffer(floats: weight.floats)
      let product = SlopeProduct(
        node: node, weightGradient: gradient, weight: weight.buffer, count: weight.layout.count)
      backwardSteps += [
        try ConvolutionBackwardWeights(
          node: node, geometry: geometry, forward: primitive, x: values, dy: dy,
          dWeight: gradient, dBias: nil),
        product,
      ]
      slopeProducts[quantizer.index, default: []].append((item, product.sum))
    }
  }

  /// The slopes for each sum; the first reader appends the steps that compute them.
  private mutating func slopeValues(
    of quantizer: NodeID, _ forward: FakeQuantForward, _ slopes: FakeQuantSlopes
  ) -> [PlanValue] {
    if let values = slopeValues[quantizer.index] { return values }
    let steps = slopes.items.map {
      QuantizerSlopes(forward, kernel: slopes.kernel, item: $0)
    }
    backwardSteps += steps
    slopeValues[quantizer.index] = steps.map(\.slopes)
    return steps.map(\.slopes)
  }

  /// Appends the gradients of a quantizer's learned numbers, when its readers gave products.
  mutating func differentiateNumbers(_ id: NodeID) {
    guard let products = slopeProducts[id.index], let (forward, _) = slopes(of: id) else { return }
    let parameters = graph[id].inputs.dropFirst().map { contribution(to: $0) }
    backwardSteps.append(
      QuantizerNumbersBackward(forward: forward, products: products, dParameters: parameters))
  }

  /// Appends the backward step of a quantizer.
  ///
  /// Where it is the last to contribute to the gradient of what it reads, the same pass adds the other
  /// contributions, passes the activation and takes the sums of the batch norm before it.
  mutating func differentiateFakeQuant(_ id: NodeID, _ forward: FakeQuantForward, _ dy: Buffer) {
    let source = graph[id].inputs[0]
    // Statistics come last and have no gradient.
    let parameters = graph[id].inputs.dropFirst().map { contribution(to: $0) }
    let isLast = needsGradient[source.index] && readers[source.index].allSatisfy { $0 >= id }
    let addend = isLast ? joinedContributions(to: source) : nil
    // The kernel computes dx in any case; without a reader it goes to scratch.
    let dx =
      contribution(to: source, over: dy, of: id) ?? Buffer(floats: forward.x.layout.floats)
    if addend != nil { contributions[source.index] = [dx] }
    let origin = isLast ? sources[source.index] : nil
    let gate = origin?.gate ?? linearCode
    if gate != linearCode { gated.insert(source) }
    let sums = origin?.normGradientSums()
    if let norm = origin?.norm { normSums[ObjectIdentifier(norm)] = sums }
    backwardSteps.append(
      FakeQuantBackward(
        forward: forward, dy: dy, dx: dx, addend: addend, dParameters: parameters, gate: gate,
        normSums: sums))
  }

  /// Appends the backward step of a batch norm, with the division before it.
  mutating func differentiateNorm(
    _ id: NodeID, _ norm: BatchNorm, result: NodeID, _ vectors: BatchNormVectors,
    _ operands: BatchNormOperands, _ dy: Buffer
  ) {
    let inputs = graph[id].inputs
    let division = fusion.division(before: id).map { graph[$0].inputs }
    let dDivisor = division.flatMap { contribution(to: $0[1]) }
    let (dGamma, dBeta) = (contribution(to: inputs[1]), contribution(to: inputs[2]))
    let dx = contribution(to: division?[0] ?? inputs[0], over: dy, of: result)
    backwardSteps.append(
      BatchNormBackward(
        node: graph[id].name, norm: norm, operands: operands,
        activation: fusedResult(id).activation, vectors: vectors, isFrozen: isNormFrozen,
        sums: normSums[ObjectIdentifier(vectors)], dy: dy, dx: dx, dGamma: dGamma, dBeta: dBeta,
        dDivisor: dDivisor))
  }
}
