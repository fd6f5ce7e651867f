/// The course of a series in one row of text, such as `█▅▃▂▁▁`.
public struct Sparkline {
  private let values: [Double]

  private static let levels = Array("▁▂▃▄▅▆▇█")
  private static let plainLevels = Array("_.-~=+*#")
  /// In the place of what is no finite number.
  private static let hole: Character = "x"

  public init(_ values: [Double]) { self.values = values }

  /// A character for each value, or for the mean of several where there are more than fit.
  ///
  /// The lowest value has the lowest level, the highest the highest; a series that does not change lies
  /// in the middle.
  public func text(in area: TextArea) -> String {
    let levels = area.isUnicode ? Self.levels : Self.plainLevels
    let means = self.means(max(area.width, 1))
    let finite = means.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else {
      return String(repeating: Self.hole, count: means.count)
    }
    return String(
      means.map { mean -> Character in
        guard mean.isFinite else { return Self.hole }
        // Halves, so that the span of the largest numbers does not overflow.
        let span = high / 2 - low / 2
        let share = span > 0 ? (mean / 2 - low / 2) / span : 0.5
        return levels[Int((share * Double(levels.count - 1)).rounded())]
      })
  }

  /// The values, or the means of as many equal parts of the series as there are columns.
  private func means(_ columns: Int) -> [Double] {
    guard values.count > columns else { return values }
    return (0..<columns).map { column in
      let part = values[(column * values.count / columns)..<((column + 1) * values.count / columns)]
      return part.reduce(0) { $0 + $1 / Double(part.count) }
    }
  }
}
