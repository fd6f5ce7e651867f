/// A dense float32 array in row-major order: the value that models, files and scripts exchange.
///
/// Copies share storage until one of them is written. The engine keeps its own aligned and blocked
/// buffers; a tensor is what goes in and what comes out.
public struct Tensor: Hashable, Sendable {
  public private(set) var shape: Shape
  /// Row-major elements; `values.count == shape.count` always holds.
  public var values: [Float] {
    didSet { precondition(values.count == shape.count, "a tensor keeps its element count") }
  }

  /// - Precondition: `values.count == shape.count`; code that reads files checks before.
  public init(_ shape: Shape, values: [Float]) {
    precondition(values.count == shape.count, "\(values.count) values for shape \(shape)")
    self.shape = shape
    self.values = values
  }

  public init(_ shape: Shape, repeating value: Float) {
    self.init(shape, values: Array(repeating: value, count: shape.count))
  }

  public init(scalar: Float) { self.init([], values: [scalar]) }

  public var count: Int { values.count }
}
