/// Writes pieces with their spaces, lines and indentation.
///
/// A line is indented one level deeper than the line on which the innermost open bracket was
/// opened, and one level more where it goes on with something that an earlier line began: a
/// statement, or an element of a list. So brackets that open on one line indent by one level
/// together.
struct Layout {
  private let bytes: [UInt8]
  private let pieces: [Piece]
  /// The piece itself, or for a comment the next one that is none; the end where there is none.
  private let anchors: [Int]
  private var result: [UInt8] = []
  private var brackets = [Bracket(base: 0, inner: 0)]
  /// Levels of the line that is being written.
  private var indentation = 0
  /// Nothing but the comment of its own line has come behind an opening bracket.
  private var isAtStart = true

  /// What is open around a piece; the first one stands for the text itself. All in levels.
  private struct Bracket {
    /// Of the line that starts with its end.
    var base: Int
    /// Of the lines that start with a statement or an element.
    var inner: Int
    /// Of the line on which the current statement or element started.
    var start = 0
    /// A line has started inside of the current statement or element.
    var isContinued = false
    /// The next piece starts a statement or an element.
    var awaitsStart = true
    /// Of the line with the last `if`, `for`, `while` or `func`, where its block ends.
    var head = 0
  }

  private static let spacesPerLevel = 2

  init(_ source: Source, _ pieces: [Piece]) {
    bytes = source.bytes
    self.pieces = pieces
    var anchors = Array(pieces.indices)
    for index in pieces.indices.reversed() where pieces[index].role.isComment {
      anchors[index] = index + 1 < pieces.count ? anchors[index + 1] : pieces.count
    }
    self.anchors = anchors
  }

  /// The text; empty, or ending in one newline.
  mutating func write() -> [UInt8] {
    result.reserveCapacity(bytes.count)
    for index in pieces.indices {
      separate(index)
      writePiece(index)
      follow(pieces[index])
    }
    if !result.isEmpty { result.append(UInt8(ascii: "\n")) }
    return result
  }

  // MARK: - Between pieces

  private mutating func separate(_ index: Int) {
    let piece = pieces[index]
    guard index > 0 else { return }
    if piece.breaks > 0 {
      startLine(index)
    } else if piece.role.isComment {
      result += Array("  ".utf8)
    } else if Piece.Role.isSpaced(pieces[index - 1].role, piece.role) {
      result.append(UInt8(ascii: " "))
    }
  }

  private mutating func startLine(_ index: Int) {
    let keepsBlank = pieces[index].breaks > 1 && !isAtStart && !pieces[index].role.isClosing
    result += [UInt8](repeating: UInt8(ascii: "\n"), count: keepsBlank ? 2 : 1)
    indentation = levels(index)
    result += [UInt8](
      repeating: UInt8(ascii: " "), count: indentation * Self.spacesPerLevel)
  }

  /// A comment on a line of its own belongs to what follows; before a closing bracket it is the
  /// last of what the bracket holds.
  private func levels(_ index: Int) -> Int {
    guard anchors[index] < pieces.count else { return 0 }
    let next = pieces[anchors[index]]
    let bracket = brackets[brackets.count - 1]
    if next.role.isClosing { return pieces[index].role.isComment ? bracket.inner : bracket.base }
    if bracket.awaitsStart || next.startsStatement { return bracket.inner }
    if case .else = next.role { return bracket.head }
    return bracket.start + 1
  }

  // MARK: - Pieces

  private mutating func writePiece(_ index: Int) {
    let piece = pieces[index]
    let text = bytes[piece.range]
    if piece.role.isComment {
      writeComment(text)
    } else if text.contains(UInt8(ascii: "\n")) {
      writeLines(of: text)
    } else {
      result += text
    }
  }

  /// A string over several lines. Its value does not depend on CR in front of LF; were one taken
  /// away where two stand, it would.
  private mutating func writeLines(of text: ArraySlice<UInt8>) {
    let carriageReturn = UInt8(ascii: "\r")
    let pairs = zip(text, text.dropFirst())
    guard !pairs.contains(where: { $0 == carriageReturn && $1 == carriageReturn }) else {
      result += text
      return
    }
    for (byte, next) in pairs where byte != carriageReturn || next != UInt8(ascii: "\n") {
      result.append(byte)
    }
    result += text.suffix(1)
  }

  private mutating func writeComment(_ text: ArraySlice<UInt8>) {
    let end = text.lastIndex { !Self.isBlank($0) } ?? text.startIndex
    let body = text[text.startIndex...end].dropFirst()
    result.append(UInt8(ascii: "#"))
    if let first = body.first, !Self.isBlank(first), first != UInt8(ascii: "#"),
      !(first == UInt8(ascii: "!") && text.startIndex == 0)
    {
      result.append(UInt8(ascii: " "))
    }
    result += body
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }

  // MARK: - State

  private mutating func follow(_ piece: Piece) {
    let top = brackets.count - 1
    if piece.role.isComment {
      isAtStart = isAtStart && piece.breaks == 0 && top > 0
      return
    }
    isAtStart = false
    start(piece)
    switch piece.role {
    case .head: brackets[top].head = indentation
    case .open, .openClosure:
      open(base: brackets[top].start + (brackets[top].isContinued ? 1 : 0))
    case .openBlock: open(base: brackets[top].head)
    case .close, .closeBrace: brackets.removeLast()
    case .comma, .semicolon: brackets[top].awaitsStart = true
    case .closureIn:
      brackets[top].awaitsStart = true
      isAtStart = true
    default: break
    }
  }

  private mutating func start(_ piece: Piece) {
    if piece.role.isClosing { return }
    let top = brackets.count - 1
    if brackets[top].awaitsStart || piece.startsStatement {
      brackets[top].awaitsStart = false
      brackets[top].isContinued = false
      brackets[top].start = indentation
    } else if piece.breaks > 0, !piece.role.isElse {
      brackets[top].isContinued = true
    }
  }

  private mutating func open(base: Int) {
    brackets.append(Bracket(base: base, inner: base + 1, start: indentation))
    isAtStart = true
  }
}

extension Piece.Role {
  fileprivate var isClosing: Bool {
    switch self {
    case .close, .closeBrace: true
    default: false
    }
  }

  fileprivate var isElse: Bool {
    if case .else = self { true } else { false }
  }
}
