import Testing

@testable import Interpreter

@Suite("what the machine relies on")
struct RegistersTests {
  /// `Registers.object` reads what a value holds at its beginning, and the tag behind it.
  @Test("a value keeps its object at its beginning")
  func layout() throws {
    #expect(MemoryLayout<Value>.size == 9)
    #expect(MemoryLayout<Value>.stride == 16)
    let register = Registers.allocate(capacity: 1)
    defer { register.deinitialize(count: 1).deallocate() }
    let text = Text.make("mqsh")
    register.initialize(to: .string(text))
    #expect(register.object(Text.self).takeUnretainedValue() === text)
    let list = try List([.int(1)])
    register.pointee = .list(list)
    #expect(register.object(List.self).takeUnretainedValue() === list)
    let record = try Record.make(["a"], [.nil])
    register.pointee = .record(record)
    #expect(register.object(Record.self).takeUnretainedValue() === record)
    let box = Box(.nil)
    register.pointee = .box(box)
    #expect(register.object(Box.self).takeUnretainedValue() === box)
    // Every case of one kind and no other has the same tag.
    let samples: [Value] = [
      .bool(true), .int(1), .float(1), .string(text), .list(list), .range(IntRange(0, 1)),
      .record(record), .box(box), .nil,
    ]
    let tags = samples.map { sample in
      register.pointee = sample
      return UnsafeRawPointer(register).load(fromByteOffset: 8, as: UInt8.self)
    }
    #expect(Set(tags).count == samples.count)
  }

  @Test("registers know their sole owner, and release what they held")
  func ownership() throws {
    let register = Registers.allocate(capacity: 2)
    register.initialize(repeating: .nil, count: 2)
    defer { register.deinitialize(count: 2).deallocate() }
    register.set(Value.list(try List([.int(1)])))
    #expect(register.isSoleOwner(of: List.self))
    (register + 1).set(register)
    #expect(!register.isSoleOwner(of: List.self))
    (register + 1).set(7)
    #expect(register.isSoleOwner(of: List.self))
    weak var text: Text?
    do {
      let made = Text.make("gone soon")
      text = made
      (register + 1).set(Value.string(made))
    }
    #expect(text != nil)
    (register + 1).clear(1)
    #expect(text == nil)
    weak var list: List?
    do {
      if case .list(let held) = register.pointee { list = held }
    }
    #expect(list != nil)
    register.set(1.5)
    #expect(list == nil)
  }
}
