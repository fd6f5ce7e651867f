import CKernels
import Foundation

/// A weight between two levels of its grid, which is trained to choose one (AdaRound: Nagel et al., ICML
/// 2020).
///
/// w' = s (clip(floor(w / s) + h(v) + z) - z) with one v for each element, which starts where w' = w. A
/// class because kernels work on its memory; to be used on the compute thread.
final class SoftRounding {
  let layer: String
  private let grid: IntegerGrid
  private let maps: [AffineMap]
  private let count: Int
  /// Elements that share a scale.
  private let run: Int
  private let arena: Arena

  /// - Parameter maps: one, or one for each channel.
  init(
    layer: String, weight: Tensor, maps: [AffineMap], grid: IntegerGrid
  ) throws(EngineError) {
    self.layer = layer
    self.grid = grid
    self.maps = maps
    count = weight.count
    run = weight.count / max(maps.count, 1)
    arena = try Arena(byteCount: 6 * 4 * count)
    for (index, value) in weight.values.enumerated() {
      let ratio = value / maps[index / run].scale
      let floor = ratio.rounded(.down)
      floors[index] = floor
      let rest = Double(ratio - floor)
      // h(v) = rest; h reaches 0 and 1 at finite v because it is stretched to -0.1 ... 1.1.
      v[index] = Float(-log(1.2 / (rest + 0.1) - 1))
      nearest[index] = ratio.rounded(.toNearestOrEven)
    }
  }

  private func part(_ number: Int) -> UnsafeMutablePointer<Float> {
    arena.base.assumingMemoryBound(to: Float.self) + number * count
  }
  private var floors: UnsafeMutablePointer<Float> { part(0) }
  private var v: UnsafeMutablePointer<Float> { part(1) }
  private var gradient: UnsafeMutablePointer<Float> { part(2) }
  private var momentum: UnsafeMutablePointer<Float> { part(3) }
  private var square: UnsafeMutablePointer<Float> { part(4) }
  /// What rounding without training gives.
  private var nearest: UnsafeMutablePointer<Float> { part(5) }

  /// Writes w'.
  func write(to target: UnsafeMutableBufferPointer<Float>) {
    guard let y = target.baseAddress else { return }
    let (floors, v) = (self.floors, self.v)
    forRuns { start, count, constants in
      mq_f32_soft_rounding(floors + start, v + start, y + start, count, constants)
    }
  }

  /// One step of Adam on v.
  ///
  /// - Parameters:
  ///   - weightGradient: of the loss to w'.
  ///   - regularization: weight of the term that pushes h to 0 or 1; 0 leaves it out.
  ///   - beta: its exponent, at least 1.
  func step(
    _ weightGradient: UnsafeMutableBufferPointer<Float>, regularization: Float, beta: Float,
    adam: mq_adam
  ) {
    guard let g = weightGradient.baseAddress else { return }
    let (floors, v, dv, m, square) = (self.floors, self.v, gradient, momentum, self.square)
    forRuns { start, count, constants in
      mq_f32_soft_rounding_backward(
        floors + start, v + start, g + start, dv + start, count, constants, regularization, beta)
      mq_f32_adam(v + start, dv + start, m + start, square + start, adam, count)
    }
  }

  /// The weight with every element on the level that was chosen: the upper one where v is not negative.
  func rounded(_ shape: Shape) -> Tensor {
    let values = (0..<count).map { index in
      let map = maps[index / run]
      let code = grid.clamped(floors[index] + (v[index] >= 0 ? 1 : 0) + map.zeroPoint)
      return map.scale * (code - map.zeroPoint)
    }
    return Tensor(shape, values: values)
  }

  /// The share of elements that are not on the nearest level.
  var moved: Double {
    let moved = (0..<count).count { floors[$0] + (v[$0] >= 0 ? 1 : 0) != nearest[$0] }
    return Double(moved) / Double(max(count, 1))
  }

  /// Calls `body` for pieces of elements with one scale, on all threads.
  private func forRuns(
    _ body: (_ start: Int, _ count: Int, _ constants: UnsafePointer<Float>) -> Void
  ) {
    let piece = max(1, min(run, Parallel.flatGrain))
    let pieces = (run + piece - 1) / piece
    Parallel.run(maps.count * pieces, grain: max(1, Parallel.flatGrain / piece)) { part in
      for item in part {
        let (channel, index) = (item / pieces, item % pieces)
        let start = channel * run + index * piece
        let map = maps[channel]
        let constants = [map.scale, map.zeroPoint, Float(grid.lowest), Float(grid.highest)]
        body(start, min(piece, (channel + 1) * run - start), constants)
      }
    }
  }
}
