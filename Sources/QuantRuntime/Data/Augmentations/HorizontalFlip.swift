/// Mirrors an image left to right with a given probability.
public struct HorizontalFlip: Augmentation {
  public static let name = "horizontal_flip"
  /// 0...1.
  public var probability: Float

  public init(probability: Float = 0.5) { self.probability = probability }

  public var description: String { "horizontal_flip(probability: \(probability))" }

  /// - Throws: `DataError.setting`.
  public func output(of frame: ImageFrame) throws(DataError) -> ImageFrame {
    guard (0...1).contains(probability) else {
      throw .setting(name: "probability", value: Double(probability), allowed: "0 to 1")
    }
    return frame
  }

  public func apply(to canvas: ImageCanvas, random: inout RandomStream) {
    if random.uniform() < probability { canvas.mirror() }
  }
}
