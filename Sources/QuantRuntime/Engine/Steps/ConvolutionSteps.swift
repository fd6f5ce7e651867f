import CDNNL
import CKernels

/// The layouts and strides of one convolution, as oneDNN wants them.
struct ConvolutionGeometry {
  let source: dnnl_memory_desc_t
  /// The source in the preferred blocks, whatever it is in.
  let blockedSource: dnnl_memory_desc_t
  let target: dnnl_memory_desc_t
  /// Row-major, as in the parameter store, with merged groups.
  let plainWeights: dnnl_memory_desc_t
  /// For oneDNN to choose.
  let anyWeights: dnnl_memory_desc_t
  let bias: dnnl_memory_desc_t
  let strides: [dnnl_dim_t]
  let leading: [dnnl_dim_t]
  let trailing: [dnnl_dim_t]
  let merging: GroupMerging?

  init(
    _ convolution: Convolution, input: Shape, weight: Shape, batch: Int, inputLanes: Int,
    outputLanes: Int
  ) {
    let output = convolution.outputShape(input: input, weight: weight)
    merging = GroupMerging(groups: convolution.groups, weight: weight, lanes: Processor.lanes)
    let groups = convolution.groups / (merging?.geometry.merged ?? 1)
    let wide = merging?.wideShape(weight) ?? weight
    let weightShape =
      groups == 1 ? wide.dimensions : [groups, wide[0] / groups] + wide.dimensions.dropFirst()
    source = OneDNN.layout([batch] + input.dimensions, activationTag(inputLanes))
    blockedSource = OneDNN.layout(
      [batch] + input.dimensions, activationTag(Processor.lanes))
    target = OneDNN.layout([batch] + output.dimensions, activationTag(outputLanes))
    plainWeights = OneDNN.layout(weightShape, groups == 1 ? dnnl_abcd : dnnl_abcde)
    anyWeights = OneDNN.layout(weightShape, dnnl_format_tag_any)
    bias = OneDNN.layout([weight[0]], dnnl_a)
    strides = OneDNN.padded([convolution.stride, convolution.stride])
    leading = OneDNN.padded([convolution.padding.top, convolution.padding.left])
    trailing = OneDNN.padded([convolution.padding.bottom, convolution.padding.right])
  }
}

func activationTag(_ lanes: Int) -> dnnl_format_tag_t {
  switch lanes {
  case 16: dnnl_nChw16c
  case 8: dnnl_nChw8c
  default: dnnl_nchw
  }
}

/// A copy of row-major weights in the layout that a primitive wants, or the other way round.
final class WeightLayout {
  let buffer: Buffer
  let layout: dnnl_memory_desc_t
  private let weights: Buffer
  /// The weights with merged groups; the same buffer where there are none.
  private let plain: Buffer
  private let merging: GroupMerging?
  private let plainLayout: dnnl_memory_desc_t
  private let reorder: Primitive?
  private let isResult: Bool

  /// - Parameter isResult: the primitive writes the weights (their gradient), and the copy runs
  ///   from its layout to row-major.
  init(
    _ name: String, weights: Buffer, geometry: ConvolutionGeometry, wanted: dnnl_memory_desc_t,
    isResult: Bool = false
  ) throws(EngineError) {
    self.weights = weights
    merging = geometry.merging
    plainLayout = geometry.plainWeights
    if merging != nil {
      var size = plainLayout
      plain = Buffer(byteCount: dnnl_memory_desc_get_size(&size))
    } else {
      plain = weights
    }
    self.isResult = isResult
    layout = wanted
    guard !sameLayout(plainLayout, wanted) else {
      buffer = plain
      reorder = nil
      return
    }
    var size = wanted
    buffer = Buffer(byteCount: dnnl_memory_desc_get_size(&size))
    reorder = try Primitive(
      name, reorderFrom: isResult ? wanted : plainLayout, to: isResult ? plainLayout : wanted)
  }

