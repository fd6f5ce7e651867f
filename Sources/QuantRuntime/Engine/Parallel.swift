import CKernels

/// Splits loops over the team of threads that oneDNN uses too.
enum Parallel {
  /// Calls `body` with contiguous parts of `0..<count`, one a thread. Which thread gets what must not
  /// change the result: reductions write one partial result an item and are summed afterwards.
  ///
  /// - Parameter grain: with fewer items than this for a second thread, one thread does it all; a
  ///   parallel region costs some 5 microseconds.
  static func run(_ count: Int, grain: Int = 1, _ body: (Range<Int>) -> Void) {
    let threads = min(Processor.threads, max(1, count / max(1, grain)))
    guard threads > 1 else {
      if count > 0 { body(0..<count) }
      return
    }
    withoutActuallyEscaping(body) { body in
      var call = Call(count: count, body: body)
      withUnsafeMutablePointer(to: &call) { pointer in
        mq_parallel_run(
          { context, thread, threads in
            guard let call = context?.assumingMemoryBound(to: Call.self).pointee else { return }
            let first = call.count * Int(thread) / Int(threads)
            let last = call.count * (Int(thread) + 1) / Int(threads)
            if first < last { call.body(first..<last) }
          }, pointer, Int32(threads))
      }
    }
  }

  /// Elements a thread should get at least in a pass over flat memory.
  static let flatGrain = 16_384

  /// As `run`, over flat elements.
  static func elements(_ count: Int, _ body: (Range<Int>) -> Void) {
    run(count, grain: flatGrain, body)
  }

  private struct Call {
    var count: Int
    var body: (Range<Int>) -> Void
  }
}
