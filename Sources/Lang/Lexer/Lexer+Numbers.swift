extension Lexer {
  /// `64`, `1_000`, `0.1`, `1e-4`. A dot belongs to the number only before a digit, so that `0...3`
  /// is a range.
  mutating func scanNumber() {
    let start = offset
    var isFloat = false
    skipDigits()
    if peek() == UInt8(ascii: "."), isDigit(peek(1)) {
      isFloat = true
      offset += 1
      skipDigits()
    }
    if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
      let signed = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-")
      if isDigit(peek(signed ? 2 : 1)) {
        isFloat = true
        offset += signed ? 2 : 1
        skipDigits()
      }
    }
    let isClean = offset >= bytes.count || !isNamePart(bytes[offset])
    while offset < bytes.count && isNamePart(bytes[offset]) { offset += 1 }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    guard isClean else {
      report(.invalidNumber(span(from: start), text))
      return
    }
    let digits = text.filter { $0 != "_" }
    if isFloat {
      addFloat(digits, from: start)
    } else if let value = Int(digits) {
      add(.integer(value), from: start)
    } else {
      report(.integerOverflow(span(from: start)))
    }
  }

  private mutating func addFloat(_ digits: String, from start: Int) {
    guard let value = Double(digits), value.isFinite else {
      report(.floatOverflow(span(from: start)))
      return
    }
    add(.float(value), from: start)
  }

  private mutating func skipDigits() {
    while isDigit(peek()) || peek() == UInt8(ascii: "_") { offset += 1 }
  }

  func peek(_ distance: Int = 0) -> UInt8 {
    offset + distance < bytes.count ? bytes[offset + distance] : 0
  }

  private func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
}
