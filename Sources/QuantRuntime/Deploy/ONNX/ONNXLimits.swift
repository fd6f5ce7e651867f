/// How large a file may be in each respect, so that what it makes in memory is bounded by its size.
enum ONNXLimits {
  /// Messages of all kinds: 100 times those of the largest network of the catalog. Each takes some
  /// hundred bytes in memory and can be two in a file.
  static let messages = 200_000
  /// Nodes of a graph, as in files of our own.
  static let nodes = 10_000
  /// Axes of a tensor.
  static let rank = 8
  /// Numbers of a tensor.
  static let elements: Int64 = 1 << 31
  /// Opsets that are read. Before 7, operators had other broadcasting rules.
  static let readOpsets: ClosedRange<Int64> = 7...25
  /// Opsets that are written: from 13 on a scale can be one for each channel.
  static let writtenOpsets: ClosedRange<Int> = 13...22

  /// The file format that the first release of ONNX with an opset had.
  static func irVersion(opset: Int) -> Int64 {
    switch opset {
    case ...14: 7
    case ...18: 8
    case ...20: 9
    default: 10
    }
  }
}
