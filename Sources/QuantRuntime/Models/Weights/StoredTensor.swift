import Foundation

/// A tensor of a weight file that is not read yet: where its numbers lie, and how.
public struct StoredTensor: Hashable, Sendable {
  public var name: String
  public var shape: Shape
  public var elementType: ElementType
  /// Elements from one index to the next along each axis; 0 or more.
  var strides: [Int]
  /// Byte in the file of element [0, 0, ...].
  var start: Int

  /// A tensor without gaps in row-major order.
  init(contiguous name: String, _ shape: Shape, _ elementType: ElementType, start: Int) {
    self.init(name, shape, elementType, strides: Self.rowMajor(shape), start: start)
  }

  init(_ name: String, _ shape: Shape, _ elementType: ElementType, strides: [Int], start: Int) {
    self.name = name
    self.shape = shape
    self.elementType = elementType
    self.strides = strides
    self.start = start
  }

  /// The numbers as float32 in row-major order.
  ///
  /// - Precondition: whoever made it has checked that all elements lie in `data`, which starts at 0.
  func read(from data: Data) -> Tensor {
    let values = data.withUnsafeBytes { bytes in
      [Float](unsafeUninitializedCapacity: shape.count) { buffer, filled in
        filled = shape.count
        guard strides != Self.rowMajor(shape) || elementType != .float32 else {
          let range = start..<start + 4 * filled
          UnsafeMutableRawBufferPointer(buffer).copyMemory(
            from: UnsafeRawBufferPointer(rebasing: bytes[range]))
          return
        }
        gather(bytes, into: buffer, count: filled)
      }
    }
    return Tensor(shape, values: values)
  }

  /// Counts through the indices like an odometer, the last axis fastest.
  private func gather(
    _ bytes: UnsafeRawBufferPointer, into buffer: UnsafeMutableBufferPointer<Float>, count: Int
  ) {
    var index = Array(repeating: 0, count: shape.rank)
    var element = 0
    for position in 0..<count {
      buffer.initializeElement(
        at: position, to: elementType.number(bytes, at: start + element * elementType.size))
      for axis in index.indices.reversed() {
        index[axis] += 1
        element += strides[axis]
        guard index[axis] == shape[axis] else { break }
        element -= index[axis] * strides[axis]
        index[axis] = 0
      }
    }
  }

  static func rowMajor(_ shape: Shape) -> [Int] {
    var strides = Array(repeating: 1, count: shape.rank)
    for axis in strides.indices.dropLast().reversed() {
      strides[axis] =
        strides[axis + 1].multipliedReportingOverflow(by: shape[axis + 1]).partialValue
    }
    return strides
  }
}
