extension Lexer {
  /// `"text \(value)"`, or `"""` for several lines, whose common indentation, that of the closing
  /// quotes, is taken away.
  mutating func scanString() {
    let start = offset
    let isMultiline = peek(1) == UInt8(ascii: "\"") && peek(2) == UInt8(ascii: "\"")
    offset += isMultiline ? 3 : 1
    var builder = StringBuilder()
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte == UInt8(ascii: "\"") && closes(isMultiline) {
        offset += isMultiline ? 3 : 1
        add(.string(isMultiline ? builder.unindented() : builder.finished()), from: start)
        return
      }
      if byte == UInt8(ascii: "\n") && !isMultiline { break }
      if byte == UInt8(ascii: "\\") {
        guard scanEscape(&builder) else { return markBrokenString() }
      } else {
        scanText(&builder)
      }
    }
    markBrokenString()
    if isMultiline { markIncomplete() }
    report(
      .unterminatedString(Span(source: source.id, start: start, end: start + (isMultiline ? 3 : 1)))
    )
  }

  private func closes(_ isMultiline: Bool) -> Bool {
    !isMultiline || (peek(1) == UInt8(ascii: "\"") && peek(2) == UInt8(ascii: "\""))
  }

  private mutating func scanText(_ builder: inout StringBuilder) {
    let start = offset
    repeat { offset += 1 } while offset < bytes.count && !isTextEnd(bytes[offset])
    checkUTF8(start..<offset)
    // A line may end in CR LF; the value of a string does not depend on it.
    let hasReturn = peek() == UInt8(ascii: "\n") && bytes[offset - 1] == UInt8(ascii: "\r")
    builder.append(source: bytes[start..<(hasReturn ? offset - 1 : offset)])
  }

  private func isTextEnd(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "\n")
  }

  /// One escape; false when the text ended inside an interpolation.
  private mutating func scanEscape(_ builder: inout StringBuilder) -> Bool {
    let start = offset
    let letter = peek(1)
    offset = min(offset + 2, bytes.count)
    switch letter {
    case UInt8(ascii: "n"): builder.append("\n")
    case UInt8(ascii: "t"): builder.append("\t")
    case UInt8(ascii: "r"): builder.append("\r")
    case UInt8(ascii: "0"): builder.append("\0")
    case UInt8(ascii: "\""): builder.append("\"")
    case UInt8(ascii: "\\"): builder.append("\\")
    case UInt8(ascii: "u"): scanScalar(from: start, &builder)
    case UInt8(ascii: "("): return scanInterpolation(from: start, &builder)
    default:
      // Take a whole character, so that the message does not cut one in half.
      while offset < bytes.count && bytes[offset] & 0xC0 == 0x80 { offset += 1 }
      let text = String(decoding: bytes[start..<offset], as: UTF8.self)
      report(.unknownEscape(span(from: start), text))
    }
    return true
  }

  private mutating func scanScalar(from start: Int, _ builder: inout StringBuilder) {
    guard peek() == UInt8(ascii: "{") else {
      report(.invalidScalar(span(from: start)))
      return
    }
    offset += 1
    let digits = offset
    while offset < bytes.count, bytes[offset] != UInt8(ascii: "}"), !isTextEnd(bytes[offset]) {
      offset += 1
    }
    let text = String(decoding: bytes[digits..<offset], as: UTF8.self)
    if peek() == UInt8(ascii: "}") { offset += 1 }
    guard text.utf8.count <= 8, let value = UInt32(text, radix: 16),
      let scalar = Unicode.Scalar(value)
    else {
      report(.invalidScalar(span(from: start)))
      return
    }
    builder.append(String(Character(scalar)))
  }

  private mutating func scanInterpolation(
    from start: Int, _ builder: inout StringBuilder
  ) -> Bool {
    guard depth < Self.interpolationLimit else {
      report(.tooDeep(span(from: start), limit: Self.interpolationLimit))
      offset = bytes[offset...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      return false
    }
    var inner = Lexer(source, from: offset, depth: depth + 1)
    let found = inner.runInterpolation()
    offset = inner.offset
    var errors = inner.errors
    // What seems to open a string was most likely meant to close the one around.
    if found == nil, case .unterminatedString(let quotes)? = errors.last,
      quotes.end - quotes.start == 1
    {
      errors.removeLast()
    }
    for error in errors { report(error) }
    guard let found else {
      // The innermost one that is open says it; those around it would only repeat it.
      if errors.isEmpty {
        report(.unterminatedInterpolation(Span(source: source.id, start: start, end: start + 2)))
      }
      return false
    }
    builder.append(found)
    return true
  }
}
