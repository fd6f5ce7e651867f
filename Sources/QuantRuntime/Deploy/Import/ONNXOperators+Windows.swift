import ONNXProto

/// Operators that slide a window, and those around them that move pixels.
extension ONNXOperators {
  static let convolution: Reading = { node, into in
    let (x, before) = try into.paddedValue(node, 0)
    let weight = try into.tensor(node, 1)
    let input = into.shape(of: x)
    try node.require(
      weight.shape.rank == 4 && input.rank == 3, "needs images and a weight of four axes")
    let window = Window(height: weight.shape[2], width: weight.shape[3])
    if let kernel = try node.ints("kernel_shape") {
      try node.require(
        kernel == [window.height, window.width], "has another 'kernel_shape' than weight")
    }
    let stride = try node.stride(default: 1)
    let padding = try node.padding(window, stride: stride, input: input).adding(before)
    let groups = try node.int("group", default: 1)
    try node.require((1...65_536).contains(groups), "has \(groups) groups")
    let op = Convolution(stride: stride, padding: padding, groups: Int(groups))
    try node.require(op.isInRange, "has strides or padding out of range")
    let module = into.module(for: node, weight: 1)
    var operands = [x, try into.parameter(module, "weight", weight, .weight)]
    if node.input(2) != nil {
      operands.append(try into.parameter(module, "bias", into.tensor(node, 2), .bias))
    }
    into.define(node, try into.append(.convolution(op), operands, name: module))
  }

  static let maxPool: Reading = { node, into in try pool(.max, node, &into) }
  static let averagePool: Reading = { node, into in try pool(.average, node, &into) }

  private static func pool(
    _ kind: Pool.Kind, _ node: ONNXNode, _ into: inout ONNXImport
  ) throws {
    let x = try into.value(node, 0)
    let input = into.shape(of: x)
    try node.require(input.rank == 3, "needs images")
    let kernel = try node.ints("kernel_shape") ?? []
    try node.require(
      kernel.count == 2 && kernel[0] == kernel[1] && (1...16_384).contains(kernel[0]),
      "needs a square window")
    let stride = try node.stride(default: 1)
    let window = Window(height: kernel[0], width: kernel[1])
    let padding = try node.padding(window, stride: stride, input: input)
    try node.require(
      padding == Padding(padding.top) && padding.top < kernel[0] && padding.top <= 64,
      "needs the same padding on all sides, less than its window")
    let pool = Pool(kind, window: kernel[0], stride: stride, padding: padding.top)
    try node.require(
      kind == .max || padding.top == 0 || (try node.int("count_include_pad", default: 0)) == 0,
      "counts padding in its averages")
    if try node.int("ceil_mode", default: 0) != 0 {
      let rests = [input[1], input[2]].map { ($0 + 2 * padding.top - kernel[0]) % stride }
      try node.require(rests == [0, 0], "rounds its extents up")
    }
    try node.require(node.proto.output.count == 1, "gives the places of its maxima")
    try into.append(.pool(pool), [x], for: node)
  }

  /// Zeros around pixels, which belong to the convolution that reads them, or around channels.
  static let pad: Reading = { node, into in
    let x = try into.value(node, 0)
    let input = into.shape(of: x)
    try node.require(input.rank == 3, "needs images")
    let pads = try padding(node, into)
    guard pads.pixels == Padding(0) else {
      try node.require(pads.before == 0 && pads.after == 0, "pads pixels and channels at once")
      return into.define(node, x, padding: pads.pixels)
    }
    let shortcut = PaddedShortcut(
      stride: 1, before: pads.before, channels: input[0] + pads.before + pads.after)
    try into.append(.paddedShortcut(shortcut), [x], for: node)
  }

