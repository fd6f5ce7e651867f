import CKernels

/// The passes that look at several pixels or channels.
enum PlanePass {
  /// `[C, H, W]` images to pixels.
  static func images(_ node: String, _ x: Buffer, _ y: CodeValue) -> RowStep {
    let layout = y.layout
    let plane = layout.height * layout.width
    return RowStep(node: node, label: "images", inputs: [], y: y) { image, row in
      let source = x.floats + image * layout.channels * plane + row * layout.width
      let target = y.reals(image, row)
      for column in 0..<layout.width {
        for channel in 0..<layout.channels {
          target[column * layout.pixel + channel] = source[channel * plane + column]
        }
      }
    }
  }

  /// `[C, H, W]` images to their codes, with nothing in between.
  static func quantizedImages(
    _ node: String, _ x: Buffer, _ y: CodeValue, _ range: mq_code_range
  ) -> RowStep {
    let layout = y.layout
    let plane = layout.height * layout.width
    return RowStep(node: node, label: "quantize", inputs: [], y: y) { image, row in
      mq_code_quantize_planes(
        x.floats + image * layout.channels * plane + row * layout.width, plane, layout.channels,
        y.scale, range, y.codes(image, row), layout.pixel, layout.width)
    }
  }

  static func maxPool(_ node: String, _ x: CodeValue, _ y: CodeValue, _ pool: Pool) -> RowStep {
    let window = mq_pool_window(
      height: x.layout.height, width: x.layout.width, pixel: x.layout.pixel, row: x.layout.row,
      window: pool.window, stride: pool.stride, padding: pool.padding)
    return RowStep(node: node, label: "max pool", inputs: [x], y: y) { image, row in
      if case .real = y.type {
        mq_real_max_row(x.reals(image, 0), window, row, y.reals(image, row), y.layout.width)
      } else {
        mq_code_max_row(x.codes(image, 0), window, row, y.codes(image, row), y.layout.width)
      }
    }
  }

  static func realAveragePool(
    _ node: String, _ x: CodeValue, _ y: CodeValue, _ pool: Pool
  ) -> RowStep {
    let pixel = y.layout.pixel
    return RowStep(node: node, label: "float mean", inputs: [x], y: y) { image, row in
      for column in 0..<y.layout.width {
        let target = y.reals + y.layout.place(image, row, column)
        target.update(repeating: 0, count: pixel)
        var count = 0
        x.layout.forWindow(of: pool, row, column) { inputRow, inputColumn in
          mq_real_sum(
            x.reals + x.layout.place(image, inputRow, inputColumn), target, pixel)
          count += 1
        }
        for channel in 0..<pixel { target[channel] /= Float(count) }
      }
    }
  }

  /// One image after the other: sums or means over all pixels, `[C, 1, 1]`.
  static func wholePlane(_ node: String, _ x: CodeValue, _ y: CodeValue) -> RowStep {
    let pixel = y.layout.pixel
    let label = if case .real = y.type { "float mean" } else { "sum over pixels" }
    return RowStep(node: node, label: label, inputs: [x], y: y) { image, _ in
      let place = y.layout.place(image, 0)
      if case .real = y.type {
        let target = y.reals + place
        target.update(repeating: 0, count: pixel)
        x.layout.forPixels(image) { mq_real_sum(x.reals + $0, target, pixel) }
        let count = Float(x.layout.height * x.layout.width)
        for channel in 0..<pixel { target[channel] /= count }
      } else {
        let target = y.sums + place
        target.update(repeating: 0, count: pixel)
        x.layout.forPixels(image) { mq_code_sum(x.codes + $0, x.storedZero, target, pixel) }
      }
    }
  }

  static func concatenate(_ node: String, _ parts: [CodeValue], _ y: CodeValue) -> RowStep {
    RowStep(node: node, label: "concatenate", inputs: parts, y: y) { image, row in
      for column in 0..<y.layout.width {
        var target = y.layout.place(image, row, column)
        for part in parts {
          part.copy(part.layout.place(image, row, column), to: y, target, part.layout.channels)
          target += part.layout.channels
        }
      }
    }
  }

  static func paddedShortcut(
    _ node: String, _ x: CodeValue, _ y: CodeValue, _ shortcut: PaddedShortcut
  ) -> RowStep {
    RowStep(node: node, label: "padded shortcut", inputs: [x], y: y) { image, row in
      for column in 0..<y.layout.width {
        let target = y.layout.place(image, row, column)
        if case .real = y.type {
          (y.reals + target).update(repeating: 0, count: y.layout.channels)
        } else {
          (y.codes + target).update(
            repeating: UInt8(truncatingIfNeeded: y.storedZero), count: y.layout.channels)
        }
        x.copy(
          x.layout.place(image, row * shortcut.stride, column * shortcut.stride), to: y,
          target + shortcut.before, x.layout.channels)
      }
    }
  }
}

extension CodeValue {
  fileprivate func copy(_ source: Int, to y: CodeValue, _ target: Int, _ count: Int) {
    if case .real = type {
      (y.reals + target).update(from: reals + source, count: count)
    } else {
      (y.codes + target).update(from: codes + source, count: count)
    }
  }
}

extension CodeLayout {
  /// Calls `body` with the pixels of a pool's window that are not padding, in order.
  fileprivate func forWindow(of pool: Pool, _ row: Int, _ column: Int, _ body: (Int, Int) -> Void) {
    for y in row * pool.stride - pool.padding..<row * pool.stride - pool.padding + pool.window
    where y >= 0 && y < height {
      for x in column * pool.stride - pool.padding..<column * pool.stride - pool.padding
        + pool.window
      where x >= 0 && x < width {
        body(y, x)
      }
    }
  }

  /// Calls `body` with the place of every pixel of an image, in order.
  fileprivate func forPixels(_ image: Int, _ body: (Int) -> Void) {
    for y in 0..<height {
      for x in 0..<width { body(place(image, y, x)) }
    }
  }
}
