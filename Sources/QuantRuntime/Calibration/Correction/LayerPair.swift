/// Two layers whose channels can trade a factor: what the first puts out reaches the second alone,
/// through nothing but operations that a positive factor of a channel passes unchanged.
struct LayerPair: Equatable {
  var first: NodeID
  var second: NodeID
  /// Inputs of the second that one channel of the first becomes: the pixels of a flattened plane, or 1.
  var spread: Int
}

extension Graph {
  /// All pairs, in the order of their first layers. A layer can be the second of one and the first of
  /// the next.
  ///
  /// ReLU, pools and dropout pass a factor; ReLU6 does not, its bound would have to move along.
  ///
  /// - Throws: `GraphError` when the graph breaks a rule.
  func layerPairs() throws(GraphError) -> [LayerPair] {
    let consumers = consumers()
    let types = try types()
    func isLayer(_ id: NodeID) -> Bool {
      self[id].op.isWeighted
        && self[id].inputs.dropFirst().allSatisfy {
          if case .parameter = self[$0].op { consumers[$0.index].count == 1 } else { false }
        }
    }
    return ids.filter(isLayer).compactMap { first in
      var place = first
      var spread = 1
      while place != output, consumers[place.index].count == 1 {
        let next = consumers[place.index][0]
        switch self[next].op {
        case .activation(.relu), .pool, .globalAveragePool, .dropout: break
        case .flatten:
          let shape = types[place.index].shape
          spread = shape.count / shape[0]
        case .convolution, .linear:
          guard isLayer(next), self[next].inputs[0] == place else { return nil }
          return LayerPair(first: first, second: next, spread: spread)
        default: return nil
        }
        place = next
      }
      return nil
    }
  }

  /// Which channel of a layer's input each number of its weight is multiplied with.
  ///
  /// - Parameter spread: see `LayerPair`.
  func inputChannels(of layer: NodeID, _ weight: Shape, spread: Int) -> InputChannels {
    let row = weight.count / max(weight[0], 1)
    guard case .convolution(let convolution) = self[layer].op else {
      return InputChannels(row: row, rowsOfGroup: weight[0], channelsOfGroup: 0, values: spread)
    }
    return InputChannels(
      row: row, rowsOfGroup: weight[0] / convolution.groups, channelsOfGroup: weight[1],
      values: weight[2] * weight[3])
  }
}

/// The input channels of a weight `[O, ...]`, row-major.
struct InputChannels {
  /// Numbers of one output channel.
  var row: Int
  /// Output channels of one group.
  var rowsOfGroup: Int
  /// Input channels of one group.
  var channelsOfGroup: Int
  /// Numbers of one input channel that lie side by side.
  var values: Int

  func channel(of index: Int) -> Int {
    index / row / rowsOfGroup * channelsOfGroup + index % row / values
  }
}
