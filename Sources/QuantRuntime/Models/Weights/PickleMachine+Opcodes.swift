import Foundation

extension PickleMachine {
  /// Carries out one opcode other than `stop`; an arm a line, as `pickletools` describes them.
  mutating func execute(_ opcode: PickleOpcode) throws(WeightsError) {
    switch opcode {
    case .stop: break
    case .proto: try checkProtocol()
    case .frame: _ = try cursor.take(8)
    case .mark: mark()
    case .pop: try popOne()
    case .popMark: _ = try popToMark()
    case .dup: push(try top())
    case .none: push(.none)
    case .newtrue: push(.bool(true))
    case .newfalse: push(.bool(false))
    case .int, .long, .float, .string, .unicode: push(try literal(opcode))
    case .binint: push(.int(try signed(bytes: 4)))
    case .binint1: push(.int(try cursor.unsigned(bytes: 1)))
    case .binint2: push(.int(try cursor.unsigned(bytes: 2)))
    case .long1: push(try long(cursor.unsigned(bytes: 1)))
    case .long4: push(try long(cursor.unsigned(bytes: 4)))
    case .binfloat: push(.float(try bigEndianDouble()))
    case .shortBinstring, .shortBinunicode: push(try text(lengthBytes: 1))
    case .binstring, .binunicode: push(try text(lengthBytes: 4))
    case .binunicode8: push(try text(lengthBytes: 8))
    case .shortBinbytes: push(try bytes(lengthBytes: 1))
    case .binbytes: push(try bytes(lengthBytes: 4))
    case .binbytes8, .bytearray8: push(try bytes(lengthBytes: 8))
    case .emptyList: try pushNew(.list)
    case .emptyTuple: try pushNew(.tuple)
    case .emptyDict: try pushNew(.dictionary)
    case .emptySet: try pushNew(.set)
    case .list: try pushNew(.list, popToMark())
    case .tuple: try pushNew(.tuple, popToMark())
    case .tuple1: try pushNew(.tuple, pop(1))
    case .tuple2: try pushNew(.tuple, pop(2))
    case .tuple3: try pushNew(.tuple, pop(3))
    case .frozenset: try pushNew(.set, popToMark())
    case .dict: try dictionary(popToMark())
    case .append: try extend(.list, with: pop(1))
    case .appends: try extend(.list, with: popToMark())
    case .additems: try extend(.set, with: popToMark())
    case .setitem: try extend(.dictionary, with: pop(2))
    case .setitems: try extend(.dictionary, with: popToMark())
    case .put: try remember(try number(cursor.line()))
    case .binput: try remember(try cursor.unsigned(bytes: 1))
    case .longBinput: try remember(try cursor.unsigned(bytes: 4))
    case .memoize: try remember(nil)
    case .get: try recall(try number(cursor.line()))
    case .binget: try recall(try cursor.unsigned(bytes: 1))
    case .longBinget: try recall(try cursor.unsigned(bytes: 4))
    case .global, .inst: try global(try cursor.line(), try cursor.line())
    case .stackGlobal: try stackGlobal()
    case .binpersid: push(try persistent(pop()))
    case .reduce, .newobj: try reduce()
    case .build: try build()
    case .obj, .newobjEx, .persid, .ext1, .ext2, .ext4:
      throw .unsupported(
        file: file, rule: "uses the opcode '\(opcode)' of pickles, which state dicts do without")
    }
  }

  private mutating func checkProtocol() throws(WeightsError) {
    let version = try cursor.byte()
    guard version <= 5 else {
      throw .unsupported(
        file: file, rule: "is a pickle of protocol \(version), and 5 is the last read")
    }
  }

  /// Python's `POP` takes a mark where one is on top.
  private mutating func popOne() throws(WeightsError) {
    if (try? top()) == nil { _ = try popToMark() } else { _ = try pop() }
  }

  private mutating func stackGlobal() throws(WeightsError) {
    let names = try pop(2)
    guard case .text(let module) = names[0], case .text(let name) = names[1] else {
      throw cursor.damaged("names a global by something other than two texts")
    }
    try global(module, name)
  }

  // MARK: - Numbers and texts

  private mutating func signed(bytes count: Int) throws(WeightsError) -> Int {
    Int(Int32(truncatingIfNeeded: try cursor.unsigned(bytes: count)))
  }

  /// A two's complement number of any length; none for 0.
  private mutating func long(_ count: Int) throws(WeightsError) -> PickleValue {
    let range = try cursor.take(count)
    guard count <= 8 else { return .long(range) }
    guard count > 0 else { return .int(0) }
    let bits = littleEndian(cursor.data[range])
    let shift = UInt64(64 - 8 * count)
    return .int(Int(Int64(bitPattern: bits << shift) >> Int64(shift)))
  }

  private mutating func bigEndianDouble() throws(WeightsError) -> Double {
    Double(bitPattern: cursor.data[try cursor.take(8)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }

  /// Bytes that are no UTF-8 become replacement characters.
  private mutating func text(lengthBytes: Int) throws(WeightsError) -> PickleValue {
    let range = try cursor.take(try cursor.unsigned(bytes: lengthBytes))
    return .text(String(decoding: cursor.data[range], as: UTF8.self))
  }

  private mutating func bytes(lengthBytes: Int) throws(WeightsError) -> PickleValue {
    .bytes(try cursor.take(try cursor.unsigned(bytes: lengthBytes)))
  }

  private func number(_ text: String) throws(WeightsError) -> Int {
    guard let value = Int(text), value >= 0 else { throw cursor.damaged("has an invalid number") }
    return value
  }

  /// The text forms of protocol 0. Escapes in texts stay as they are written: no tensor's name has
  /// any.
  private mutating func literal(_ opcode: PickleOpcode) throws(WeightsError) -> PickleValue {
    let line = try cursor.line()
    switch opcode {
    case .int where line == "00": return .bool(false)
    case .int where line == "01": return .bool(true)
    case .int, .long:
      let digits = line.hasSuffix("L") ? String(line.dropLast()) : line
      return Int(digits).map { .int($0) } ?? .other
    case .float: return Double(line).map { .float($0) } ?? .other
    case .string:
      guard line.count >= 2, let quote = line.first, quote == line.last, "'\"".contains(quote)
      else { throw cursor.damaged("has a text without quotes") }
      return .text(String(line.dropFirst().dropLast()))
    default: return .text(line)
    }
  }
}
