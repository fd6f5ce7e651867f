import Testing

@testable import Lang

@Test("a name from the table is found")
func resolvesBuiltin() throws {
  var map = SourceMap()
  let source = map.add(name: "t.mq", bytes: Array("print(1)".utf8))
  _ = try FrontEnd(builtins: ["print"]).process(source)
}
