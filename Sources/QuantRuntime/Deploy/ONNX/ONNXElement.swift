import Foundation
import ONNXProto

/// The number formats of ONNX tensors that mqsh writes or reads, with their codes in
/// `TensorProto.DataType`.
enum ONNXElement: Int32, Hashable, Sendable, CaseIterable {
  case float = 1
  case uint8 = 2
  case int8 = 3
  case int32 = 6
  case int64 = 7
  case float16 = 10
  case double = 11
  /// Two in a byte, the first in the low half; opset 21 and later.
  case uint4 = 21
  case int4 = 22

  /// Bits of one number.
  var bits: Int {
    switch self {
    case .int64, .double: 64
    case .float, .int32: 32
    case .float16: 16
    case .int8, .uint8: 8
    case .int4, .uint4: 4
    }
  }

  /// Bytes of raw data that `count` numbers take.
  func byteCount(_ count: Int) -> Int { (count * bits + 7) / 8 }

  /// The integers that it holds; nil for numbers that are not integers, or wider than 32 bits.
  var range: ClosedRange<Int>? {
    switch self {
    case .uint8: 0...255
    case .int8: -128...127
    case .uint4: 0...15
    case .int4: -8...7
    case .int32: Int(Int32.min)...Int(Int32.max)
    case .float, .int64, .float16, .double: nil
    }
  }

  /// The eight bits that hold any grid.
  static func container(_ spec: QuantSpec) -> ONNXElement {
    spec.sign == .unsigned ? .uint8 : .int8
  }

  /// The four bits that hold a grid of four; nil for other grids and for opsets without such numbers.
  static func half(_ spec: QuantSpec, opset: Int) -> ONNXElement? {
    guard spec.bits == 4, opset >= 21 else { return nil }
    return spec.sign == .unsigned ? .uint4 : .int4
  }
}

extension ONNXTensorProto {
  init(_ name: String, _ shape: Shape, _ element: ONNXElement, raw: Data) {
    self.init()
    self.name = name
    dims = shape.dimensions.map(Int64.init)
    dataType = element.rawValue
    rawData = raw
  }

  static func floats(_ name: String, _ tensor: Tensor) -> ONNXTensorProto {
    ONNXTensorProto(name, tensor.shape, .float, raw: littleEndian(tensor.values.map(\.bitPattern)))
  }

  static func scalar(_ name: String, _ value: Float) -> ONNXTensorProto {
    floats(name, Tensor(scalar: value))
  }

  /// A list of numbers that an operator takes as an operand: sizes, axes, places.
  static func int64s(_ name: String, _ values: [Int64]) -> ONNXTensorProto {
    ONNXTensorProto(name, [values.count], .int64, raw: littleEndian(values))
  }

  /// Integers of a grid, or of a bias.
  ///
  /// - Precondition: the element holds them all.
  static func integers(
    _ name: String, _ shape: Shape, _ element: ONNXElement, _ values: [Int32]
  ) -> ONNXTensorProto {
    let raw =
      switch element.bits {
      case 4: packed(values)
      case 8: Data(values.map { UInt8(truncatingIfNeeded: $0) })
      default: littleEndian(values)
      }
    return ONNXTensorProto(name, shape, element, raw: raw)
  }

  private static func littleEndian<T: FixedWidthInteger>(_ values: [T]) -> Data {
    values.map(\.littleEndian).withUnsafeBytes { Data($0) }
  }

  private static func packed(_ values: [Int32]) -> Data {
    Data(
      stride(from: 0, to: values.count, by: 2).map { index in
        let high = index + 1 < values.count ? values[index + 1] : 0
        return UInt8(truncatingIfNeeded: values[index] & 15 | (high & 15) << 4)
      })
  }
}
