extension StaticType {
  /// What a call gives, by the builtin's declaration and what is known of the arguments.
  init(_ result: ResultType, _ call: CheckedCall) {
    switch result {
    case .nil: self = .nil
    case .bool: self = .bool
    case .int: self = .int
    case .float: self = .float
    case .string: self = .string
    case .list: self = .anyList
    case .record: self = .record(nil)
    case .host(let name): self = .host(name)
    case .number, .oneOf, .any: self = .unknown
    case .listOf(let element): self = .list(of: StaticType(element, call))
    case .argument(let name): self = call.type(name)
    case .elements(let name): self = .list(of: call.type(name).element)
    case .kind(let name): self = call.type(name).kind
    case .result(let name): self = call.type(name).resultOfCall
    case .results(let name): self = .list(of: call.type(name).resultOfCall)
    }
  }

  /// What a call of the function gives, whatever the arguments.
  private var resultOfCall: StaticType {
    switch self {
    case .function(let function): function.result
    case .value(.builtin(let reference)):
      StaticType(reference.builtin.result, .init(builtin: reference.builtin, types: []))
    default: .unknown
    }
  }

  /// The type without the value; of nil, and of what was left out, nothing is known.
  private var kind: StaticType { isNamed("nil", "nothing") ? .unknown : withoutValue }
}

extension CheckedCall {
  /// `unknown` for a call whose arguments are not known.
  fileprivate func type(_ name: String) -> StaticType { types.isEmpty ? .unknown : self[name] }
}

extension CallbackArgument {
  func type(in call: CheckedCall) -> StaticType {
    switch self {
    case .element(let name): call[name].element
    case .cell(let name):
      .record(
        call[name].recordFields?.map { field in
          let isAxis = field.type.isNamed("list", "range")
          let isOpen = field.type.name == nil
          let type = isOpen ? .unknown : isAxis ? field.type.element : field.type
          return .init(label: field.label, type: type)
        })
    case .row: .record(nil)
    case .any: .unknown
    }
  }
}

extension ParameterType {
  /// What a function in this place is called with; nil for what takes no function, or any.
  var callback: [CallbackArgument]? {
    switch self {
    case .callback(let arguments): arguments
    case .optional(let type): type.callback
    case .oneOf(let types): types.lazy.compactMap(\.callback).first
    default: nil
    }
  }

  var isCallback: Bool { callback != nil }

  /// Whether some value of a type that is known by name alone can stand here.
  func admits(_ type: StaticType) -> Bool {
    guard let name = type.name else { return true }
    switch self {
    case .any: return true
    case .bool: return name == "bool"
    case .int: return name == "int"
    case .float: return name == "int" || name == "float"
    case .string, .choice, .name, .path, .layer: return name == "string"
    case .list: return name == "list"
    case .sequence: return name == "list" || name == "range"
    case .record: return name == "record"
    case .function, .callback: return name == "function"
    case .host(let wanted): return name == wanted
    case .oneOf(let types): return types.contains { $0.admits(type) }
    case .optional(let inner): return name == "nil" || inner.admits(type)
    }
  }

  /// Looks a value up where the parameter takes names.
  ///
  /// - Throws: the runtime's own error for a name of nothing.
  func lookUp(_ value: Value) throws {
    switch self {
    case .name(let vocabulary): try vocabulary.check(value)
    case .optional(let type): try type.lookUp(value)
    case .oneOf(let types): for type in types { try type.lookUp(value) }
    default: break
    }
  }
}
