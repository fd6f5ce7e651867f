/// How a backend turns an INT32 accumulator into a code of the next layer: the factor
/// M = s_x s_w / s_y in the form that its arithmetic has.
///
/// One rounding rule for each, so that a backend's name for it fixes every bit.
public enum Requantization: String, Codable, Sendable, CaseIterable {
  /// The accumulator as float32 times a float32 factor, rounded half to even: GPUs and FBGEMM.
  case floatScale = "float_scale"
  /// A 32-bit multiplier and a shift (Jacob et al., 2018, section 2.2; gemmlowp): products are
  /// rounded half up at 2^31, then shifted with halves away from zero.
  case fixedPoint = "fixed_point"
  /// A shift alone, halves away from zero, for scales that are powers of two.
  case shift
}
