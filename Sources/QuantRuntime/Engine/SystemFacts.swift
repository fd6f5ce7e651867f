import CDNNL
import CKernels
import Foundation

/// What a bug report should say about the program and the machine that it runs on.
public enum SystemFacts {
  /// A hash of the program's own bytes: two builds that print the same are the same.
  public static var build: String {
    guard
      let data = try? Data(
        contentsOf: URL(fileURLWithPath: "/proc/self/exe"), options: .alwaysMapped)
    else { return "unknown" }
    var hash = ContentHash()
    data.withUnsafeBytes { hash.add($0) }
    return hash.text
  }

  /// `Swift 6.3 or later, optimized`: the compiler tells no more than that.
  public static var compiler: String {
    #if compiler(>=6.4)
      let version = "6.4 or later"
    #else
      let version = "6.3"
    #endif
    #if DEBUG
      return "Swift \(version), not optimized"
    #else
      return "Swift \(version), optimized"
    #endif
  }

  /// The distribution, the kernel and the C library.
  public static var system: String {
    [distribution, kernel, library].compactMap { $0 }.joined(separator: ", ")
  }

  private static var distribution: String? {
    value(of: "PRETTY_NAME", in: "/etc/os-release", separator: "=")?.replacing("\"", with: "")
  }

  /// `glibc 2.36`.
  private static var library: String? {
    var buffer = [CChar](repeating: 0, count: 64)
    guard confstr(Int32(_CS_GNU_LIBC_VERSION), &buffer, buffer.count) > 0 else {
      return nil
    }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private static var kernel: String? {
    var names = utsname()
    guard uname(&names) == 0 else { return nil }
    func text<Field>(_ field: Field) -> String {
      withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
    return "\(text(names.sysname)) \(text(names.release)) \(text(names.machine))"
  }

  /// The processor's name and the instructions that the kernels can use on it.
  public static var processor: String {
    let name = value(of: "model name", in: "/proc/cpuinfo", separator: ":")
    let known = [(mq_cpu_has_avx2(), "AVX2"), (mq_cpu_has_fma(), "FMA")]
    let sets = known.filter { $0.0 != 0 }.map(\.1) + (Processor.lanes == 16 ? ["AVX-512"] : [])
    return ([name].compactMap { $0 } + sets).joined(separator: ", ")
  }

  /// What stands behind a name in a file of lines.
  private static func value(of name: String, in path: String, separator: Character) -> String? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: separator, maxSplits: 1)
      guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == name else {
        continue
      }
      return parts[1].trimmingCharacters(in: .whitespaces)
    }
    return nil
  }
}
