/// A quantizer of activations as other programs want it: one scale, one zero point, and the integers
/// it reaches.
struct QuantizedActivation {
  /// Name of the quantizer's node.
  let name: String
  let spec: QuantSpec
  let map: AffineMap
  /// The lowest and highest integer that any input gives: the ends of the grid, or less where the
  /// algorithm clips further than its grid, as PACT on power-of-two scales.
  let reach: ClosedRange<Int>

  /// - Throws: what `DeployedQuantizer` throws; `DeployError.form` for one scale a channel.
  init(_ id: NodeID, _ quantizer: FakeQuant, in network: Network, format: String) throws {
    let deployed = try DeployedQuantizer(id, quantizer, in: network)
    guard deployed.maps.count == 1 else {
      throw DeployError.form(
        quantizer: deployed.name, format: format, rule: "has one scale for an activation")
    }
    name = deployed.name
    spec = quantizer.spec
    map = deployed.maps[0]
    let ends = deployed.quantized([-Self.huge, Self.huge], channel: 0)
    let codes = try ends.map { Int(try deployed.code(of: $0, channel: 0)) }
    reach = min(codes[0], codes[1])...max(codes[0], codes[1])
  }

  /// Beyond any range, and finite, so that it does not depend on what a kernel does to infinities.
  private static let huge: Float = 1e30

  var zeroPoint: Int { Int(map.zeroPoint) }
  var grid: IntegerGrid { IntegerGrid(spec) }

  /// The value of an integer.
  func value(of code: Int) -> Float { Float(code - zeroPoint) * map.scale }

  /// The values between which nothing is clipped.
  var range: (low: Float, high: Float) {
    (value(of: reach.lowerBound), value(of: reach.upperBound))
  }
}
