import Foundation

@testable import QuantRuntime

/// The plain meaning of a graph in Double: nested loops, no layouts, no fusion, no shared code with
/// the engine. Training mode: batch norm uses the batch's statistics.
///
/// Fake quantization is evaluated once for real; after that each element keeps its rounding residual
/// and its side of the grid (`frozen`), which makes the network differentiable: the difference
/// quotient of what remains is the straight-through gradient.
struct ReferenceNetwork {
  let graph: Graph
  let types: [ValueType]
  let batch: Int
  let images: [Double]
  let labels: [Int]
  let smoothing: Double
  let isNormFrozen: Bool
  let dropoutSeed: UInt64
  /// For each fake-quant node, what to add to x / s, or the fixed level of a clipped element.
  private var frozen: [Int: [Frozen]] = [:]
  /// Running variances, by node, as moments of the batch left them: constants to the gradient.
  private var updated: [Int: [Double]] = [:]

  private enum Frozen {
    case residual(Double)
    case level(Double)
  }

  init(
    _ graph: Graph, batch: Int, images: [Double], labels: [Int], smoothing: Double,
    isNormFrozen: Bool = false, dropoutSeed: UInt64 = 0, state: [String: [Double]]
  ) throws {
    self.graph = graph
    types = try graph.types()
    self.batch = batch
    self.images = images
    self.labels = labels
    self.smoothing = smoothing
    self.isNormFrozen = isNormFrozen
    self.dropoutSeed = dropoutSeed
    let values = evaluate(state, isFreezing: true)
    for id in graph.ids {
      if case .moments = graph[id].op {
        let running = graph[id].inputs[1].index
        updated[running] = values[running]
      }
      guard case .fakeQuant(let quantizer) = graph[id].op else { continue }
      let inputs = graph[id].inputs.map { values[$0.index] }
      frozen[id.index] = freeze(quantizer, inputs, shape: types[graph[id].inputs[0].index])
    }
  }

  /// The mean loss for a state.
  func loss(_ state: [String: [Double]]) -> Double {
    let logits = evaluate(state, isFreezing: false)[graph.output.index]
    let classes = logits.count / batch
    var total = 0.0
    for n in 0..<batch {
      let row = Array(logits[n * classes..<(n + 1) * classes])
      let largest = row.max() ?? 0
      let logZ = largest + log(row.reduce(0) { $0 + exp($1 - largest) })
      for k in 0..<classes {
        let target = smoothing / Double(classes) + (k == labels[n] ? 1 - smoothing : 0)
        total -= target * (row[k] - logZ)
      }
    }
    return total / Double(batch)
  }

  /// Central difference of the loss by one number of the state.
  func derivative(_ state: [String: [Double]], _ name: String, _ index: Int) -> Double {
    // Small, so that no activation changes sides; Double leaves about 1e-9 of rounding error.
    let step = 1e-7
    var above = state
    var below = state
    above[name]?[index] += step
    below[name]?[index] -= step
    return (loss(above) - loss(below)) / (2 * step)
  }

  private func evaluate(_ state: [String: [Double]], isFreezing: Bool) -> [[Double]] {
    var values: [[Double]] = []
    for id in graph.ids {
      let node = graph[id]
      let x = node.inputs.map { values[$0.index] }
      let shapes = node.inputs.map { types[$0.index].shape }
      switch node.op {
      case .input: values.append(images)
      case .parameter(let entry), .buffer(let entry): values.append(state[entry.name] ?? [])
      case .convolution(let convolution):
        values.append(convolve(x, shapes, convolution, types[id.index].shape))
      case .linear: values.append(multiply(x, shapes))
      case .batchNorm(let norm): values.append(normalize(x, shapes[0], norm))
      case .activation(.relu): values.append(x[0].map { max($0, 0) })
      case .activation(.relu6): values.append(x[0].map { min(max($0, 0), 6) })
      case .add: values.append(zip(x[0], x[1]).map(+))
      case .concatenate: values.append(concatenate(x, shapes))
      case .pool(let pool): values.append(self.pool(x[0], shapes[0], pool, types[id.index].shape))
      case .globalAveragePool:
        let plane = shapes[0][1] * shapes[0][2]
        values.append(
          stride(from: 0, to: x[0].count, by: plane).map { start in
            x[0][start..<start + plane].reduce(0, +) / Double(plane)
          })
      case .flatten: values.append(x[0])
      case .dropout(let rate): values.append(dropOut(x[0], rate))
      case .randomChoice(let rate): values.append(choose(x[0], x[1], rate))
      case .paddedShortcut(let shortcut):
        values.append(self.shortcut(x[0], shapes[0], shortcut, types[id.index].shape))
      case .fakeQuant(let quantizer):
        let levels =
          isFreezing
          ? freeze(quantizer, x, shape: types[node.inputs[0].index]) : frozen[id.index] ?? []
        values.append(thaw(levels, x, shape: types[node.inputs[0].index]))
      case .weightTransform(let transform): values.append(transformed(x[0], transform))
      case .moments(let momentum):
        let found = moments(x, shapes)
        values.append(found)
        guard x.count > 2, !isNormFrozen else { continue }
        let count = Double(x[2].count / x[0].count)
        values[node.inputs[1].index] =
          isFreezing
          ? zip(x[1], found[x[1].count...]).map { running, batch in
            (1 - momentum) * running + momentum * batch * count / (count - 1)
          } : updated[node.inputs[1].index] ?? []
      case .foldFactor(let epsilon):
        values.append(
          zip(x[0], x[1].suffix(x[0].count)).map { $0 / ($1 + epsilon).squareRoot() })
      case .foldBias(let epsilon):
        values.append(
          x[0].indices.map { channel in
            let centred = (x.count > 3 ? x[3][channel] : 0) - x[2][channel]
            let variance = x[2][x[0].count + channel] + epsilon
            return x[1][channel] + centred * x[0][channel] / variance.squareRoot()
          })
      case .deviationRatio(let epsilon):
        values.append(
          zip(x[0], x[1].suffix(x[0].count)).map {
            (($0 + epsilon) / ($1 + epsilon)).squareRoot()
          })
      case .scaleChannels(let scale):
        let type = types[node.inputs[0].index]
        let factors = channels(type, x[0].count).map { x[1][$0] }
        values.append(zip(x[0], factors).map { scale.isInverse ? $0 / $1 : $0 * $1 })
      }
    }
    return values
  }

