/// "Did you mean": the one known name that a misspelt one most likely stands for.
public enum Suggestion {
  /// Longer names get none: the search takes time in the square of the length.
  private static let lengthLimit = 64

  /// The nearest candidate within a third of the name's length, case and `_` ignored;
  /// the first in the given order of several equally near. Nil when none is near enough.
  public static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
    let wanted = normalized(name)
    guard wanted.count <= lengthLimit else { return nil }
    let limit = wanted.count / 3
    var best: (name: String, distance: Int)?
    for candidate in candidates where candidate != name {
      let distance = editDistance(wanted, normalized(candidate), limit: best?.distance ?? limit + 1)
      if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
  }

  private static func normalized(_ name: String) -> [UInt8] {
    name.lowercased().utf8.filter { $0 != UInt8(ascii: "_") }
  }

  /// Insertions, deletions, substitutions and swaps of neighbours; stops caring at `limit`.
  private static func editDistance(_ a: [UInt8], _ b: [UInt8], limit: Int) -> Int {
    if abs(a.count - b.count) >= limit { return limit }
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          cost = min(cost, beforeLast[j - 1] + 1)
        }
        row.append(cost)
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}
