import Foundation
import QuantRuntime

/// Times one thread that decodes and augments a folder of photographs:
/// `LoaderBench folder [seconds]` prints images a second.
@main
struct LoaderBench {
  private static let batch = 32

  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count > 1 else { throw Usage() }
    let seconds = arguments.count > 2 ? Double(arguments[2]) ?? 5 : 5
    let data = try DatasetCatalog.load(arguments[1], synthetic: SyntheticImages())
      .prepared(augment: ImagePresets.training(), preprocess: nil, imageSize: nil)
    let images = UnsafeMutableBufferPointer<Float>.allocate(
      capacity: batch * data.imageShape.count)
    let labels = UnsafeMutableBufferPointer<Int32>.allocate(capacity: batch)
    defer {
      images.deallocate()
      labels.deallocate()
    }
    let clock = ContinuousClock()
    // The first epoch warms up.
    _ = try epoch(0, data, images, labels)
    let start = clock.now
    var count = 0
    var number = 1
    while (clock.now - start) / .seconds(1) < seconds {
      count += try epoch(number, data, images, labels)
      number += 1
    }
    let rate = Double(count) / ((clock.now - start) / .seconds(1))
    print(String(format: "%.1f", rate))
  }

  /// Without threads of its own the loader works where it is asked: on this one thread.
  private static func epoch(
    _ number: Int, _ data: Dataset, _ images: UnsafeMutableBufferPointer<Float>,
    _ labels: UnsafeMutableBufferPointer<Int32>
  ) throws -> Int {
    let loader = BatchLoader(
      data.test, of: data, batch: batch, order: .shuffled, augmentations: data.augmentations,
      seed: 1, epoch: number, threads: 0)
    var total = 0
    while true {
      let count = try loader.next(images: images, labels: labels)
      if count == 0 { return total }
      total += count
    }
  }
}

private struct Usage: Error, CustomStringConvertible {
  var description: String { "usage: LoaderBench folder [seconds]" }
}