  /// The channel of each element: the second axis of an activation, the first of a weight.
  private func channels(_ type: ValueType, _ count: Int) -> [Int] {
    let channels = type.shape[0]
    let run = type.shape.count / channels
    return (0..<count).map { $0 / run % channels }
  }

  // MARK: - Fake quantization, symmetric

  private func scales(_ x: [[Double]], _ type: ValueType) -> [Double] {
    x[1].count == 1
      ? Array(repeating: x[1][0], count: x[0].count)
      : channels(type, x[0].count).map { x[1][$0] }
  }

  private func freeze(_ quantizer: FakeQuant, _ x: [[Double]], shape: ValueType) -> [Frozen] {
    let bits = quantizer.spec.bits
    let isSigned = quantizer.spec.sign == .signed
    let lowest = isSigned ? -pow(2, Double(bits - 1)) : 0
    let highest = isSigned ? pow(2, Double(bits - 1)) - 1 : pow(2, Double(bits)) - 1
    return zip(x[0], scales(x, shape)).map { value, scale in
      let rounded = (value / scale).rounded(.toNearestOrEven)
      if rounded < lowest { return .level(lowest) }
      if rounded > highest { return .level(highest) }
      return .residual(rounded - value / scale)
    }
  }

  private func thaw(_ frozen: [Frozen], _ x: [[Double]], shape: ValueType) -> [Double] {
    zip(frozen, zip(x[0], scales(x, shape))).map { frozen, pair in
      switch frozen {
      case .residual(let residual): pair.1 * (pair.0 / pair.1 + residual)
      case .level(let level): pair.1 * level
      }
    }
  }

  // MARK: - Layers

  private func transformed(_ w: [Double], _ transform: WeightTransform) -> [Double] {
    let epsilon = Double(WeightTransform.epsilon)
    switch transform {
    case .tanhNormalize:
      let largest = w.map { abs(tanh($0)) }.max() ?? 0
      return w.map { tanh($0) / (largest + epsilon) }
    case .standardize:
      let mean = w.reduce(0, +) / Double(w.count)
      let squares = w.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let deviation = w.count > 1 ? (squares / Double(w.count - 1)).squareRoot() : 0
      return w.map { ($0 - mean) / (deviation + epsilon) }
    }
  }

  private func convolve(
    _ x: [[Double]], _ shapes: [Shape], _ convolution: Convolution, _ output: Shape
  ) -> [Double] {
    let (c, h, w) = (shapes[0][0], shapes[0][1], shapes[0][2])
    let (o, kh, kw) = (shapes[1][0], shapes[1][2], shapes[1][3])
    let perGroup = shapes[1][1]
    var y = Array(repeating: 0.0, count: batch * output.count)
    for n in 0..<batch {
      for k in 0..<o {
        let group = k / (o / convolution.groups)
        for i in 0..<output[1] {
          for j in 0..<output[2] {
            var sum = x.count > 2 ? x[2][k] : 0
            for channel in 0..<perGroup {
              for a in 0..<kh {
                for b in 0..<kw {
                  let row = i * convolution.stride + a - convolution.padding.top
                  let column = j * convolution.stride + b - convolution.padding.left
                  guard row >= 0, row < h, column >= 0, column < w else { continue }
                  sum +=
                    x[0][((n * c + group * perGroup + channel) * h + row) * w + column]
                    * x[1][((k * perGroup + channel) * kh + a) * kw + b]
                }
              }
            }
            y[((n * o + k) * output[1] + i) * output[2] + j] = sum
          }
        }
      }
    }
    return y
  }

