/// The extents of a tensor, outermost first; a scalar has none.
///
/// Activations are `[C, H, W]` or `[F]` in a graph, which leaves the batch open, and `[N, C, H, W]`
/// or `[N, F]` in memory. Convolution weights are `[O, I/groups, KH, KW]`.
public struct Shape: Hashable, Codable, Sendable, ExpressibleByArrayLiteral {
  public var dimensions: [Int]

  public init(_ dimensions: [Int]) { self.dimensions = dimensions }
  public init(arrayLiteral elements: Int...) { dimensions = elements }

  public init(from decoder: any Decoder) throws {
    dimensions = try decoder.singleValueContainer().decode([Int].self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(dimensions)
  }

  public var rank: Int { dimensions.count }

  /// The number of elements: 1 for a scalar, 0 when any extent is 0.
  public var count: Int { dimensions.reduce(1, *) }

  public subscript(axis: Int) -> Int { dimensions[axis] }
}

extension Shape: CustomStringConvertible {
  public var description: String {
    "[" + dimensions.map(String.init).joined(separator: ", ") + "]"
  }
}