  /// The zeros that a `Pad` node puts around pixels, before and after channels. They are an attribute
  /// before opset 11.
  private static func padding(
    _ node: ONNXNode, _ into: ONNXImport
  ) throws -> (pixels: Padding, before: Int, after: Int) {
    let mode = node.text("mode") ?? "constant"
    try node.require(mode == "constant", "pads with other than a constant")
    let value = try into.scalar(node, 2) ?? node.float("value", default: 0)
    try node.require(value == 0, "pads with \(value), not 0")
    try node.require(node.input(3) == nil, "names the axes that it pads")
    let given = try into.constant(node, 1)?.integers().map { Int(clamping: $0) }
    let pads = try given ?? node.ints("pads") ?? []
    try node.require(
      pads.count == 8 && pads[0] == 0 && pads[4] == 0
        && pads.allSatisfy { (0...65_536).contains($0) },
      "needs padding of images that is not negative")
    let pixels = Padding(top: pads[2], left: pads[3], bottom: pads[6], right: pads[7])
    return (pixels, pads[1], pads[5])
  }

  /// Only every n-th pixel from the first on, as in the shortcuts of small ResNets.
  static let slice: Reading = { node, into in
    let x = try into.value(node, 0)
    let input = into.shape(of: x)
    let lists = try (1...4).map { (try into.constant(node, $0)?.integers()) ?? [] }
    let (starts, ends, axes, steps) = (lists[0], lists[1], lists[2], lists[3])
    try node.require(
      input.rank == 3 && axes == [2, 3] && starts == [0, 0] && ends.count == 2
        && ends[0] >= input[1] && ends[1] >= input[2] && steps.count == 2 && steps[0] == steps[1]
        && (1...64).contains(steps[0]),
      "takes other pixels than every n-th of each row and column")
    var shortcut = PaddedShortcut(stride: Int(steps[0]), before: 0, channels: input[0])
    guard let pad = into.onlyReader(of: node, "Pad"),
      let pads = try? padding(pad.node, into), pads.pixels == Padding(0)
    else { return try into.append(.paddedShortcut(shortcut), [x], for: node) }
    into.takeOver(pad.position)
    shortcut.before = pads.before
    shortcut.channels += pads.before + pads.after
    try into.append(.paddedShortcut(shortcut), [x], for: pad.node)
  }
}

/// Extents of a window.
private struct Window {
  var height: Int
  var width: Int
}

extension ONNXNode {
  /// One stride for both axes; no dilation.
  fileprivate func stride(default value: Int) throws(ONNXError) -> Int {
    let strides = try ints("strides") ?? [value, value]
    try require(
      strides.count == 2 && strides[0] == strides[1] && (1...16_384).contains(strides[0]),
      "needs one stride for height and width")
    try require(try (ints("dilations") ?? [1, 1]).allSatisfy { $0 == 1 }, "has a dilated window")
    return strides[0]
  }

  /// The zeros on each side, from `pads` or by the rule that `auto_pad` names.
  fileprivate func padding(
    _ window: Window, stride: Int, input: Shape
  ) throws(ONNXError) -> Padding {
    let rule = text("auto_pad") ?? "NOTSET"
    switch rule {
    case "NOTSET":
      let pads = try ints("pads") ?? [0, 0, 0, 0]
      try require(
        pads.count == 4 && pads.allSatisfy { (0...16_384).contains($0) },
        "needs four paddings that are not negative")
      return Padding(top: pads[0], left: pads[1], bottom: pads[2], right: pads[3])
    case "VALID": return Padding(0)
    case "SAME_UPPER", "SAME_LOWER":
      func total(_ extent: Int, _ window: Int) -> Int {
        max(((extent + stride - 1) / stride - 1) * stride + window - extent, 0)
      }
      let (rows, columns) = (total(input[1], window.height), total(input[2], window.width))
      let isUpper = rule == "SAME_UPPER"
      let (top, left) =
        isUpper ? (rows / 2, columns / 2) : ((rows + 1) / 2, (columns + 1) / 2)
      return Padding(top: top, left: left, bottom: rows - top, right: columns - left)
    default: throw failure("has a rule for padding that is not known")
    }
  }
}

extension Padding {
  fileprivate func adding(_ other: Padding) -> Padding {
    Padding(
      top: top + other.top, left: left + other.left, bottom: bottom + other.bottom,
      right: right + other.right)
  }
}

extension Convolution {
  fileprivate var isInRange: Bool {
    (1...64).contains(stride)
      && [padding.top, padding.left, padding.bottom, padding.right].allSatisfy { $0 <= 64 }
  }
}
