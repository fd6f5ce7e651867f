/// The candidate that a mistyped name most likely meant, for 'did you mean'.
///
/// Case and underscores do not count, and neither do more edits than a third of the name's length.
public func closestName(to name: String, among candidates: some Sequence<String>) -> String? {
  let wanted = bare(name)
  let limit = max(1, wanted.count / 3)
  var best: (name: String, distance: Int)?
  for candidate in candidates {
    let distance = editDistance(wanted, bare(candidate))
    if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  return best?.name
}

private func bare(_ name: String) -> [Character] {
  // Names longer than this are no typing mistakes, and the distance is quadratic.
  Array(name.lowercased().filter { $0 != "_" }.prefix(200))
}

/// Levenshtein's distance, one row at a time.
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var row = Array(0...b.count)
  for (i, x) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, y) in b.enumerated() {
      let substituted = diagonal + (x == y ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(substituted, diagonal + 1, row[j] + 1)
    }
  }
  return row[b.count]
}
