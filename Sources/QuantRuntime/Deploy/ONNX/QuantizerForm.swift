import ONNXProto

/// How quantizers are written: what differs between the formats whose layers compute in float.
protocol QuantizerForm {
  /// The format's name, for errors.
  var format: String { get }

  /// Writes a quantizer of activations.
  ///
  /// - Parameter value: the tensor that it quantizes.
  /// - Returns: the tensor that its readers read.
  mutating func activation(
    _ activation: QuantizedActivation, of value: String, into builder: inout ONNXGraphBuilder
  ) throws -> String

  /// Writes a quantized weight.
  mutating func weight(
    _ weight: QuantizedWeight, into builder: inout ONNXGraphBuilder
  ) throws -> String

  /// Writes a bias.
  ///
  /// - Parameter scales: what its integers would be multiplied by, one or one a channel; nil where the
  ///   layer's input or weight are no integers.
  mutating func bias(
    _ bias: Tensor, name: String, scales: [Float]?, into builder: inout ONNXGraphBuilder
  ) throws -> String

  /// The numbers that layers read for a weight, to compare with what is read back.
  func values(of weight: QuantizedWeight) -> Tensor

  /// The numbers that layers read for a bias.
  func values(ofBias bias: Tensor, scales: [Float]?) -> Tensor

  /// Whether a written quantizer says what it should.
  func check(_ activation: QuantizedActivation, in reading: ONNXReading) throws(ONNXError) -> Bool

  /// How biases were written.
  var facts: DeployFacts { get }
}
