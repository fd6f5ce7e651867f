/// The images of a reconstruction, prepared, `[images][C H W]`.
struct ImageValues {
  var values: [Float]
  var count: Int
  var size: Int { values.count / max(count, 1) }
}

extension Reconstruction {
  /// Images of one pass when values are collected.
  private static let batch = 32

  /// Draws the images.
  func images(of data: Dataset) throws -> ImageValues {
    let wanted = configuration.images
    let loader = BatchLoader(
      data.train, of: data, batch: min(Self.batch, wanted), order: .shuffled,
      seed: configuration.seed)
    defer { loader.stop() }
    let size = data.imageShape.count
    var result = ImageValues(values: [], count: 0)
    result.values.reserveCapacity(wanted * size)
    let batch = UnsafeMutableBufferPointer<Float>.allocate(capacity: Self.batch * size)
    let labels = UnsafeMutableBufferPointer<Int32>.allocate(capacity: Self.batch)
    defer {
      batch.deallocate()
      labels.deallocate()
    }
    batch.initialize(repeating: 0)
    labels.initialize(repeating: 0)
    while result.count < wanted {
      let count = try loader.next(images: batch, labels: labels) { interruption.isRequested }
      guard count > 0 else { throw DataError.nothingLeft(tried: data.train.count) }
      let used = min(count, wanted - result.count)
      result.values += batch[..<(used * size)]
      result.count += used
    }
    return result
  }

  /// - Throws: `ReconstructionError.memory`.
  func values(
    around unit: ReconstructionUnit, _ float: Network, _ network: Network, _ images: ImageValues
  ) throws -> UnitValues {
    let types = try float.graph.types()
    func shape(_ name: String) throws -> Shape {
      guard let id = float.graph.node(named: name) else {
        throw ReconstructionError.unit(output: unit.output)
      }
      return types[id.index].shape
    }
    let (input, output) = (try shape(unit.input), try shape(unit.output))
    let drops = configuration.method.drop > 0
    let bytes = 4 * images.count * (input.count * (drops ? 2 : 1) + output.count)
    guard bytes <= Self.memoryLimit else {
      throw ReconstructionError.memory(
        unit: unit.output, bytes: bytes, limit: Self.memoryLimit, images: images.count)
    }
    return UnitValues(
      inputs: try value(unit.input, of: network, images),
      floatInputs: drops ? try value(unit.input, of: float, images) : [],
      targets: try value(unit.output, of: float, images), count: images.count,
      outputShape: output)
  }

  /// A value of a network for all images.
  func value(_ name: String, of network: Network, _ images: ImageValues) throws -> [Float] {
    guard let graph = network.graph.upTo(name) else {
      throw ReconstructionError.unit(output: name)
    }
    // The images themselves are what a network depends on that ends at its input.
    if case .input = graph[graph.output].op { return images.values }
    let store = try ParameterStore(graph: graph, state: network.state)
    var result: [Float] = []
    var done = 0
    var plans: [Int: Plan] = [:]
    while done < images.count {
      let count = min(Self.batch, images.count - done)
      let plan =
        try plans[count]
        ?? Plan(
          graph.vectorized(), store: store, batch: count, mode: .evaluate, rules: rules)
      plans[count] = plan
      _ = plan.images.update(
        fromContentsOf: images.values[done * images.size..<(done + count) * images.size])
      try plan.forward { interruption.isRequested }
      result += plan.logits
      done += count
    }
    return result
  }

  /// Mean over images and pixels of the square error at a unit's end, summed over channels.
  func error(
    of unit: ReconstructionUnit, _ network: Network, _ values: UnitValues, _ images: ImageValues
  ) throws -> Double {
    let found = try value(unit.output, of: network, images)
    var sum = 0.0
    for image in 0..<values.count {
      values.withTarget(of: image) { target in
        for (index, value) in target.enumerated() {
          let difference = found[image * values.outputSize + index] - value
          sum += Double(difference * difference)
        }
      }
    }
    return sum / Double(values.count * values.outputPixels)
  }
}

extension Graph {
  /// The network with its output as one vector for each image.
  func vectorized() -> Graph {
    guard let types = try? types(), types[output.index].shape.rank > 1 else { return self }
    var result = self
    result.output = result.append(.flatten, [output], name: "\(self[output].name).vector")
    return result
  }
}
