import CKernels

/// How the elements of a value are cut into work: runs of contiguous floats, cut into chunks short
/// enough for float sums and for the L1 cache.
///
/// A run is a channel where channels have quantizers' numbers of their own; else a slab of the layout,
/// or, where nothing needs to know slabs, the whole tensor.
struct ChunkedWork {
  /// Elements in a chunk: 16 KiB of float, so that what is computed for a chunk stays in the L1 cache
  /// between one kernel and the next.
  static let chunk = 4_096

  enum Runs {
    case channels
    case slabs
    case whole
  }

  /// Sets of a quantizer's numbers: 1, or one a channel.
  let channels: Int
  /// Elements that share numbers, padding left out.
  let count: Int
  let runs: Int
  /// Contiguous elements of a run, padding included.
  let runSize: Int
  private let chunksPerRun: Int
  private let isPerChannel: Bool

  init(_ layout: mq_layout, _ kind: Runs) {
    isPerChannel = kind == .channels
    channels = isPerChannel ? layout.channels : 1
    count = isPerChannel ? layout.pixels : layout.count
    switch kind {
    case .channels: (runs, runSize) = (layout.channels, layout.pixels)
    case .slabs: (runs, runSize) = (layout.slabs, layout.slabSize)
    case .whole: (runs, runSize) = (1, layout.floats)
    }
    chunksPerRun = (runSize + Self.chunk - 1) / Self.chunk
  }

  var chunks: Int { runs * chunksPerRun }

  struct Chunk {
    var run: Int
    var channel: Int
    var start: Int
    var count: Int
  }

  func chunk(_ index: Int) -> Chunk {
    let run = index / chunksPerRun
    let offset = index % chunksPerRun * Self.chunk
    return Chunk(
      run: run, channel: isPerChannel ? run : 0, start: run * runSize + offset,
      count: min(Self.chunk, runSize - offset))
  }

  /// The chunks of one run.
  func chunks(ofRun run: Int) -> Range<Int> { run * chunksPerRun..<(run + 1) * chunksPerRun }

  /// The chunks whose elements share a channel's numbers.
  func chunks(ofChannel channel: Int) -> Range<Int> {
    isPerChannel ? chunks(ofRun: channel) : 0..<chunks
  }

  /// Calls `body` with the indices of chunks, on all threads.
  func forChunks(_ body: (Range<Int>) -> Void) {
    let size = max(1, min(runSize, Self.chunk))
    Parallel.run(chunks, grain: max(1, Parallel.flatGrain / size), body)
  }
}
