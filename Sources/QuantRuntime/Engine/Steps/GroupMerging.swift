import CKernels

/// How the narrow groups of a convolution are merged into wider ones, so that each fills whole
/// blocks of channels.
///
/// oneDNN has no vector kernels for groups that share a block (RegNetX's are 24 channels wide, blocks
/// 16) and falls to its reference code, a hundred times slower. Merging f groups costs f times the
/// arithmetic of that convolution. Rejected: blocks of 8 with AVX-512 (half of the arithmetic speed
/// as well, and a change of layout on both sides), and plain NCHW (matrix products of 24 rows).
struct GroupMerging {
  let geometry: mq_groups

  /// Nil when there is nothing to merge: no groups, one channel a group, or groups of whole blocks.
  ///
  /// - Parameter weight: `[O, C / groups, KH, KW]`.
  init?(groups: Int, weight: Shape, lanes: Int) {
    let (outputs, inputs) = (weight[0] / groups, weight[1])
    guard groups > 1, !(inputs == 1 && outputs == 1) else { return nil }
    let factor = (1...groups).first { factor in
      groups % factor == 0 && factor * inputs % lanes == 0 && factor * outputs % lanes == 0
    }
    guard let factor, factor > 1 else { return nil }
    geometry = mq_groups(
      outputs: weight[0], group_outputs: outputs, group_inputs: inputs,
      taps: weight[2] * weight[3], merged: factor)
  }

  /// `[O, merged C / groups, KH, KW]`.
  func wideShape(_ weight: Shape) -> Shape {
    [weight[0], weight[1] * geometry.merged, weight[2], weight[3]]
  }

  func spread(_ weights: Buffer, to wide: Buffer) {
    let (from, to, geometry) = (weights.floats, wide.floats, self.geometry)
    Parallel.run(geometry.outputs, grain: rowsPerThread) {
      mq_f32_spread_groups(from, to, geometry, $0.lowerBound, $0.upperBound)
    }
  }

  func gather(_ wide: Buffer, to weights: Buffer) {
    let (from, to, geometry) = (wide.floats, weights.floats, self.geometry)
    Parallel.run(geometry.outputs, grain: rowsPerThread) {
      mq_f32_gather_groups(from, to, geometry, $0.lowerBound, $0.upperBound)
    }
  }

  private var rowsPerThread: Int {
    max(1, Parallel.flatGrain / (geometry.merged * geometry.group_inputs * geometry.taps))
  }
}
