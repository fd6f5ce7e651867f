import Lang

/// The words behind a script's name, told apart by the parameters that it declares: `--name value` and
/// `--name=value` are its parameters, the rest its arguments. Behind `--` everything is an argument.
///
/// A parameter that is true or false needs no value: `--name` is true, `--no-name` false. The word
/// behind it is its value only when it is `true` or `false`.
struct GivenParameters {
  /// By the name that the script declares.
  private(set) var values: [String: String] = [:]
  private(set) var arguments: [String] = []
  private(set) var errors = ParameterErrors(all: [])

  private let declared: [ScriptParameter]

  init(_ words: [String], for declared: [ScriptParameter]) {
    self.declared = declared
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        arguments += rest
        break
      }
      guard word.hasPrefix("--") else {
        arguments.append(word)
        continue
      }
      let parts = word.dropFirst(2).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      take(String(parts[0]), parts.count == 2 ? String(parts[1]) : nil, &rest)
    }
    checkValues()
  }

  private mutating func take(
    _ option: String, _ value: String?, _ rest: inout ArraySlice<String>
  ) {
    if let parameter = declared.first(where: { $0.isNamed(option) }) {
      let value = value ?? (parameter.isFlag ? Self.flagValue(&rest) : Self.value(&rest))
      guard let value else { return report(.noValue(name: option), parameter) }
      set(parameter, value)
    } else if let parameter = declared.first(where: { $0.isFlag && option.isNo(of: $0) }) {
      if value != nil { return report(.valueOfNo(name: parameter.name), parameter) }
      set(parameter, "false")
    } else {
      if value == nil { _ = Self.value(&rest) }
      report(.unknown(name: option, known: declared.map(\.name)), nil)
    }
  }

  /// The next word, unless it is an option.
  private static func value(_ rest: inout ArraySlice<String>) -> String? {
    guard let next = rest.first, !next.hasPrefix("--") else { return nil }
    return rest.removeFirst()
  }

  private static func flagValue(_ rest: inout ArraySlice<String>) -> String {
    guard let next = rest.first, Bool(next) != nil else { return "true" }
    return rest.removeFirst()
  }

  private mutating func set(_ parameter: ScriptParameter, _ value: String) {
    guard values.updateValue(value, forKey: parameter.name) == nil else {
      return report(.twice(name: parameter.name), parameter)
    }
  }

  /// In the order of the declarations.
  private mutating func checkValues() {
    for parameter in declared {
      if let text = values[parameter.name] {
        do throws(ParameterError) {
          _ = try parameter.form?.read(text, name: parameter.name)
        } catch { report(error, parameter) }
      } else if parameter.isRequired,
        !errors.all.contains(where: { $0.declaration == parameter.span })
      {
        report(.missing(name: parameter.name), parameter)
      }
    }
  }

  private mutating func report(_ error: ParameterError, _ parameter: ScriptParameter?) {
    errors.all.append((error, parameter?.span))
  }
}

extension String {
  /// Whether an option says that a parameter is false.
  fileprivate func isNo(of parameter: ScriptParameter) -> Bool {
    ["no-", "no_"].contains { hasPrefix($0) } && parameter.isNamed(String(dropFirst(3)))
  }
}