  private func multiply(_ x: [[Double]], _ shapes: [Shape]) -> [Double] {
    let (o, f) = (shapes[1][0], shapes[1][1])
    return (0..<batch * o).map { index in
      let (n, k) = (index / o, index % o)
      let sum = (0..<f).reduce(0.0) { $0 + x[0][n * f + $1] * x[1][k * f + $1] }
      return sum + (x.count > 2 ? x[2][k] : 0)
    }
  }

  private func normalize(_ x: [[Double]], _ shape: Shape, _ norm: BatchNorm) -> [Double] {
    let (c, plane) = (shape[0], shape[1] * shape[2])
    var y = x[0]
    let shards = isNormFrozen ? 1 : norm.shards
    for (channel, shard) in (0..<c).flatMap({ c in (0..<shards).map { (c, $0) } }) {
      let places = (shard * batch / shards..<(shard + 1) * batch / shards).flatMap { n in
        (0..<plane).map { (n * c + channel) * plane + $0 }
      }
      var mean = x[3][channel]
      var variance = x[4][channel]
      if !isNormFrozen {
        mean = places.reduce(0) { $0 + x[0][$1] } / Double(places.count)
        variance = places.reduce(0) { $0 + pow(x[0][$1] - mean, 2) } / Double(places.count)
      }
      for place in places {
        y[place] =
          (x[0][place] - mean) / (variance + norm.epsilon).squareRoot() * x[1][channel]
          + x[2][channel]
      }
    }
    return y
  }

  /// Means, then biased variances, of the third operand's channels; the running ones without it.
  private func moments(_ x: [[Double]], _ shapes: [Shape]) -> [Double] {
    guard x.count > 2, !isNormFrozen else { return x[0] + x[1] }
    let (channels, plane) = (shapes[2][0], shapes[2][1] * shapes[2][2])
    var means: [Double] = []
    var variances: [Double] = []
    for channel in 0..<channels {
      let values: [Double] = (0..<batch).flatMap { image in
        let start = (image * channels + channel) * plane
        return x[2][start..<start + plane]
      }
      let count = Double(values.count)
      let mean = values.reduce(0, +) / count
      means.append(mean)
      variances.append(values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count)
    }
    return means + variances
  }

  private func concatenate(_ x: [[Double]], _ shapes: [Shape]) -> [Double] {
    (0..<batch).flatMap { image in
      zip(x, shapes).flatMap { values, shape in
        values[image * shape.count..<(image + 1) * shape.count]
      }
    }
  }

  /// The masks of the network's first dropout node at step 1.
  private func dropOut(_ x: [Double], _ rate: Double) -> [Double] {
    var random = RandomStream(seed: dropoutSeed, purpose: .dropout, lane: 1 << 16)
    return x.map { random.uniform() < Float(rate) ? 0 : $0 / (1 - rate) }
  }

  /// The choices of the network's first node of the kind at step 1.
  private func choose(_ x: [Double], _ y: [Double], _ rate: Double) -> [Double] {
    var random = RandomStream(seed: dropoutSeed, purpose: .quantizerDrop, lane: 1 << 16)
    return zip(x, y).map { random.uniform() < Float(rate) ? $1 : $0 }
  }

  private func shortcut(
    _ x: [Double], _ shape: Shape, _ shortcut: PaddedShortcut, _ output: Shape
  ) -> [Double] {
    var y = Array(repeating: 0.0, count: batch * output.count)
    for n in 0..<batch {
      for c in 0..<shape[0] {
        for i in 0..<output[1] {
          for j in 0..<output[2] {
            y[((n * output[0] + c + shortcut.before) * output[1] + i) * output[2] + j] =
              x[
                ((n * shape[0] + c) * shape[1] + i * shortcut.stride) * shape[2]
                  + j * shortcut.stride]
          }
        }
      }
    }
    return y
  }

  private func pool(_ x: [Double], _ shape: Shape, _ pool: Pool, _ output: Shape) -> [Double] {
    let (h, w) = (shape[1], shape[2])
    var y: [Double] = []
    for plane in 0..<batch * shape[0] {
      for i in 0..<output[1] {
        for j in 0..<output[2] {
          var seen: [Double] = []
          for a in 0..<pool.window {
            for b in 0..<pool.window {
              let row = i * pool.stride + a - pool.padding
              let column = j * pool.stride + b - pool.padding
              guard row >= 0, row < h, column >= 0, column < w else { continue }
              seen.append(x[(plane * h + row) * w + column])
            }
          }
          y.append(
            pool.kind == .max ? seen.max() ?? 0 : seen.reduce(0, +) / Double(seen.count))
        }
      }
    }
    return y
  }
}
