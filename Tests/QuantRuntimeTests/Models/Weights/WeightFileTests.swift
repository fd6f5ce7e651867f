import Foundation
import Testing

@testable import QuantRuntime

@Suite("Weight files")
struct WeightFileTests {
  /// A state dict of one 2x3 tensor, and settings that are none.
  static func checkpoint(
    count: Int = 6, offset: Int = 0, shape: [Int] = [2, 3], strides: [Int] = [3, 1],
    storage: String = "FloatStorage", content: Data? = nil, order: String = "little"
  ) -> Data {
    var pickle = PickleBuilder()
    pickle.add(.emptyDict)
    pickle.add(.mark)
    pickle.text("epoch")
    pickle.int(7)
    pickle.text("w")
    pickle.tensor(
      key: "0", storage: storage, count: count, offset: offset, shape: shape, strides: strides)
    pickle.add(.setitems)
    pickle.add(.stop)
    return ZipBuilder.checkpoint(
      pickle.bytes, storages: [("0", content ?? floats([0, 1, 2, 3, 4, 5]))], order: order)
  }

  private func read(_ data: Data) throws -> Tensor {
    let file = try WeightFile(name: "t.pth", data: data)
    return file.read(try #require(file.tensors.first))
  }

  @Test("a tensor of an archive is read, and what is none is passed over")
  func zip() throws {
    let file = try WeightFile(name: "t.pth", data: Self.checkpoint())
    #expect(file.tensors.map(\.name) == ["w"])
    #expect(file.format == .zip)
    #expect(try read(Self.checkpoint()) == Tensor([2, 3], values: [0, 1, 2, 3, 4, 5]))
  }

  @Test("strides are followed")
  func strides() throws {
    #expect(
      try read(Self.checkpoint(shape: [3, 2], strides: [1, 3])).values == [0, 3, 1, 4, 2, 5])
    #expect(try read(Self.checkpoint(offset: 1, shape: [2], strides: [4])).values == [1, 5])
    #expect(try read(Self.checkpoint(shape: [3], strides: [0])).values == [0, 0, 0])
    #expect(try read(Self.checkpoint(shape: [], strides: [])).values == [0])
    #expect(try read(Self.checkpoint(shape: [0, 4], strides: [4, 1])).values == [])
  }

  @Test("a view that leaves its storage, or is larger than it, is an error")
  func badViews() {
    let views: [(Int, [Int], [Int])] = [
      (1, [2, 3], [3, 1]), (0, [2, 3], [4, 1]), (0, [7], [0]), (-1, [1], [1]), (0, [-1], [1]),
      (0, [2], [-1]), (0, [2, 3], [1]), (6, [1], [1]),
      (0, [2_000_000_000, 2_000_000_000, 2_000_000_000, 0], [1, 1, 1, 1]),
      (2_000_000_000, [2], [2_000_000_000]),
    ]
    for (offset, shape, strides) in views {
      let data = Self.checkpoint(offset: offset, shape: shape, strides: strides)
      #expect("\(shape) \(strides)") {
        try WeightFile(name: "t.pth", data: data)
      } throws: { error in
        (error as? WeightsError)?.code == "weights.storage"
      }
    }
  }

  @Test("every element type becomes float32")
  func elementTypes() throws {
    let cases: [(String, Int, [UInt8], Float)] = [
      ("DoubleStorage", 8, [0, 0, 0, 0, 0, 0, 0xF8, 0x3F], 1.5),
      ("HalfStorage", 2, [0x00, 0xC1], -2.5), ("HalfStorage", 2, [0x01, 0x00], 0x1p-24),
      ("HalfStorage", 2, [0x00, 0x7C], .infinity), ("HalfStorage", 2, [0xFF, 0x7B], 65504),
      ("BFloat16Storage", 2, [0xC0, 0x3F], 1.5),
      ("LongStorage", 8, [0xFE] + Array(repeating: 0xFF, count: 7), -2),
      ("IntStorage", 4, [0xFD, 0xFF, 0xFF, 0xFF], -3), ("ShortStorage", 2, [0, 0x80], -32768),
      ("CharStorage", 1, [0x80], -128), ("ByteStorage", 1, [0x80], 128),
      ("BoolStorage", 1, [1], 1),
    ]
    for (storage, _, content, value) in cases {
      let data = Self.checkpoint(
        count: 1, shape: [1], strides: [1], storage: storage, content: Data(content))
      #expect(try read(data).values == [value], "\(storage)")
    }
  }

  @Test("a wrapped state dict is found, the preferred one first, and prefixes go")
  func wrappers() throws {
    var pickle = PickleBuilder()
    pickle.add(.emptyDict)
    for (wrapper, key) in [("ema", "0"), ("model", "1")] {
      pickle.text(wrapper)
      pickle.add(.emptyDict)
      pickle.text("module._orig_mod.w")
      pickle.tensor(key: key, count: 1, shape: [1], strides: [1])
      pickle.add(.setitem)
      pickle.add(.setitem)
    }
    pickle.add(.stop)
    let data = ZipBuilder.checkpoint(
      pickle.bytes, storages: [("0", floats([1])), ("1", floats([2]))])
    let file = try WeightFile(name: "t.pth", data: data)
    #expect(file.tensors.map(\.name) == ["w"])
    #expect(file.read(file.tensors[0]).values == [2])
    #expect(
      file.notes == [
        "taken from 'model' and not from 'ema'", "'module.' removed from the names",
        "'_orig_mod.' removed from the names",
      ])
  }

  @Test("safetensors of other programs are read in any type")
  func safeTensors() throws {
    let header = #"{"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#
    let data =
      Data(PickleBuilder.little(header.utf8.count, 8)) + Data(header.utf8) + [0, 0x3C, 0, 0xC0]
    #expect(try read(data).values == [1, -2])
  }

  @Test("the fingerprint is SHA-256")
  func sha256() throws {
    // The examples of FIPS 180-4 and, for lengths around a block, Python's hashlib.
    #expect(
      try SHA256.hash(Data("abc".utf8))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      try SHA256.hash(Data()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      try SHA256.hash(Data(repeating: 97, count: 55))
        == "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318")
    #expect(
      try SHA256.hash(Data(repeating: 97, count: 56))
        == "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a")
    #expect(
      try SHA256.hash(Data(repeating: 97, count: 64))
        == "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb")
    #expect(
      try SHA256.hash(Data(repeating: 97, count: 119))
        == "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb")
  }
}
