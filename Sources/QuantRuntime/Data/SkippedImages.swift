import Foundation

/// What a loader does with an image that cannot be read or decoded.
public enum ImageErrorPolicy: String, Hashable, Sendable, CaseIterable {
  /// Ends the run with the error.
  case stop
  /// Leaves the image out.
  case skip
}

/// The images that loaders left out, each once; shared by the copies of a data set.
public final class SkippedImages: @unchecked Sendable, Hashable {
  private let lock = NSLock()
  private var reasons: [String: String] = [:]

  /// Sorted, so that the order does not depend on threads.
  public var names: [String] { lock.withLock { reasons.keys.sorted() } }
  public var count: Int { lock.withLock { reasons.count } }

  func add(_ name: String, reason: String) { lock.withLock { reasons[name] = reason } }

  /// A remark for the user on the images left out, naming the first few; nil when there are none.
  public var summary: String? {
    let known = lock.withLock { reasons }
    guard !known.isEmpty else { return nil }
    let first = known.sorted { $0.key < $1.key }.prefix(3).map(\.value)
    let others = known.count - first.count
    let list = first.joined(separator: "; ") + (others > 0 ? "; and \(others) more" : "")
    return "left out \(known.count) \(known.count == 1 ? "image" : "images"): \(list)"
  }

  /// All are alike: what was skipped does not tell data sets apart.
  public static func == (a: SkippedImages, b: SkippedImages) -> Bool { true }
  public func hash(into hasher: inout Hasher) {}
}
