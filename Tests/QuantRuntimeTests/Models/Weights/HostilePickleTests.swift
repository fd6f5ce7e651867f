import Foundation
import Testing

@testable import QuantRuntime

@Suite("Hostile weight files")
struct HostilePickleTests {
  private func code(_ pickle: [UInt8]) -> String? { code(Data(pickle)) }

  private func code(_ data: Data) -> String? {
    do {
      _ = try WeightFile(name: "t.pth", data: data)
      return nil
    } catch {
      return (error as? any RuntimeFailure)?.code
    }
  }

  @Test("a call of anything but what tensors need is refused by name")
  func refused() {
    for (text, name) in [
      ("cos\nsystem\n(S'true'\ntR.", "os.system"),
      ("(S'true'\nios\nsystem\n.", "os.system"),
      ("cargparse\nNamespace\n)R.", "argparse.Namespace"),
      ("cbuiltins\neval\n(S'1'\ntR.", "builtins.eval"),
      ("ctorch\nload\n(S'1'\ntR.", "torch.load"),
      ("ccollections\nOrderedDict.fromkeys\n.", "collections.OrderedDict.fromkeys"),
    ] {
      #expect(throws: WeightsError.refused(file: "t.pth", global: name)) {
        try WeightFile(name: "t.pth", data: Data(text.utf8))
      }
    }
  }

  @Test("lengths beyond the end of the file are damage")
  func lengths() {
    let long = Array(repeating: UInt8(0xFF), count: 8)
    for opcode in [PickleOpcode.binunicode8, .binbytes8, .bytearray8, .frame] {
      #expect(code([0x80, 4, opcode.rawValue] + long) == "weights.damaged" || opcode == .frame)
    }
    for opcode in [PickleOpcode.binunicode, .binbytes, .binstring, .long4] {
      #expect(code([0x80, 4, opcode.rawValue] + long.prefix(4)) == "weights.damaged")
    }
  }

  @Test("containers that hold themselves and doubling lists end")
  func cycles() {
    // d = {}; d["state_dict"] = d
    var cycle = PickleBuilder()
    cycle.add(.emptyDict)
    cycle.add(.binput, [0])
    cycle.text("state_dict")
    cycle.add(.binget, [0])
    cycle.add(.setitem)
    cycle.add(.stop)
    #expect(code(cycle.bytes) == "weights.empty")
    // A list of two of the list before, a hundred times.
    let laughs: [UInt8] =
      [0x80, 2, 0x5D] + Array(repeating: [0x32, 0x86], count: 100).flatMap { $0 } + [0x2E]
    #expect(code(laughs) == "weights.empty")
    // Mappings of mappings: each copies the one before, and then grows.
    var copies = PickleBuilder()
    copies.add(.emptyDict)
    copies.add(.mark)
    for number in 0..<2000 {
      copies.int(number)
      copies.add(.none)
    }
    copies.add(.setitems)
    copies.add(.binput, [1])
    for _ in 0..<5000 {
      copies.global("collections", "OrderedDict")
      copies.add(.binget, [1])
      copies.add(.tuple1)
      copies.add(.reduce)
    }
    copies.add(.stop)
    #expect(code(copies.bytes) == "weights.limit")
  }

  @Test("a deep stack, deep nesting and many marks have limits")
  func depth() {
    for opcode in [PickleOpcode.none, .mark, .emptyList] {
      let many = [0x80, 2] + Array(repeating: opcode.rawValue, count: 1_100_000) + [0x2E]
      #expect(code(many) == "weights.limit")
    }
    let nested = [0x80, 2, 0x5D] + Array(repeating: UInt8(0x85), count: 200_000) + [0x2E]
    #expect(code(nested) == "weights.empty")
  }

  @Test("memo, stack and kinds are checked")
  func kinds() {
    for pickle: [UInt8] in [
      [0x2E], [0x30, 0x2E], [0x52, 0x2E], [0x68, 5, 0x2E], [0x61, 0x2E], [0x7D, 0x4E, 0x61, 0x2E],
      [0x5D, 0x4E, 0x4E, 0x73, 0x2E], [0x74, 0x2E], [0x28, 0x30, 0x30, 0x2E], [0x4E, 0x51, 0x2E],
      [0x4E, 0x4E, 0x62, 0x2E], [0x28, 0x4E, 0x64, 0x2E], [0xFF, 0x2E],
    ] {
      #expect(code([0x80, 2] + pickle) == "weights.damaged", "\(pickle)")
    }
  }

  @Test("compressed, big-endian and empty archives are named")
  func archives() {
    #expect(code(WeightFileTests.checkpoint(order: "big")) == "weights.unsupported")
    #expect(
      code(ZipBuilder.archive([("a/data.pkl", Data([0x2E]))], method: 8)) == "weights.unsupported")
    #expect(code(ZipBuilder.archive([("a/b", Data())])) == "weights.unsupported")
    #expect(
      code(ZipBuilder.archive([("a/data.pkl", Data()), ("a/data.pkl", Data())]))
        == "weights.damaged")
    #expect(code(Data("<html>".utf8)) == "weights.format")
    #expect(code(Data()) == "weights.format")
  }

  @Test("a file cut anywhere gives a typed error")
  func truncation() {
    let data = WeightFileTests.checkpoint()
    for length in 0..<data.count {
      #expect(code(data.prefix(length)) != nil, "\(length) bytes")
    }
  }

  @Test("damaged files never trap or hang")
  func mutations() {
    var random = RandomStream(seed: 1, purpose: .syntheticData)
    for data in [WeightFileTests.checkpoint(), legacy()] {
      #expect(code(data) == nil)
      for _ in 0..<4000 {
        var damaged = data
        for _ in 0...random.below(3) {
          damaged[random.below(damaged.count)] = UInt8(random.below(256))
        }
        do {
          let file = try WeightFile(name: "t.pth", data: damaged)
          for tensor in file.tensors { _ = file.read(tensor) }
        } catch {
          #expect(error is any RuntimeFailure, "\(error)")
        }
      }
    }
  }

  /// What `torch.save` wrote before PyTorch 1.6.
  private func legacy() -> Data {
    let magic: [UInt8] = [0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
    var root = PickleBuilder()
    root.add(.emptyDict)
    root.text("w")
    root.tensor(key: "9", count: 2, shape: [2], strides: [1])
    root.add(.setitem)
    root.add(.stop)
    var keys = PickleBuilder()
    keys.add(.emptyList)
    keys.text("9")
    keys.add(.append)
    keys.add(.stop)
    var version = PickleBuilder()
    version.int(1001)
    version.add(.stop)
    return Data([0x80, 2] + magic + [0x2E]) + version.bytes + Data([0x80, 2, 0x7D, 0x2E])
      + root.bytes + keys.bytes + Data(PickleBuilder.little(2, 8)) + floats([3, 4])
  }

  @Test("a legacy file is read")
  func legacyFile() throws {
    let file = try WeightFile(name: "t.pth", data: legacy())
    #expect(file.format == .pickle)
    #expect(file.read(file.tensors[0]) == Tensor([2], values: [3, 4]))
  }
}
