/// Something that an algorithm is not made for. Stands beside the algorithm in the catalog and is
/// judged by `Legality`; nothing else asks for an algorithm's name.
public enum AlgorithmLimit: Hashable, Sendable {
  /// Its levels are no integer grid times one scale, so that integer hardware cannot run it; `reason`
  /// says what they are.
  case simulationOnly(reason: String)
  /// Its asymmetric activations have an offset that is no integer of the grid, so that integer hardware
  /// cannot run them; weights and symmetric activations it can.
  case realOffset(reason: String)
  /// It cannot quantize a weight that batch norm is folded into.
  case noFolding(reason: String)
  /// It has no zero point.
  case symmetricOnly(reason: String)
  /// It has one set of numbers for a whole tensor.
  case perTensorOnly(reason: String)
  /// Its scale is no number that could be snapped to a power of two.
  case realScaleOnly(reason: String)
  /// Fewer bit widths than the grid allows.
  case bits(ClosedRange<Int>)
}
