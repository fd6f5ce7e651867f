@testable import Lang

func source(_ text: String) -> Source {
  Source(id: SourceID(0), name: "t.mq", bytes: Array(text.utf8))
}

/// The text in its one layout; nil when it has errors.
func format(_ text: String) -> String? {
  try? Formatter().format(source(text))
}
