/// Sets the mean and the deviation that pixels, scaled to 0...1, are normalized with.
///
/// It changes no byte: the loader subtracts the mean and divides by the deviation when it makes
/// numbers of the bytes. It therefore stands last in a list.
public struct Normalize: Augmentation {
  public static let name = "normalize"
  /// Per channel, or one for all.
  public var mean: [Float]
  /// Per channel, or one for all; above 0.
  public var deviation: [Float]

  public init(mean: [Float], deviation: [Float]) {
    self.mean = mean
    self.deviation = deviation
  }

  public var description: String { "normalize(mean: \(mean), std: \(deviation))" }

  /// - Throws: `DataError.normalization`.
  public func output(of frame: ImageFrame) throws(DataError) -> ImageFrame {
    _ = try values(channels: frame.channels)
    return frame
  }

  /// One mean and one deviation for each channel.
  func values(channels: Int) throws(DataError) -> (mean: [Float], deviation: [Float]) {
    let means = mean.count == 1 ? Array(repeating: mean[0], count: channels) : mean
    let deviations =
      deviation.count == 1 ? Array(repeating: deviation[0], count: channels) : deviation
    let isUsable =
      means.allSatisfy(\.isFinite) && deviations.allSatisfy { $0 > 0 && $0.isFinite }
    guard means.count == channels, deviations.count == channels, isUsable else {
      throw .normalization(channels: channels, mean: mean, deviation: deviation)
    }
    return (means, deviations)
  }

  public func apply(to canvas: ImageCanvas, random: inout RandomStream) {}
}
