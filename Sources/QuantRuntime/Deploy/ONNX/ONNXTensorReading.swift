import Foundation
import ONNXProto

extension ONNXTensorProto {
  /// The extents, each checked, and their product small enough that nothing overflows.
  ///
  /// - Throws: `ONNXError.tensor`.
  func checkedShape() throws(ONNXError) -> Shape {
    guard dims.count <= ONNXLimits.rank else {
      throw .tensor(name, rule: "has more than \(ONNXLimits.rank) axes")
    }
    var count: Int64 = 1
    for extent in dims {
      let (product, overflows) = count.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflows, product <= ONNXLimits.elements else {
        throw .tensor(name, rule: "has an extent that no tensor can have")
      }
      count = product
    }
    return Shape(dims.map { Int($0) })
  }

  /// The format of the numbers and where they lie.
  ///
  /// - Throws: `ONNXError.tensor`, `.externalData`.
  func checkedElement() throws(ONNXError) -> ONNXElement {
    guard dataLocation == .default, externalData.isEmpty else { throw .externalData(name) }
    guard let element = ONNXElement(rawValue: dataType) else {
      throw .tensor(name, rule: "holds numbers of type \(dataType), which is not read here")
    }
    return element
  }

  /// The numbers as float32.
  ///
  /// - Throws: `ONNXError.tensor` when they are not as many as the extents say, `.externalData`.
  func tensor() throws(ONNXError) -> Tensor {
    let shape = try checkedShape()
    return Tensor(shape, values: try floats(shape.count))
  }

  private func floats(_ count: Int) throws(ONNXError) -> [Float] {
    switch try checkedElement() {
    case .float where rawData.isEmpty: return try sized(floatData, count)
    case .double where rawData.isEmpty: return try sized(doubleData, count).map { Float($0) }
    case .float: return try words(count, as: UInt32.self).map { Float(bitPattern: $0) }
    case .double: return try words(count, as: UInt64.self).map { Float(Double(bitPattern: $0)) }
    case .float16 where rawData.isEmpty:
      return try sized(int32Data, count).map {
        ElementType.half(UInt16(truncatingIfNeeded: $0))
      }
    case .float16: return try words(count, as: UInt16.self).map { ElementType.half($0) }
    case .uint8, .int8, .int32, .int64, .uint4, .int4: return try integers().map { Float($0) }
    }
  }

  /// The numbers of an integer tensor.
  ///
  /// - Throws: as `tensor()`; `ONNXError.tensor` for one of floats.
  func integers() throws(ONNXError) -> [Int64] {
    let count = try checkedShape().count
    let element = try checkedElement()
    switch element {
    case .int64 where rawData.isEmpty: return try sized(int64Data, count)
    case .int64: return try words(count, as: Int64.self)
    case .int32, .int8, .uint8:
      if rawData.isEmpty { return try sized(int32Data, count).map { Int64($0) } }
      return switch element {
      case .int32: try words(count, as: Int32.self).map { Int64($0) }
      case .int8: try words(count, as: Int8.self).map { Int64($0) }
      default: try words(count, as: UInt8.self).map { Int64($0) }
      }
    case .int4, .uint4: return try halves(count, isSigned: element == .int4)
    case .float, .double, .float16: throw .tensor(name, rule: "holds floats where integers belong")
    }
  }

  private func sized<T>(_ values: [T], _ count: Int) throws(ONNXError) -> [T] {
    guard values.count == count else { throw wrongSize }
    return values
  }

  private func words<T: FixedWidthInteger>(_ count: Int, as type: T.Type) throws(ONNXError) -> [T] {
    guard rawData.count == count * MemoryLayout<T>.size else { throw wrongSize }
    return [T](unsafeUninitializedCapacity: count) { buffer, filled in
      _ = rawData.copyBytes(to: buffer)
      filled = count
    }.map { T(littleEndian: $0) }
  }

  private func halves(_ count: Int, isSigned: Bool) throws(ONNXError) -> [Int64] {
    guard rawData.count == (count + 1) / 2 else { throw wrongSize }
    let bytes = Array(rawData)
    return (0..<count).map { index in
      let half = Int64(index % 2 == 0 ? bytes[index / 2] & 15 : bytes[index / 2] >> 4)
      return isSigned && half > 7 ? half - 16 : half
    }
  }

  private var wrongSize: ONNXError {
    .tensor(name, rule: "has not as many numbers as its extents say")
  }
}
