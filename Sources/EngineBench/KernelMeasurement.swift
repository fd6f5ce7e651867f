import CKernels
import Foundation
import QuantRuntime

/// The kernels of every algorithm on a tensor that no cache holds, beside passes that compute next to
/// nothing: a copy for the forward pass, an addition for the backward pass.
///
/// What is counted is what a pass has to move: x and y forward, x, dy and dx backward. All leave their
/// results in the cache for the next step, so that each written line is read once more. `memcpy` writes
/// past the cache and is spared that; it is shown too.
struct KernelMeasurement {
  private static let bits = 4
  private static let rounds = 9
  /// Floats of the tensor.
  private let count: Int
  private let threads: Int
  private let tensors: Tensors

  /// Threads write parts of their own.
  private struct Tensors: @unchecked Sendable {
    let x: UnsafeMutablePointer<Float>
    let dy: UnsafeMutablePointer<Float>
    let result: UnsafeMutablePointer<Float>
  }

  /// - Parameter mebibytes: the size of the tensor.
  init(mebibytes: Int, threads: Int) {
    count = max(mebibytes, 1) << 18
    self.threads = max(threads, 1)
    tensors = Tensors(
      x: .allocate(capacity: count), dy: .allocate(capacity: count),
      result: .allocate(capacity: count))
    var random = RandomStream(seed: 1, purpose: .syntheticData)
    for i in 0..<count {
      tensors.x[i] = random.normal()
      tensors.dy[i] = random.normal()
    }
  }

  /// Prints a line of csv for each pass of each algorithm, of signed activations where the algorithm
  /// has them, else of weights.
  func run() {
    defer { for tensor in [tensors.x, tensors.dy, tensors.result] { tensor.deallocate() } }
    print("kernel,pass,threads,MiB,gb_per_s,of_plain")
    let linear = Int32(MQ_LINEAR)
    let library = rate(streams: 2) { [tensors] part in
      memcpy(tensors.result + part.lowerBound, tensors.x + part.lowerBound, part.count * 4)
    }
    let copy = rate(streams: 2) { [tensors] part in
      let i = part.lowerBound
      mq_f32_activate(tensors.x + i, tensors.result + i, linear, part.count)
    }
    let addition = rate(streams: 3) { [tensors] part in
      let i = part.lowerBound
      mq_f32_add(tensors.x + i, tensors.dy + i, tensors.result + i, linear, part.count)
    }
    report("memcpy", "forward", library, copy)
    report("copy", "forward", copy, copy)
    report("addition", "backward", addition, addition)
    for algorithm in QuantizerCatalog.all { measure(algorithm, copy: copy, addition: addition) }
  }

  private func measure(_ algorithm: QuantizerAlgorithm, copy: Double, addition: Double) {
    let site: FakeQuant.Site = algorithm.sites.contains(.activation) ? .activation : .weight
    let quantizer = FakeQuant(
      algorithm: algorithm.name, spec: QuantSpec(bits: Self.bits, sign: .signed), site: site)
    let (rule, kernels) = (algorithm.rule, algorithm.rule.kernels(for: quantizer))
    let observed = ObservedValues(
      count: count, minimum: -4, maximum: 4, absoluteSum: 0.8 * Double(count), sum: 0,
      squareSum: Double(count))
    var numbers = FakeQuantNumbers.zero
    let first = rule.initialParameters(for: quantizer, from: observed)
    let statistics = rule.statistics(for: quantizer, after: observed, previous: nil)
    for (index, number) in (first + statistics).enumerated() { numbers[index] = number }
    let constants = rule.constants(for: quantizer, numbers: numbers, count: count)
    let values = (0..<8).map { constants[$0] }
    let forward = rate(streams: 2) { [tensors] part in
      let i = part.lowerBound
      kernels.forward(tensors.x + i, tensors.result + i, part.count, values)
    }
    report(algorithm.name, "forward", forward, copy)
    let backward = rate(streams: 3) { [tensors] part in
      let i = part.lowerBound
      var sums: [Double] = [0, 0, 0, 0]
      kernels.backward(
        tensors.x + i, tensors.dy + i, tensors.result + i, part.count, values, &sums)
    }
    report(algorithm.name, "backward", backward, addition)
  }

  /// Median of 10^9 bytes a second, all threads together.
  private func rate(streams: Int, _ body: @Sendable (Range<Int>) -> Void) -> Double {
    let clock = ContinuousClock()
    let (count, threads) = (self.count, self.threads)
    let times = (0...Self.rounds).map { _ in
      clock.measure {
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
          body(count * thread / threads..<count * (thread + 1) / threads)
        }
      } / .seconds(1)
    }
    // The first pass meets pages that nobody has touched.
    return Double(streams * count * 4) / times.dropFirst().sorted()[Self.rounds / 2] / 1e9
  }

  private func report(_ kernel: String, _ pass: String, _ rate: Double, _ plain: Double) {
    print("\(kernel),\(pass),\(threads),\(count >> 18),", terminator: "")
    print(String(format: "%.1f,%.2f", rate, rate / plain))
  }
}
