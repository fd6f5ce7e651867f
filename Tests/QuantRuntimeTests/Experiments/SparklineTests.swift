import Testing

@testable import QuantRuntime

@Suite("Sparklines")
struct SparklineTests {
  private func text(_ values: [Double], width: Int = 80, isUnicode: Bool = true) -> String {
    Sparkline(values).text(in: TextArea(width: width, isUnicode: isUnicode))
  }

  @Test("a character for each value, from the lowest to the highest")
  func levels() {
    #expect(text([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█")
    #expect(text([3, -1, 1]) == "█▁▅")
    #expect(text([0, 1, 2, 3, 4, 5, 6, 7], isUnicode: false) == "_.-~=+*#")
  }

  @Test("one value and equal values lie in the middle, none give nothing")
  func flat() {
    #expect(text([5]) == "▅")
    #expect(text([2, 2, 2]) == "▅▅▅")
    #expect(text([]) == "")
  }

  @Test("what is no finite number is marked, and does not change the scale")
  func holes() {
    #expect(text([0, .nan, 7, .infinity]) == "▁x█x")
    #expect(text([.nan, .nan]) == "xx")
    let greatest = Double.greatestFiniteMagnitude
    #expect(text([-greatest, greatest]) == "▁█")
  }

  @Test("of more values than columns each column has the mean of its part")
  func means() {
    #expect(text([0, 2, 6, 8, 3, 5], width: 3) == "▁█▅")
    #expect(text([0, 0, .nan, 0, 7, 7], width: 3) == "▁x█")
    #expect(text((0..<1000).map(Double.init), width: 8) == "▁▂▃▄▅▆▇█")
    #expect(text([1, 2], width: 0) == "▅")
  }
}
