/// A built-in function with all that help, completion, the argument binder and the tests read.
public struct Builtin: Sendable {
  public let name: String
  /// Groups the listing of `help()`: "data", "models", "lists".
  public var family: String
  /// The first sentence of its help.
  public var summary: String
  /// Further help: formulas, citations, deviations.
  public var details: String
  public let parameters: [Parameter]
  /// What it gives.
  public var result: ResultType
  public var examples: [Example]
  /// Set for a name that stands for a value and is not called, such as a backend.
  public var constant: Value?
  let body: @Sendable (Call) throws -> Value
  /// Whether a call with known arguments can be computed before anything runs: it has no effects,
  /// needs no files and takes no time.
  private(set) var isPure = false
  /// Whether it catches the failures of the function that it is given.
  private(set) var catches = false
  /// What is wrong with a call beyond the types of its arguments, as far as they are known.
  private(set) var check: (@Sendable (CheckedCall) throws -> Void)?
  /// Made once: every call binds its arguments with it.
  let binder: ArgumentBinder

  /// A line of script, and what it prints when it is echoed at the prompt; nil where that is not
  /// worth showing (it still has to run).
  public struct Example: Sendable {
    public var code: String
    public var output: String?

    public init(_ code: String, _ output: String? = nil) {
      self.code = code
      self.output = output
    }
  }

  public init(
    _ name: String, family: String, _ summary: String, details: String = "",
    parameters: [Parameter] = [], result: ResultType, examples: [Example],
    body: @escaping @Sendable (Call) throws -> Value
  ) {
    self.name = name
    self.family = family
    self.summary = summary
    self.details = details
    self.parameters = parameters
    self.result = result
    self.examples = examples
    self.body = body
    binder = ArgumentBinder(
      function: name,
      places: parameters.map {
        .init(
          name: $0.name, isRequired: $0.defaultValue == nil, isVariadic: $0.isVariadic,
          needsLabel: $0.needsLabel, collectsLabels: $0.collectsLabels)
      })
  }

  /// The same, computed where its arguments are known before anything runs.
  var pure: Builtin {
    var result = self
    result.isPure = true
    return result
  }

  /// The same, known to catch the failures of the function that it is given.
  var catching: Builtin {
    var result = self
    result.catches = true
    return result
  }

  /// The same with a check of how its arguments go together.
  func checking(_ check: @escaping @Sendable (CheckedCall) throws -> Void) -> Builtin {
    var result = self
    result.check = check
    return result
  }

  /// A name that stands for a value.
  public init(
    constant name: String, family: String, _ summary: String, details: String = "",
    result: ResultType,
    value: Value, examples: [Example]
  ) {
    self.init(
      name, family: family, summary, details: details, result: result, examples: examples
    ) { _ in value }
    constant = value
  }
}