  var buffers: [Buffer] { [weights, plain, buffer] + (reorder.map { [$0.scratch] } ?? []) }

  func bind() throws(EngineError) {
    try reorder?.bind([
      (DNNL_ARG_FROM, isResult ? layout : plainLayout, isResult ? buffer : plain),
      (DNNL_ARG_TO, isResult ? plainLayout : layout, isResult ? plain : buffer),
    ])
  }

  func run() throws(EngineError) {
    if !isResult { merging?.spread(weights, to: plain) }
    try reorder?.execute()
    if isResult { merging?.gather(plain, to: weights) }
  }
}

/// y = conv(x, w) + b.
final class ConvolutionForward: Step {
  let node: String
  let label = "convolution"
  let primitive: Primitive
  private let geometry: ConvolutionGeometry
  private let weights: WeightLayout
  private let x: PlanValue
  private let bias: PlanValue?
  private let y: PlanValue

  init(
    node: String, geometry: ConvolutionGeometry, x: PlanValue, weight: PlanValue, bias: PlanValue?,
    y: PlanValue, isTraining: Bool
  ) throws(EngineError) {
    self.node = node
    self.geometry = geometry
    self.x = x
    self.bias = bias
    self.y = y
    var g = (geometry.source, geometry.anyWeights, geometry.bias, geometry.target)
    var operation = dnnl_convolution_desc_t()
    let kind = isTraining ? dnnl_forward_training : dnnl_forward_inference
    let status =
      bias == nil
      ? dnnl_convolution_forward_desc_init(
        &operation, kind, dnnl_convolution_direct, &g.0, &g.1, nil, &g.3, geometry.strides,
        geometry.leading, geometry.trailing)
      : dnnl_convolution_forward_desc_init(
        &operation, kind, dnnl_convolution_direct, &g.0, &g.1, &g.2, &g.3, geometry.strides,
        geometry.leading, geometry.trailing)
    try check(status, node)
    primitive = try Primitive(node, operation: &operation)
    weights = try WeightLayout(
      node, weights: weight.buffer, geometry: geometry,
      wanted: primitive.layout(dnnl_query_weights_md))
  }

  var buffers: [Buffer] {
    [x.buffer, y.buffer, primitive.scratch] + weights.buffers + (bias.map { [$0.buffer] } ?? [])
  }

  func bind() throws(EngineError) {
    try weights.bind()
    var operands = [
      (DNNL_ARG_SRC, geometry.source, x.buffer), (DNNL_ARG_DST, geometry.target, y.buffer),
      (DNNL_ARG_WEIGHTS, weights.layout, weights.buffer),
    ]
    if let bias { operands.append((DNNL_ARG_BIAS, geometry.bias, bias.buffer)) }
    try primitive.bind(operands)
  }

  func run() throws(EngineError) {
    try weights.run()
    try primitive.execute()
  }
}

/// dx = conv^T(dy, w).
///
/// oneDNN has no fast kernel that writes a plain gradient, as the network's input needs when it is
/// quantized: its reference one takes sixteen times as long as all other convolutions of a small
/// network together. So the gradient is always computed blocked, with padded channels, and copied.
final class ConvolutionBackwardData: Step {
  let node: String
  let label = "convolution"
  private let primitive: Primitive
  private let source: dnnl_memory_desc_t
  private let target: dnnl_memory_desc_t
  private let weights: WeightLayout
  private let dy: Buffer
  private let dx: PlanValue
  /// The blocked gradient, and its layout; nil when `dx` itself is blocked.
  private let blocked: PlanValue?

