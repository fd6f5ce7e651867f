import CDNNL
import CKernels

/// The layouts and windows of one pooling, as oneDNN wants them.
struct PoolGeometry {
  let source: dnnl_memory_desc_t
  let target: dnnl_memory_desc_t
  let algorithm: dnnl_alg_kind_t
  let strides: [dnnl_dim_t]
  let window: [dnnl_dim_t]
  let padding: [dnnl_dim_t]

  init(_ pool: Pool, input: Shape, batch: Int, lanes: Int) {
    let output = pool.outputShape(input: input)
    source = OneDNN.layout([batch] + input.dimensions, activationTag(lanes))
    target = OneDNN.layout([batch] + output.dimensions, activationTag(lanes))
    algorithm = pool.kind == .max ? dnnl_pooling_max : dnnl_pooling_avg_exclude_padding
    strides = OneDNN.padded([pool.stride, pool.stride])
    window = OneDNN.padded([pool.window, pool.window])
    padding = OneDNN.padded([pool.padding, pool.padding])
  }
}

final class PoolForward: Step {
  let node: String
  let label = "pool"
  let primitive: Primitive
  /// Where each maximum was found; nil when nothing needs it.
  let workspace: Buffer?
  private let geometry: PoolGeometry
  private let x: PlanValue
  private let y: PlanValue

  init(
    node: String, geometry: PoolGeometry, x: PlanValue, y: PlanValue, isTraining: Bool
  ) throws(EngineError) {
    self.node = node
    self.geometry = geometry
    self.x = x
    self.y = y
    var g = (geometry.source, geometry.target)
    var operation = dnnl_pooling_desc_t()
    try check(
      dnnl_pooling_forward_desc_init(
        &operation, isTraining ? dnnl_forward_training : dnnl_forward_inference,
        geometry.algorithm, &g.0, &g.1, geometry.strides, geometry.window, geometry.padding,
        geometry.padding), node)
    primitive = try Primitive(node, operation: &operation)
    var layout = primitive.layout(dnnl_query_workspace_md)
    let size = dnnl_memory_desc_get_size(&layout)
    workspace = size > 0 ? Buffer(byteCount: size) : nil
  }

  var buffers: [Buffer] {
    [x.buffer, y.buffer, primitive.scratch] + (workspace.map { [$0] } ?? [])
  }

  func bind() throws(EngineError) {
    var operands = [
      (DNNL_ARG_SRC, geometry.source, x.buffer), (DNNL_ARG_DST, geometry.target, y.buffer),
    ]
    if let workspace {
      operands.append((DNNL_ARG_WORKSPACE, primitive.layout(dnnl_query_workspace_md), workspace))
    }
    try primitive.bind(operands)
  }

  func run() throws(EngineError) { try primitive.execute() }
}

final class PoolBackward: Step {
  let node: String
  let label = "pool"
  private let geometry: PoolGeometry
  private let forward: PoolForward
  private let primitive: Primitive
  private let dy: Buffer
  private let dx: Buffer

  init(
    node: String, geometry: PoolGeometry, forward: PoolForward, dy: Buffer, dx: Buffer
  ) throws(EngineError) {
    self.node = node
    self.geometry = geometry
    self.forward = forward
    self.dy = dy
    self.dx = dx
    var g = (geometry.source, geometry.target)
    var operation = dnnl_pooling_desc_t()
    try check(
      dnnl_pooling_backward_desc_init(
        &operation, geometry.algorithm, &g.0, &g.1, geometry.strides, geometry.window,
        geometry.padding, geometry.padding), node)
    primitive = try Primitive(node, operation: &operation, hint: forward.primitive)
  }

  var buffers: [Buffer] {
    [dy, dx, primitive.scratch] + (forward.workspace.map { [$0] } ?? [])
  }

  func bind() throws(EngineError) {
    var operands = [
      (DNNL_ARG_DIFF_DST, geometry.target, dy), (DNNL_ARG_DIFF_SRC, geometry.source, dx),
    ]
    if let workspace = forward.workspace {
      operands.append((DNNL_ARG_WORKSPACE, primitive.layout(dnnl_query_workspace_md), workspace))
    }
    try primitive.bind(operands)
  }

  func run() throws(EngineError) { try primitive.execute() }
}

/// y[n][c] = the mean over the plane.
final class AverageForward: Step {
  let node: String
  let label = "pool"
  private let x: PlanValue
  private let y: PlanValue

  init(node: String, x: PlanValue, y: PlanValue) {
    self.node = node
    self.x = x
    self.y = y
  }

  var buffers: [Buffer] { [x.buffer, y.buffer] }

  func run() throws(EngineError) {
    let (x, y, layout) = (self.x.pointer, self.y.pointer, self.x.layout)
    layout.forSlabs { mq_f32_average(x, y, layout, $0.lowerBound, $0.upperBound) }
  }
}

final class AverageBackward: Step {
  let node: String
  let label = "pool"
  private let layout: mq_layout
  private let dy: Buffer
  private let dx: Buffer

  init(node: String, layout: mq_layout, dy: Buffer, dx: Buffer) {
    self.node = node
    self.layout = layout
    self.dy = dy
    self.dx = dx
  }

  var buffers: [Buffer] { [dy, dx] }

  func run() throws(EngineError) {
    let (dy, dx, layout) = (self.dy.floats, self.dx.floats, self.layout)
    layout.forSlabs { mq_f32_average_backward(dy, dx, layout, $0.lowerBound, $0.upperBound) }
  }
}

/// Between the blocked layout and plain `[N, C, H, W]`, in either direction: values forward,
/// gradients backward.
final class Relayout: Step {
  let node: String
  let label = "reorder"
  private let blocked: mq_layout
  private let source: Buffer
  private let target: Buffer
  private let toPlain: Bool

  init(node: String, blocked: mq_layout, source: Buffer, target: Buffer, toPlain: Bool) {
    self.node = node
    self.blocked = blocked
    self.source = source
    self.target = target
    self.toPlain = toPlain
  }

  var buffers: [Buffer] { [source, target] }

  func run() throws(EngineError) {
    let (x, y, layout) = (source.floats, target.floats, blocked)
    if toPlain {
      layout.forSlabs { mq_f32_to_plain(x, y, layout, $0.lowerBound, $0.upperBound) }
    } else {
      layout.forSlabs { mq_f32_from_plain(x, y, layout, $0.lowerBound, $0.upperBound) }
    }
  }
}
