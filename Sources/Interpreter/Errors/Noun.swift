/// Nouns in messages: the right article, and the right number.
enum Noun {
  /// `an int`, `a list`.
  static func withArticle(_ noun: String) -> String {
    let isVowel = noun.first.map { "aeiou".contains($0.lowercased()) } ?? false
    return (isVowel ? "an " : "a ") + noun
  }

  /// `1 element`, `2 elements`.
  static func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  /// `the only field is a`, `fields are a, b`.
  static func listed(_ names: [String], _ noun: String) -> String {
    names.count == 1
      ? "the only \(noun) is \(names[0])" : "\(noun)s are \(names.joined(separator: ", "))"
  }
}
