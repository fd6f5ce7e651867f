import Foundation
import ONNXProto

/// Makes a float network of an ONNX graph.
///
/// Operators are read by a table, `ONNXOperators`, one function each; they append nodes here. Names are
/// those of the state dict where the file's tensors have it (`layer1.0.conv1.weight`), else they come
/// from the names of nodes.
struct ONNXImport {
  /// Tensors of the file, initializers and the values of `Constant` nodes, by name.
  private(set) var constants: [String: ONNXTensorProto] = [:]
  /// For each value of the file that is computed from the images, the node that gives it.
  private var values: [String: NodeID] = [:]
  /// Zeros that a `Pad` node put around a value, for the convolution that reads it.
  var paddings: [String: Padding] = [:]
  private var graph = Graph()
  private(set) var types: [ValueType] = []
  private var state: [String: Tensor] = [:]
  private var names: Set<String> = []
  /// The number that a name was last told apart with.
  private var lastNumbers: [String: Int] = [:]
  /// Numbers that the state may still take.
  private var room: Int
  /// For each value, the nodes of the file that read it, by position.
  private let readers: [String: [Int]]
  private let nodes: [ONNXNode]
  /// Nodes whose work another one has taken over, by position.
  private var done: Set<Int> = []
  private let operators: [String: ONNXOperators.Reading]

  /// - Parameters:
  ///   - operators: by name, those of other domains with the domain in front.
  ///   - byteCount: of the file. A tensor can be read by many nodes, each of which gets its own numbers;
  ///     all together they are at most two for each byte.
  /// - Throws: `ONNXError`, `GraphError`, `ModelFileError.limit`.
  static func network(
    _ model: ONNXModelProto, _ operators: [String: ONNXOperators.Reading] = ONNXOperators.all,
    byteCount: Int
  ) throws -> Network {
    var reader = try ONNXImport(model, operators, byteCount)
    return try reader.run(model.graph)
  }

  private init(
    _ model: ONNXModelProto, _ operators: [String: ONNXOperators.Reading], _ byteCount: Int
  ) throws(ONNXError) {
    _ = try model.checkedOpset()
    room = 2 * byteCount
    self.operators = operators
    nodes = model.graph.node.map(ONNXNode.init)
    var readers: [String: [Int]] = [:]
    for (index, node) in model.graph.node.enumerated() {
      for input in node.input { readers[input, default: []].append(index) }
    }
    self.readers = readers
    for tensor in model.graph.initializer {
      guard constants.updateValue(tensor, forKey: tensor.name) == nil else {
        throw .duplicateName(tensor.name)
      }
    }
  }

  private mutating func run(_ file: ONNXGraphProto) throws -> Network {
    try input(file)
    for (index, node) in nodes.enumerated() where !done.contains(index) {
      let domain = node.proto.domain
      let isStandard = domain.isEmpty || domain == "ai.onnx"
      guard let read = operators[isStandard ? node.type : "\(domain).\(node.type)"] else {
        throw ONNXError.unsupported(node: node.name, op: node.type)
      }
      try checkOperands(node)
      try read(node, &self)
    }
    let outputs = file.output.map(\.name)
    guard outputs.count == 1, let output = values[outputs[0]] else {
      throw ONNXError.boundary(
        outputs.first ?? "output", rule: "is not the only output, made from the images")
    }
    graph.output = output
    let live = graph.rewritten { _, node, inputs, into in
      into.append(node.op, inputs, name: node.name)
    }
    try live.checkLimits()
    return Network(graph: live, state: state).withoutDeadState()
  }

  private mutating func input(_ file: ONNXGraphProto) throws(ONNXError) {
    let inputs = file.input.filter { constants[$0.name] == nil }
    guard inputs.count == 1 else {
      throw .boundary(
        inputs.dropFirst().first?.name ?? "input", rule: "is not the only input of the network")
    }
    let tensor = inputs[0].type.tensorType
    let extents = tensor.shape.dim.dropFirst().map(\.dimValue)
    guard tensor.elemType == ONNXElement.float.rawValue, extents.count == 3,
      extents.allSatisfy({ (1...16_384).contains($0) })
    else {
      throw .boundary(
        inputs[0].name, rule: "is no input of float32 images [N, C, H, W] with known C, H and W")
    }
    let shape = Shape(extents.map { Int($0) })
    let id = graph.append(.input(shape), name: unique("input"))
    types.append(ValueType(isBatched: true, shape: shape))
    values[inputs[0].name] = id
  }

  private func checkOperands(_ node: ONNXNode) throws(ONNXError) {
    for name in node.proto.input where !name.isEmpty {
      guard values[name] != nil || constants[name] != nil else {
        throw .undefined(node: node.name, op: node.type, input: name)
      }
    }
    try node.require(!node.proto.output.isEmpty, "has no result")
    for name in node.proto.output where values[name] != nil || constants[name] != nil {
      throw .duplicateName(name)
    }
  }

  // MARK: - What operators ask

  /// The value of an operand that is computed from the images.
  func value(_ node: ONNXNode, _ index: Int) throws(ONNXError) -> NodeID {
    guard let name = node.input(index), let id = values[name], paddings[name] == nil else {
      throw node.failure("needs a value of the network as operand \(index + 1)")
    }
    return id
  }

