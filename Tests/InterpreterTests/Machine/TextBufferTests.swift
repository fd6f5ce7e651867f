import Testing

@testable import Interpreter

@Suite("text buffer")
struct TextBufferTests {
  @Test("numbers are written as Swift writes them")
  func numbers() {
    let buffer = TextBuffer(capacity: 1)
    var expected = ""
    var numbers = [0, -1, 9, 10, -10, 99, 100, 12345, .max, .min, .max - 1]
    var power = 1
    while power < .max / 10 {
      power *= 10
      numbers += [power - 1, power, -power]
    }
    for number in numbers {
      buffer.append(number)
      expected += String(number)
    }
    #expect(buffer.take().value == expected)
  }

  @Test("parts of all sizes, and a new text after each")
  func parts() {
    let buffer = TextBuffer(capacity: 3)
    var expected = ""
    for count in [0, 1, 2, 5, 100, 70_000, 3] {
      let part = String(repeating: "é", count: count)
      buffer.append(part)
      expected += part
    }
    #expect(buffer.count == expected.utf8.count)
    #expect(buffer.take().value == expected)
    #expect(buffer.count == 0)
    buffer.append("next")
    #expect(buffer.take().value == "next")
  }

  @Test("a short decimal number is read from its bytes as Int reads it, and nothing else is")
  func decimals() {
    func read(_ text: String) -> Int? { Array(text.utf8).withUnsafeBufferPointer(Decimal.read) }
    for text in ["0", "-0", "7", "-12", "007", "999999999999999999", "-999999999999999999"] {
      #expect(read(text) == Int(text))
    }
    for text in [
      "", "-", "+1", " 1", "1 ", "1.5", "1_0", "--1", "1000000000000000000", "٣", "/", ":",
    ] {
      #expect(read(text) == nil)
    }
  }
}
