import CDNNL
import CKernels
import Foundation

/// What the engine knows about the machine: instruction sets, threads, the preferred block.
enum Processor {
  /// Threads of every parallel region: `OMP_NUM_THREADS` if set, else the cores this process may use.
  static let threads: Int = {
    if let text = ProcessInfo.processInfo.environment["OMP_NUM_THREADS"], let n = Int(text), n > 0 {
      return n
    }
    return ProcessInfo.processInfo.activeProcessorCount
  }()

  /// Channels in one block of the layout that oneDNN's convolutions prefer here.
  static let lanes: Int =
    dnnl_get_effective_cpu_isa().rawValue >= dnnl_cpu_isa_avx512_core.rawValue
    ? 16 : 8

  /// - Throws: `EngineError.cpu` where a kernel would be an invalid instruction.
  static func check() throws(EngineError) {
    var missing: [String] = []
    if mq_cpu_has_avx2() == 0 { missing.append("AVX2") }
    if mq_cpu_has_fma() == 0 { missing.append("FMA") }
    guard missing.isEmpty else { throw .cpu(missing: missing) }
  }
}