  /// The value behind a `Pad` node too.
  func paddedValue(_ node: ONNXNode, _ index: Int) throws(ONNXError) -> (NodeID, Padding) {
    guard let name = node.input(index), let id = values[name] else {
      throw node.failure("needs a value of the network as operand \(index + 1)")
    }
    return (id, paddings[name] ?? Padding(0))
  }

  /// What a node of the file gives, once it is defined.
  func result(of node: ONNXNode) throws(ONNXError) -> NodeID {
    guard let id = node.proto.output.first.flatMap({ values[$0] }) else {
      throw node.failure("has no result")
    }
    return id
  }

  func shape(of id: NodeID) -> Shape { types[id.index].shape }

  /// The tensor of an operand that is a constant; nil where it is left out.
  func constant(_ node: ONNXNode, _ index: Int) throws(ONNXError) -> ONNXTensorProto? {
    guard let name = node.input(index) else { return nil }
    guard let tensor = constants[name] else {
      throw node.failure("needs a constant as operand \(index + 1)")
    }
    return tensor
  }

  /// The numbers of an operand.
  func tensor(_ node: ONNXNode, _ index: Int) throws(ONNXError) -> Tensor {
    guard let tensor = try constant(node, index) else {
      throw node.failure("needs operand \(index + 1)")
    }
    return try tensor.tensor()
  }

  /// A single number; nil where the operand is left out.
  func scalar(_ node: ONNXNode, _ index: Int) throws(ONNXError) -> Float? {
    guard let tensor = try constant(node, index)?.tensor() else { return nil }
    try node.require(tensor.count == 1, "needs one number as operand \(index + 1)")
    return tensor.values[0]
  }

  /// The only reader of a node's result, when it is an operator of a kind.
  func onlyReader(of node: ONNXNode, _ type: String) -> (position: Int, node: ONNXNode)? {
    guard let readers = node.proto.output.first.flatMap({ self.readers[$0] }), readers.count == 1,
      nodes[readers[0]].type == type
    else { return nil }
    return (readers[0], nodes[readers[0]])
  }

  /// Names that a later node's result has too, whose work is done.
  mutating func takeOver(_ position: Int) { done.insert(position) }

  // MARK: - What operators make

  mutating func define(_ node: ONNXNode, _ id: NodeID) {
    if let output = node.proto.output.first { values[output] = id }
  }

  mutating func define(_ node: ONNXNode, constant: ONNXTensorProto) {
    guard let output = node.proto.output.first else { return }
    var constant = constant
    constant.name = output
    constants[output] = constant
  }

  /// A constant that no node of the file makes.
  mutating func define(_ name: String, constant: ONNXTensorProto) { constants[name] = constant }

  mutating func define(_ node: ONNXNode, _ id: NodeID, padding: Padding) {
    define(node, id)
    if let output = node.proto.output.first { paddings[output] = padding }
  }

  /// Appends a node of the network, checks its operands and makes it the result of the file's node.
  mutating func append(
    _ op: Op, _ inputs: [NodeID], for node: ONNXNode, name: String? = nil
  ) throws {
    define(node, try append(op, inputs, name: unique(name ?? ONNXNames.module(of: node))))
  }

  mutating func append(_ op: Op, _ inputs: [NodeID], name: String) throws -> NodeID {
    let id = graph.append(op, inputs, name: name)
    guard let node = graph.nodes.last else { return id }
    let type = try node.type(of: inputs.map { types[$0.index] })
    guard type.shape.dimensions.reduce(1.0, { $0 * Double($1) }) <= Double(ONNXLimits.elements)
    else { throw ONNXError.rule(node: name, op: op.label, rule: "has more than 2^31 elements") }
    types.append(type)
    return id
  }

  /// Adds tensors of a module to the state.
  ///
  /// - Parameter module: unique, see `module(for:weight:)`.
  mutating func parameter(
    _ module: String, _ name: String, _ tensor: Tensor, _ role: StateEntry.Role
  ) throws -> NodeID {
    room -= tensor.count
    guard room >= 0 else {
      throw ONNXError.limit(rule: "is read where few of its nodes share tensors")
    }
    let entry = StateEntry("\(module).\(name)", tensor.shape, role)
    state[entry.name] = tensor
    names.insert(entry.name)
    let isBuffer = role == .runningMean || role == .runningVariance
    return try append(isBuffer ? .buffer(entry) : .parameter(entry), [], name: entry.name)
  }

  /// A name for a layer: its weight's without `.weight`, or that of the node.
  mutating func module(for node: ONNXNode, weight index: Int) -> String {
    unique(ONNXNames.module(ofWeight: node.input(index) ?? "") ?? ONNXNames.module(of: node))
  }

  private mutating func unique(_ name: String) -> String {
    var candidate = name
    while !names.insert(candidate).inserted {
      lastNumbers[name, default: 1] += 1
      candidate = "\(name)_\(lastNumbers[name, default: 1])"
    }
    return candidate
  }
}
