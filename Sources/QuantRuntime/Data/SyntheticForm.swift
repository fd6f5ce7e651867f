/// What tells the classes of the built-in set apart: forms within the unit square, by a test of
/// whether they cover a point. In the order in which a set with fewer classes takes them.
enum SyntheticForm: Int, CaseIterable, Sendable {
  case disk, ring, square, frame, cross, triangle, rows, columns, checks, dots
  case pie, target, crescent, ell, tee, diagonals

  var name: String { String(describing: self) }

  /// - Parameters:
  ///   - u, v: right and down from the form's centre; it lies within -1...1.
  func covers(_ u: Float, _ v: Float) -> Bool {
    let largest = max(abs(u), abs(v))
    let distance = u * u + v * v
    switch self {
    case .disk: return distance < 0.64
    case .ring: return distance < 0.81 && distance > 0.3
    case .square: return largest < 0.7
    case .frame: return largest < 0.8 && largest > 0.5
    case .cross: return largest < 0.9 && min(abs(u), abs(v)) < 0.28
    case .triangle: return v < 0.75 && v > 1.9 * abs(u) - 0.8
    case .rows: return largest < 0.9 && isBand(v)
    case .columns: return largest < 0.9 && isBand(u)
    case .checks: return largest < 0.9 && isBand(u) != isBand(v)
    case .dots: return largest < 0.9 && isDot(u, v)
    case .pie: return distance < 0.81 && u * v > 0
    case .target: return distance < 0.81 && (distance < 0.09 || distance > 0.36)
    case .crescent: return distance < 0.81 && (u - 0.4) * (u - 0.4) + v * v > 0.45
    case .ell: return largest < 0.8 && (u < -0.25 || v > 0.25)
    case .tee: return largest < 0.8 && (v < -0.25 || abs(u) < 0.28)
    case .diagonals: return largest < 0.9 && isBand((u + v) * 0.7071)
    }
  }

  /// Three bands across -0.9...0.9.
  private func isBand(_ t: Float) -> Bool { phase(t) < 0.5 }

  private func isDot(_ u: Float, _ v: Float) -> Bool {
    let (du, dv) = (phase(u) - 0.5, phase(v) - 0.5)
    return du * du + dv * dv < 0.1
  }

  private func phase(_ t: Float) -> Float {
    let periods = (t + 0.9) / 0.6
    return periods - periods.rounded(.down)
  }
}
