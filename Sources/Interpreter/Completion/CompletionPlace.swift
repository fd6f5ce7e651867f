import Lang

/// What stands at the cursor in a text that may be far from complete.
struct CompletionPlace {
  enum Kind: Equatable {
    /// Nothing can be offered: a comment, a number, a name that is being declared.
    case nothing
    /// A name, or its beginning.
    case name
    /// A field of the expression that these bytes are.
    case field(of: Range<Int>)
    /// Inside of a string.
    case string
    /// Inside of the string of an `import`.
    case importPath
  }

  /// The arguments of a call up to the cursor.
  struct OpenCall: Equatable {
    var function: String
    /// The expression that a pipe puts in front of the arguments.
    var piped: Range<Int>?
    /// The arguments before the one at the cursor.
    var arguments: [Argument] = []
    /// The label of the one at the cursor.
    var label: String?
    /// Whether the cursor is in a list that is the argument.
    var isInList = false

    struct Argument: Equatable {
      var label: String?
      var value: Range<Int>
    }
  }

  var kind: Kind
  /// What is there already of the name or the string's content; ends at the cursor.
  var word: Range<Int>
  /// The call whose argument is being written.
  var call: OpenCall?
  /// Whether the word is all there is of the argument.
  var isAlone = false
  /// The expression in front of a pipe that the word stands behind.
  var piped: Range<Int>?
}

extension CompletionPlace {
  /// - Parameter bytes: the text up to the cursor.
  init(_ bytes: [UInt8]) {
    var start = 0
    var text = PieceList(bytes, from: start)
    // An interpolation is code inside of a string.
    while let code = Self.openInterpolation(bytes, text.pieces.last) {
      start = code
      text = PieceList(bytes, from: start)
    }
    kind = .name
    word = bytes.count..<bytes.count
    guard let last = text.pieces.last, last.range.upperBound == bytes.count else {
      look(behind: text.pieces.count, text)
      return
    }
    let behind = text.pieces.count - 1
    switch last.kind {
    case .comment, .token(.integer), .token(.float): kind = .nothing
    case .openString(let isMultiline):
      kind = text.isKeyword(.import, at: behind - 1) ? .importPath : .string
      word = min(last.range.lowerBound + (isMultiline ? 3 : 1), bytes.count)..<bytes.count
      look(behind: behind, text)
    case .token(.name), .token(.keyword):
      word = last.range
      look(behind: behind, text)
    default: look(behind: behind + 1, text)
    }
  }

  /// Where the code of an interpolation begins that has no end yet; nil when there is none.
  private static func openInterpolation(_ bytes: [UInt8], _ last: TextPiece?) -> Int? {
    guard let last, case .openString(let isMultiline) = last.kind,
      last.range.upperBound == bytes.count
    else { return nil }
    return openInterpolation(bytes, from: last.range.lowerBound + (isMultiline ? 3 : 1))
  }

  private static func openInterpolation(_ bytes: [UInt8], from start: Int) -> Int? {
    var index = start
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "\\") else {
        index += 1
        continue
      }
      index += 2
      guard index <= bytes.count, bytes[index - 1] == UInt8(ascii: "(") else { continue }
      guard let end = endOfInterpolation(bytes, from: index) else { return index }
      index = end
    }
    return nil
  }

  private static func endOfInterpolation(_ bytes: [UInt8], from start: Int) -> Int? {
    var depth = 0
    var isInString = false
    var index = start
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\\") where isInString: index += 1
      case UInt8(ascii: "\""): isInString.toggle()
      case UInt8(ascii: "(") where !isInString: depth += 1
      case UInt8(ascii: ")") where !isInString:
        if depth == 0 { return index + 1 }
        depth -= 1
      default: break
      }
      index += 1
    }
    return nil
  }

  /// Finds out where the word stands.
  ///
  /// - Parameter behind: the number of pieces in front of it.
  private mutating func look(behind: Int, _ text: PieceList) {
    if kind == .name {
      switch text.token(behind - 1) {
      case .symbol(.dot)?:
        kind = text.operand(endingBefore: behind - 1).map { .field(of: $0) } ?? .nothing
        return
      case .keyword(.let)?, .keyword(.var)?, .keyword(.func)?, .keyword(.for)?:
        kind = .nothing
        return
      case .symbol(.pipe)?: piped = text.pipeline(endingBefore: behind - 1)
      default: break
      }
    }
    (call, isAlone) = text.openCall(before: behind)
  }
}
