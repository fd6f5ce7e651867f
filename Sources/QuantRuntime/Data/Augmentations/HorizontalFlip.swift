/// Mirrors an image left to right with a given probability.
public struct HorizontalFlip: Augmentation {
  public static let name = "horizontal_flip"
  /// 0...1.
  public var probability: Float

  public init(probability: Float = 0.5) { self.probability = probability }

  public var description: String { "horizontal_flip(probability: \(probability))" }

  /// - Throws: `DataError.setting`.
  public func check(_ shape: Shape) throws(DataError) {
    guard (0...1).contains(probability) else {
      throw .setting(name: "probability", value: Double(probability), allowed: "0 to 1")
    }
  }

  public func apply(
    to pixels: UnsafeMutableBufferPointer<UInt8>, shape: Shape,
    scratch: UnsafeMutableBufferPointer<UInt8>, random: inout RandomStream
  ) {
    guard random.uniform() < probability else { return }
    let width = shape[2]
    for row in 0..<shape[0] * shape[1] {
      let start = row * width
      for column in 0..<width / 2 { pixels.swapAt(start + column, start + width - 1 - column) }
    }
  }
}
