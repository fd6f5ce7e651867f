import QuantRuntime
import Testing

@testable import Interpreter

@Suite("sort order")
struct SortOrderTests {
  /// The quick ways for keys of one kind must agree with the comparison of any two values.
  @Test("keys of one kind are ordered as mixed ones are", arguments: [false, true])
  func kinds(descending: Bool) throws {
    var generator = RandomStream(seed: 7, purpose: .order)
    func draw() -> Int { Int(generator.nextWord() % 20) - 10 }
    let ints = (0..<200).map { _ in draw() }
    let order = SortOrder(descending: descending, Interruption())
    let expected = ints.indices.sorted { a, b in
      ints[a] == ints[b] ? a < b : (ints[a] < ints[b]) != descending
    }
    #expect(try order.places(ints.map { .int($0) }) == expected)
    #expect(try order.places(ints.map { .float(Double($0) / 4) }) == expected)
    #expect(try order.places(ints.map { .text(String(UnicodeScalar(UInt8(80 + $0)))) }) == expected)
    // Numbers of both kinds take the general way.
    let mixed = ints.enumerated().map { $0 % 2 == 0 ? Value.int($1) : .float(Double($1)) }
    #expect(try order.places(mixed) == expected)
  }

  @Test("what has no order comes last", arguments: [false, true])
  func last(descending: Bool) throws {
    let order = SortOrder(descending: descending, Interruption())
    let keys: [Value] = [.float(.nan), .float(2), .nil, .float(1)]
    #expect(try order.places(keys) == (descending ? [1, 3, 0, 2] : [3, 1, 0, 2]))
    #expect(throws: ValueError.self) { try order.places([.int(1), .text("a")]) }
  }
}
