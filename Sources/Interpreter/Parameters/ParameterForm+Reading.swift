import QuantRuntime

extension ParameterForm {
  /// The value that a text of the command line stands for.
  ///
  /// - Parameter name: of the parameter, for messages.
  func read(_ text: String, name: String) throws(ParameterError) -> Value {
    guard let value = parse(text) else {
      throw .type(name: name, value: text, expected: expectation)
    }
    switch accept(value) {
    case .success(let value): return value
    case .failure(.type): throw .type(name: name, value: text, expected: expectation)
    case .failure(.range(let element)):
      throw .range(name: name, value: Self.text(element), limits: limits, isList: isList)
    case .failure(.choice(let element)):
      throw .choice(
        name: name, value: Self.text(element), choices: choices.map(Self.text), isList: isList)
    }
  }

  private var expectation: String {
    element == .bool && !isList ? "true or false" : Noun.withArticle(description)
  }

  private func parse(_ text: String) -> Value? {
    guard isList else { return parseElement(text) }
    if text.isEmpty { return try? .list([]) }
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let values = parts.map { parseElement($0.trimming { $0 == " " }) }
    guard values.allSatisfy({ $0 != nil }) else { return nil }
    return try? .list(values.compactMap { $0 })
  }

  private func parseElement(_ text: String) -> Value? {
    switch element {
    case .bool: Bool(text).map { .bool($0) }
    case .int: Self.withoutSeparators(text).flatMap { Int($0) }.map { .int($0) }
    case .float: Self.withoutSeparators(text).flatMap { Double($0) }.map { .float($0) }
    case .string: .text(text)
    }
  }

  /// As in scripts, an underscore between two digits is for the eye.
  private static func withoutSeparators(_ text: String) -> String? {
    let parts = text.split(separator: "_", omittingEmptySubsequences: false)
    let isPlain = zip(parts, parts.dropFirst()).allSatisfy { left, right in
      left.last?.isNumber == true && right.first?.isNumber == true
    }
    return isPlain ? parts.joined() : nil
  }
}

extension Substring {
  fileprivate func trimming(_ isLeftOut: (Character) -> Bool) -> String {
    let start = drop(while: isLeftOut)
    let count = start.reversed().drop(while: isLeftOut).count
    return String(start.prefix(count))
  }
}
