import CDNNL

/// The handles of oneDNN that everything shares, and the few calls the steps need, with errors.
///
/// Unchecked: used on the compute thread only, apart from the making of the engine, which oneDNN
/// guards itself.
final class OneDNN: @unchecked Sendable {
  static let shared = OneDNN()

  private(set) var engine: dnnl_engine_t?
  private(set) var stream: dnnl_stream_t?
  private(set) var attributes: dnnl_primitive_attr_t?
  /// The first failure, reported when a plan is compiled: a static initializer cannot throw.
  private let status: dnnl_status_t

  private init() {
    var status = dnnl_engine_create(&engine, dnnl_cpu, 0)
    if status == dnnl_success {
      status = dnnl_stream_create(&stream, engine, UInt32(dnnl_stream_default_flags.rawValue))
    }
    if status == dnnl_success { status = dnnl_primitive_attr_create(&attributes) }
    if status == dnnl_success {
      // Scratch memory then is part of the plan's arena and of its reported size.
      status = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user)
    }
    self.status = status
  }

  func checkStarted() throws(EngineError) { try check(status, "start") }

  /// A dense float32 layout.
  static func layout(_ dimensions: [Int], _ tag: dnnl_format_tag_t) -> dnnl_memory_desc_t {
    var descriptor = dnnl_memory_desc_t()
    let dims = padded(dimensions)
    _ = dnnl_memory_desc_init_by_tag(&descriptor, Int32(dimensions.count), dims, dnnl_f32, tag)
    return descriptor
  }

  /// `dnnl_dims_t` is a C array of twelve.
  static func padded(_ values: [Int]) -> [dnnl_dim_t] {
    values.map { dnnl_dim_t($0) } + Array(repeating: 0, count: 12 - values.count)
  }
}

func check(_ status: dnnl_status_t, _ step: String) throws(EngineError) {
  guard status == dnnl_success else { throw .library(step: step, status: status.rawValue) }
}

/// One compiled oneDNN primitive and the memories it works on.
final class Primitive {
  private let name: String
  private var primitive: dnnl_primitive_t?
  private let descriptor: dnnl_primitive_desc_t?
  private var memories: [dnnl_memory_t?] = []
  private var arguments: [dnnl_exec_arg_t] = []
  /// Memory the primitive wants while it runs.
  let scratch: Buffer

  /// - Parameters:
  ///   - operation: an operation descriptor, such as `dnnl_convolution_desc_t`.
  ///   - hint: the forward primitive, for a backward one.
  convenience init(
    _ name: String, operation: UnsafeRawPointer, hint: Primitive? = nil
  ) throws(EngineError) {
    var descriptor: dnnl_primitive_desc_t?
    let library = OneDNN.shared
    try check(
      dnnl_primitive_desc_create(
        &descriptor, operation, library.attributes, library.engine, hint?.descriptor), name)
    try self.init(name, descriptor: descriptor)
  }

  /// A reorder between two layouts of the same values.
  convenience init(
    _ name: String, reorderFrom source: dnnl_memory_desc_t, to target: dnnl_memory_desc_t
  ) throws(EngineError) {
    var descriptor: dnnl_primitive_desc_t?
    let library = OneDNN.shared
    var source = source
    var target = target
    try check(
      dnnl_reorder_primitive_desc_create(
        &descriptor, &source, library.engine, &target, library.engine, library.attributes), name)
    try self.init(name, descriptor: descriptor)
  }

  private init(_ name: String, descriptor: dnnl_primitive_desc_t?) throws(EngineError) {
    self.name = name
    self.descriptor = descriptor
    scratch = Buffer(byteCount: Self.size(of: descriptor, dnnl_query_scratchpad_md))
    try check(dnnl_primitive_create(&primitive, descriptor), name)
  }

  deinit {
    for memory in memories { dnnl_memory_destroy(memory) }
    dnnl_primitive_destroy(primitive)
    dnnl_primitive_desc_destroy(descriptor)
  }

  /// The layout the primitive chose for one of its operands.
  func layout(_ query: dnnl_query_t) -> dnnl_memory_desc_t {
    dnnl_primitive_desc_query_md(descriptor, query, 0)?.pointee ?? dnnl_memory_desc_t()
  }

  /// Whether the implementation that was found is oneDNN's plain loops.
  var isReference: Bool {
    var text: UnsafePointer<CChar>?
    let status = dnnl_primitive_desc_query(descriptor, dnnl_query_impl_info_str, 0, &text)
    guard status == dnnl_success, let text else { return false }
    return String(cString: text).hasPrefix("ref")
  }

  private static func size(of descriptor: dnnl_primitive_desc_t?, _ query: dnnl_query_t) -> Int {
    guard let layout = dnnl_primitive_desc_query_md(descriptor, query, 0) else { return 0 }
    return dnnl_memory_desc_get_size(layout)
  }

  /// Fixes the operands; to be called once, when all buffers have their places.
  func bind(
    _ operands: [(argument: Int32, layout: dnnl_memory_desc_t, buffer: Buffer)]
  ) throws(EngineError) {
    let all = operands + [(DNNL_ARG_SCRATCHPAD, layout(dnnl_query_scratchpad_md), scratch)]
    for operand in all {
      var memory: dnnl_memory_t?
      var layout = operand.layout
      try check(
        dnnl_memory_create(&memory, &layout, OneDNN.shared.engine, operand.buffer.raw), name)
      memories.append(memory)
      arguments.append(dnnl_exec_arg_t(arg: operand.argument, memory: memory))
    }
  }

  func execute() throws(EngineError) {
    try check(
      dnnl_primitive_execute(
        primitive, OneDNN.shared.stream, Int32(arguments.count), arguments), name)
  }
}

/// Whether two layouts are the same bytes.
func sameLayout(_ a: dnnl_memory_desc_t, _ b: dnnl_memory_desc_t) -> Bool {
  var a = a
  var b = b
  return dnnl_memory_desc_equal(&a, &b) != 0
}