  init(
    node: String, geometry: ConvolutionGeometry, forward: Primitive, dy: Buffer, weight: PlanValue,
    dx: PlanValue
  ) throws(EngineError) {
    self.node = node
    self.dy = dy
    self.dx = dx
    target = geometry.target
    let isPlain = dx.layout.lanes == 1
    source = isPlain ? geometry.blockedSource : geometry.source
    var layout = dx.layout
    layout.lanes = Processor.lanes
    blocked = isPlain ? PlanValue(layout: layout) : nil
    var g = (source, geometry.anyWeights, geometry.target)
    var operation = dnnl_convolution_desc_t()
    try check(
      dnnl_convolution_backward_data_desc_init(
        &operation, dnnl_convolution_direct, &g.0, &g.1, &g.2, geometry.strides, geometry.leading,
        geometry.trailing), node)
    primitive = try Primitive(node, operation: &operation, hint: forward)
    weights = try WeightLayout(
      node, weights: weight.buffer, geometry: geometry,
      wanted: primitive.layout(dnnl_query_weights_md))
  }

  var buffers: [Buffer] {
    [dy, dx.buffer, primitive.scratch] + weights.buffers + (blocked.map { [$0.buffer] } ?? [])
  }

  func bind() throws(EngineError) {
    try weights.bind()
    try primitive.bind([
      (DNNL_ARG_DIFF_DST, target, dy), (DNNL_ARG_DIFF_SRC, source, blocked?.buffer ?? dx.buffer),
      (DNNL_ARG_WEIGHTS, weights.layout, weights.buffer),
    ])
  }

  func run() throws(EngineError) {
    try weights.run()
    try primitive.execute()
    guard let blocked else { return }
    let (from, to, layout) = (blocked.pointer, dx.pointer, blocked.layout)
    layout.forSlabs { mq_f32_to_plain(from, to, layout, $0.lowerBound, $0.upperBound) }
  }
}

/// dw and db from x and dy.
final class ConvolutionBackwardWeights: Step {
  let node: String
  let label = "convolution"
  private let primitive: Primitive
  private let geometry: ConvolutionGeometry
  private let weights: WeightLayout
  private let x: PlanValue
  private let dy: Buffer
  private let dBias: Buffer?

  init(
    node: String, geometry: ConvolutionGeometry, forward: Primitive, x: PlanValue, dy: Buffer,
    dWeight: Buffer, dBias: Buffer?
  ) throws(EngineError) {
    self.node = node
    self.geometry = geometry
    self.x = x
    self.dy = dy
    self.dBias = dBias
    var g = (geometry.source, geometry.anyWeights, geometry.bias, geometry.target)
    var operation = dnnl_convolution_desc_t()
    let status =
      dBias == nil
      ? dnnl_convolution_backward_weights_desc_init(
        &operation, dnnl_convolution_direct, &g.0, &g.1, nil, &g.3, geometry.strides,
        geometry.leading, geometry.trailing)
      : dnnl_convolution_backward_weights_desc_init(
        &operation, dnnl_convolution_direct, &g.0, &g.1, &g.2, &g.3, geometry.strides,
        geometry.leading, geometry.trailing)
    try check(status, node)
    primitive = try Primitive(node, operation: &operation, hint: forward)
    weights = try WeightLayout(
      node, weights: dWeight, geometry: geometry,
      wanted: primitive.layout(dnnl_query_diff_weights_md), isResult: true)
  }

  /// Whether oneDNN has nothing better than its plain loops for it.
  var isReference: Bool { primitive.isReference }

  var buffers: [Buffer] {
    [x.buffer, dy, primitive.scratch] + weights.buffers + (dBias.map { [$0] } ?? [])
  }

  func bind() throws(EngineError) {
    try weights.bind()
    var operands = [
      (DNNL_ARG_SRC, geometry.source, x.buffer), (DNNL_ARG_DIFF_DST, geometry.target, dy),
      (DNNL_ARG_DIFF_WEIGHTS, weights.layout, weights.buffer),
    ]
    if let dBias { operands.append((DNNL_ARG_DIFF_BIAS, geometry.bias, dBias)) }
    try primitive.bind(operands)
  }

  func run() throws(EngineError) {
    try primitive.execute()
    try weights.run()
  }
}
