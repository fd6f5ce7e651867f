import Foundation
import ONNXProto
import Testing

@testable import QuantRuntime

/// Damaged ONNX files, made of whole ones by changing bytes or fields. Each is read or refused with an
/// error that has words; nothing may trap, hang or take memory without bound.
@Suite("Damaged ONNX files", .serialized)
struct ONNXFuzzTests {
  private static let seconds =
    ProcessInfo.processInfo.environment["MQ_FUZZ_SECONDS"].flatMap { Double($0) } ?? 10
  /// Far below what one hostile length could ask for.
  private static let memoryLimit = 6 << 30

  @Test("are read or refused")
  func run() throws {
    let whole = try Self.wholeFiles()
    let clock = ContinuousClock()
    let end = clock.now + .seconds(min(Self.seconds, 10))
    var (number, readable) = (UInt64(0), 0)
    while clock.now < end || number < 500 {
      var damage = Damage(number)
      let data = try damage.damaged(whole[Int(number) % whole.count])
      do {
        _ = try ONNXModelFile.decode(data, name: "fuzz")
        readable += 1
      } catch let failure as any RuntimeFailure {
        #expect(!failure.message.isEmpty && !failure.message.contains("\n"), "input \(number)")
      }
      // The reader of our own files is for trusted bytes, and has to stand anything all the same.
      _ = try? ONNXImport.network(
        ONNXFile.decode(data), ONNXOperators.integers, byteCount: data.count)
      number += 1
    }
    #expect(Self.residentBytes < Self.memoryLimit)
    print("damaged ONNX files: \(number), of which \(readable) are networks")
    #expect(readable > 0)
  }

  @Test("a file of empty messages takes no memory")
  func messages() throws {
    var file = Data([8, 7, 0x42, 2, 0x10, 13])
    let nodes = Data((0..<300_000).flatMap { _ in [UInt8(0x0A), 0] })
    file += [0x3A] + Self.varint(UInt64(nodes.count)) + nodes
    #expect(throws: ONNXError.limit(rule: "has at most \(ONNXLimits.messages) parts")) {
      _ = try ONNXFile.decode(file)
    }
    // A group, which could hide messages from the count.
    #expect(throws: ONNXError.damaged) { _ = try ONNXFile.decode(Data([0x0B, 0x0C])) }
    #expect(throws: ONNXError.damaged) { _ = try ONNXFile.decode(Data()) }
  }

  private static func varint(_ value: UInt64) -> [UInt8] {
    value < 128 ? [UInt8(value)] : [UInt8(value & 127) | 128] + varint(value >> 7)
  }

  /// Small networks with every operator, float and quantized.
  private static func wholeFiles() throws -> [Data] {
    var net = NetworkBuilder(input: [2, 8, 8])
    var x = net.convolution(net.input, channels: 4, window: 3, name: "conv1")
    x = net.relu6(net.batchNorm(x, name: "bn1"), name: "relu6")
    x = net.maxPool(x, window: 3, stride: 2, padding: 1, name: "pool")
    let y = net.relu(net.depthwise(x, window: 3, stride: 1, name: "conv2"), name: "relu")
    x = net.concatenate([net.add(x, y, name: "add"), y], name: "join")
    x = net.paddedShortcut(x, channels: 12, stride: 2, name: "shortcut")
    let logits = net.classifier(x, classes: 3, name: "fc")
    let graph = net.finished(output: logits)
    let model = Model(name: "tiny", graph: graph, state: initialState(of: graph, seed: 1))
    let quantized = try DeployHarness.quantized(model, backend: "academic", bits: 4)
    let torch = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Fixtures/onnx_torch_names.onnx")
    return try [
      DeployHarness.encoded(model), Data(contentsOf: torch), DeployHarness.encoded(quantized),
    ]
  }

  /// Memory of this process that is in use.
  private static var residentBytes: Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * Int(getpagesize())
  }
}

/// Changes of a file, drawn from the number of an input.
private struct Damage {
  private var stream: RandomStream
  private static let numbers: [Int64] = [
    0, 1, -1, 2, 3, 6, 64, 65_536, 1 << 31, 1 << 32, .max, .min, 1 << 62,
  ]

  init(_ number: UInt64) {
    stream = RandomStream(seed: number, purpose: .syntheticData)
  }

  private mutating func below(_ count: Int) -> Int {
    min(Int(stream.uniform(0, Float(max(count, 1)))), max(count - 1, 0))
  }

  mutating func damaged(_ data: Data) throws -> Data {
    if below(2) == 0 { return bytes(of: data) }
    var model = try ONNXModelProto(serializedBytes: data)
    for _ in 0...below(3) { change(&model.graph) }
    if below(20) == 0 { model.opsetImport[0].version = Self.numbers[below(Self.numbers.count)] }
    let result = try ONNXFile.encode(model)
    return below(8) == 0 ? bytes(of: result) : result
  }

  private mutating func bytes(of data: Data) -> Data {
    var bytes = Array(data)
    for _ in 0...below(4) {
      guard !bytes.isEmpty else { break }
      let place = below(bytes.count)
      switch below(5) {
      case 0: bytes[place] = UInt8(below(256))
      case 1: bytes[place] ^= UInt8(1 << below(8))
      case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + below(16)))
      case 3: bytes.insert(contentsOf: (0...below(8)).map { _ in 255 }, at: place)
      default: bytes.removeLast(bytes.count - place)
      }
    }
    return Data(bytes)
  }

  private mutating func change(_ graph: inout ONNXGraphProto) {
    guard !graph.node.isEmpty, !graph.initializer.isEmpty else { return }
    let (node, other) = (below(graph.node.count), below(graph.node.count))
    let tensor = below(graph.initializer.count)
    let number = Self.numbers[below(Self.numbers.count)]
    switch below(14) {
    case 0: graph.node.swapAt(node, other)
    case 1: graph.node.remove(at: node)
    case 2: graph.node.insert(graph.node[other], at: node)
    case 3: graph.node[node].opType = graph.node[other].opType
    case 4: graph.node[node].input = graph.node[other].output
    case 5: graph.node[node].input.append(graph.initializer[tensor].name)
    case 6: graph.node[node].attribute = graph.node[other].attribute
    case 7:
      for index in graph.node[node].attribute.indices {
        graph.node[node].attribute[index].i = number
        let count = graph.node[node].attribute[index].ints.count
        if count > 0 { graph.node[node].attribute[index].ints[below(count)] = number }
      }
    case 8 where !graph.initializer[tensor].dims.isEmpty:
      graph.initializer[tensor].dims[below(graph.initializer[tensor].dims.count)] = number
    case 9: graph.initializer[tensor].dims.append(number)
    case 10: graph.initializer[tensor].dataType = Int32(below(24))
    case 11:
      graph.initializer[tensor].rawData.removeLast(
        min(graph.initializer[tensor].rawData.count, below(9)))
    case 12: graph.input[0].type.tensorType.shape.dim[1 + below(3)].dimValue = number
    default: graph.node[node].output = [graph.node[other].name]
    }
  }
}
