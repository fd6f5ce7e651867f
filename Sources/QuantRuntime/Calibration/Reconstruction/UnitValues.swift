/// The values at both ends of a unit, of all images: what enters it in the quantized network, in the float
/// one where quantization is dropped, and what leaves it in the float one.
struct UnitValues {
  /// `[images][C H W]`.
  private let inputs: [Float]
  /// The same in the float network; empty where it is not needed.
  private let floatInputs: [Float]
  private let targets: [Float]
  let count: Int
  /// Values of one image.
  let inputSize: Int
  let outputSize: Int
  /// Values of one channel in the output.
  let outputPixels: Int

  /// - Parameter outputShape: of one image.
  init(
    inputs: [Float], floatInputs: [Float], targets: [Float], count: Int, outputShape: Shape
  ) {
    self.inputs = inputs
    self.floatInputs = floatInputs
    self.targets = targets
    self.count = count
    inputSize = inputs.count / max(count, 1)
    outputSize = targets.count / max(count, 1)
    outputPixels = outputShape.count / max(outputShape[0], 1)
  }

  /// - Parameters:
  ///   - share: of the values that come from the float network, each drawn for itself.
  func copyInputs(
    of images: [Int], to target: UnsafeMutableBufferPointer<Float>, dropping share: Double,
    _ random: inout RandomStream
  ) {
    for (place, image) in images.enumerated() {
      let (start, first) = (place * inputSize, image * inputSize)
      for index in 0..<inputSize {
        let isDropped = share > 0 && Double(random.uniform()) < share
        target[start + index] = isDropped ? floatInputs[first + index] : inputs[first + index]
      }
    }
  }

  func withTarget(of image: Int, _ body: (UnsafeBufferPointer<Float>) -> Void) {
    targets.withUnsafeBufferPointer {
      body(UnsafeBufferPointer(rebasing: $0[image * outputSize..<(image + 1) * outputSize]))
    }
  }
}
