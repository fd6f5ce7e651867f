import CKernels

/// A network in integers compiled for one batch size: fixed steps on fixed buffers, with the results that the
/// types of `IntegerNetwork` define, to the bit, on every processor.
///
/// To be made and used on the compute thread.
public final class IntegerPlan: InferencePlan {
  public let batch: Int
  public let images: UnsafeMutableBufferPointer<Float>
  public let logits: UnsafeBufferPointer<Float>
  /// Bytes of activations and constants.
  public let memoryBytes: Int
  /// Set to sum up the time of each step.
  public var isProfiling = false

  private let steps: [any Step]
  private let values: [CodeValue]
  private let kept: Set<Int>
  /// Where the logits of each image lie before they are joined.
  private let output: CodeValue
  private let joined: Buffer
  /// Owners of the memory that the buffers point into.
  private let owners: [AnyObject]
  private var seconds: [Double]

  /// - Parameters:
  ///   - batch: images per pass, at least 1.
  ///   - kept: nodes whose values can be read after a pass.
  /// - Throws: `IntegerError.overflow` where 32 bits may not hold a sum; `EngineError`.
  public init(_ network: IntegerNetwork, batch: Int, keeping kept: Set<Int> = []) throws {
    try Processor.check()
    try network.checkSums()
    var compiler = try IntegerCompiler(network, batch: batch, keeping: kept)
    try compiler.compile()
    let output = compiler.values[network.nodes.count - 1]
    for node in kept.union([network.nodes.count - 1]).sorted() {
      try compiler.tables.pin(compiler.values[node].buffer)
    }
    let placement = BufferPlacement(touched: compiler.steps.map(\.buffers))
    let arena = try Arena(byteCount: placement.byteCount)
    placement.apply(to: arena)
    for step in compiler.steps { try step.bind() }
    self.batch = batch
    self.kept = kept
    self.output = output
    steps = compiler.steps
    values = compiler.values
    let classes = network.nodes[network.nodes.count - 1].shape.count
    joined = try compiler.tables.buffer(byteCount: 4 * batch * classes)
    images = UnsafeMutableBufferPointer(
      start: compiler.images.floats, count: batch * network.nodes[0].shape.count)
    logits = UnsafeBufferPointer(start: joined.floats, count: batch * classes)
    memoryBytes = arena.byteCount + compiler.tables.byteCount
    owners = compiler.tables.arenas + [arena]
    seconds = Array(repeating: 0, count: steps.count)
  }

  public func forward(until isStopped: () -> Bool = { false }) throws {
    let clock = ContinuousClock()
    for (index, step) in steps.enumerated() {
      if isStopped() { throw Interrupted() }
      guard isProfiling else {
        try step.run()
        continue
      }
      let start = clock.now
      try step.run()
      seconds[index] += (clock.now - start) / .seconds(1)
    }
    let classes = output.layout.channels
    for image in 0..<batch {
      (joined.floats + image * classes).update(
        from: output.reals + output.layout.place(image, 0), count: classes)
    }
  }

  /// The codes of a kept node after a pass, `[N, C, H, W]` row-major.
  public func codes(of node: Int) -> [Int] {
    guard case .codes(let map) = values[node].type else { return [] }
    return rowMajor(node) { Int($0.codes[$1]) + map.lowest }
  }

  /// The numbers of a kept node that is real, `[N, C, H, W]` row-major.
  public func reals(of node: Int) -> [Float] { rowMajor(node) { $0.reals[$1] } }

  private func rowMajor<Element>(
    _ node: Int, _ element: (CodeValue, Int) -> Element
  ) -> [Element] {
    precondition(kept.contains(node), "the plan was not made to keep this node")
    let value = values[node]
    let layout = value.layout
    var result: [Element] = []
    result.reserveCapacity(batch * layout.channels * layout.height * layout.width)
    for image in 0..<batch {
      for channel in 0..<layout.channels {
        for y in 0..<layout.height {
          var place = layout.place(image, y) + channel
          for _ in 0..<layout.width {
            result.append(element(value, place))
            place += layout.pixel
          }
        }
      }
    }
    return result
  }

  /// Time of each step since `isProfiling` was set.
  public func timings() -> [StepTiming] {
    zip(steps, seconds).map { step, seconds in
      StepTiming(
        node: step.node, label: step.label, isBackward: false, seconds: seconds,
        bytes: step.buffers.reduce(0) { $0 + $1.byteCount })
    }
  }
}

extension IntegerNetwork {
  /// - Throws: `IntegerError.overflow` for the first layer whose sums may leave 32 bits.
  func checkSums() throws(IntegerError) {
    for node in nodes {
      guard let input = node.inputs.first,
        let bits = node.accumulatorBits(reading: nodes[input])
      else { continue }
      guard bits <= 32 else { throw .overflow(node: node.name, bits: bits) }
    }
  }
}
