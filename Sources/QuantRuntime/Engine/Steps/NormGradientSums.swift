import CKernels

/// The sums of g and g (x - mean) that the gradient of a batch norm needs, chunk by chunk, so that any
/// step that has x and the gradient in the cache can take them.
final class NormGradientSums {
  let work: ChunkedWork
  /// `[chunk][2][lanes]`.
  let partial: Buffer
  private let vectors: BatchNormVectors
  /// What the norm normalizes.
  private let x: Buffer
  /// The activation behind the norm that the gradient still has to pass.
  private let activation: Int32

  init(_ vectors: BatchNormVectors, x: PlanValue, activation: Int32) {
    self.vectors = vectors
    self.x = x.buffer
    self.activation = activation
    work = ChunkedWork(vectors.layout, .slabs)
    partial = Buffer(byteCount: work.chunks * 2 * vectors.layout.lanes * 8)
  }

  var buffers: [Buffer] { [x, partial] + vectors.all }

  /// Takes the sums of one chunk, whose gradient `dy` is.
  func take(_ index: Int, _ dy: UnsafePointer<Float>) {
    let chunk = work.chunk(index)
    let at = vectors.place(ofSlab: chunk.run)
    let lanes = vectors.layout.lanes
    mq_f32_bn_backward_sums(
      x.floats + chunk.start, dy, vectors.mean.floats + at, vectors.scale.floats + at,
      vectors.offset.floats + at,
      activation, partial.doubles + index * 2 * lanes, chunk.count / lanes, lanes)
  }

  /// One channel's sum over some images, in their order.
  func total(_ channel: Int, _ images: Range<Int>, item: Int) -> Double {
    let layout = vectors.layout
    let blocks = layout.slabs / layout.images
    var sum = 0.0
    for image in images {
      for chunk in work.chunks(ofRun: image * blocks + channel / layout.lanes) {
        sum += partial.doubles[(chunk * 2 + item) * layout.lanes + channel % layout.lanes]
      }
    }
    return sum
  }
}
