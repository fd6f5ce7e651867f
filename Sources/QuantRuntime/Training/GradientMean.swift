import Foundation

/// The mean gradient over the batches of one step. To be used on the compute thread.
///
/// With one batch a step there is nothing to sum: the optimizer then reads the plan's own gradients.
final class GradientMean {
  /// The trained tensors with the gradients that the optimizer takes.
  let trainables: [Trainable]
  private let source: [Trainable]
  private let batches: Int
  private let owned: [UnsafeMutableBufferPointer<Float>]

  /// - Parameters:
  ///   - trainables: of a plan that lives as long as this.
  ///   - batches: of one step, 1 or more.
  init(of trainables: [Trainable], batches: Int) {
    source = trainables
    self.batches = batches
    guard batches > 1 else {
      owned = []
      self.trainables = trainables
      return
    }
    let sums = trainables.map { trainable in
      UnsafeMutableBufferPointer<Float>.allocate(capacity: trainable.gradient.count)
    }
    owned = sums
    self.trainables = zip(trainables, sums).map { trainable, sum in
      Trainable(entry: trainable.entry, value: trainable.value, gradient: sum)
    }
  }

  deinit { for buffer in owned { buffer.deallocate() } }

  /// Takes in the plan's gradients of one batch.
  ///
  /// - Parameter batch: its number within the step, from 0.
  func add(batch: Int) {
    for (trainable, sum) in zip(source, owned) {
      if batch == 0, let start = sum.baseAddress {
        memset(start, 0, sum.count * MemoryLayout<Float>.stride)
      }
      Kernels.accumulate(trainable.gradient, times: 1 / Float(batches), into: sum)
    }
  }
}
