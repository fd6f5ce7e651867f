/// One field of a hardware profile under the name that scripts and files use.
///
/// Everything that reads or writes profiles by name goes through this list: printing, changing a copy,
/// JSON.
public struct ProfileField: Sendable {
  public let name: String
  /// One sentence.
  public let summary: String
  public let kind: Kind
  private let get: @Sendable (HardwareProfile) -> Value
  private let put: @Sendable (inout HardwareProfile, Value) -> Bool

  /// What a field takes.
  public enum Kind: Hashable, Sendable {
    case text
    case flag
    case choice([String])
  }

  public enum Value: Hashable, Sendable, CustomStringConvertible {
    case text(String)
    case flag(Bool)

    public var description: String {
      switch self {
      case .text(let text): text
      case .flag(let flag): "\(flag)"
      }
    }
  }

  public func value(_ profile: HardwareProfile) -> Value { get(profile) }

  /// A copy of the profile with another value in this field.
  ///
  /// - Throws: `ProfileError.value` for a value that the field does not take.
  public func setting(
    _ value: Value, in profile: HardwareProfile
  ) throws(ProfileError) -> HardwareProfile {
    var result = profile
    guard put(&result, value) else {
      throw .value(field: name, found: "\(value)", kind: kind)
    }
    return result
  }

  /// - Throws: `ProfileError.unknownField`.
  public static func named(_ name: String) throws(ProfileError) -> ProfileField {
    guard let field = all.first(where: { $0.name == name }) else {
      throw .unknownField(name: name, known: all.map(\.name))
    }
    return field
  }
}

extension ProfileField {
  /// Every field, in the order of listings.
  public static let all: [ProfileField] =
    [
      text("name", "What reports call it.", \.name),
      text("provider", "Who makes it.", \.provider),
      text("hardware", "What it runs on.", \.hardware),
    ] + forms("weights", \.weights) + forms("activations", \.activations) + [
      text("graph", "Which activations are quantized.", \.graphMode, GraphModeCatalog.names),
      flag(
        "integer_arithmetic", "Computes with integers: levels must be an integer grid.",
        \.integerArithmetic),
      choice(
        "requantization", "How integers get from one scale to the next.", \.self, \.requantization),
      flag(
        "folds_batch_norm", "Has no batch norm: it is folded into the weights.", \.foldsBatchNorm),
      text("fold", "The folding strategy of training.", \.defaultFold, FoldingCatalog.names),
    ]

  private static func forms(
    _ kind: String, _ form: Path<QuantForm>
  ) -> [ProfileField] {
    [
      choice("\(kind)_per", "One scale for the tensor or for each channel.", form, \.granularity),
      choice("\(kind)_symmetry", "Whether the zero point is 0.", form, \.symmetry),
      choice("\(kind)_sign", "The integer range; adaptive decides by the data.", form, \.sign),
      choice("\(kind)_scale", "Any real number or a power of two.", form, \.scaleForm),
    ]
  }

  private typealias Path<Field> = WritableKeyPath<HardwareProfile, Field> & Sendable

  private static func text(
    _ name: String, _ summary: String, _ path: Path<String>, _ choices: [String]? = nil
  ) -> ProfileField {
    ProfileField(
      name: name, summary: summary, kind: choices.map { .choice($0) } ?? .text,
      get: { .text($0[keyPath: path]) },
      put: { profile, value in
        guard case .text(let text) = value, choices?.contains(text) ?? !text.isEmpty else {
          return false
        }
        profile[keyPath: path] = text
        return true
      })
  }

  private static func flag(
    _ name: String, _ summary: String, _ path: Path<Bool>
  ) -> ProfileField {
    ProfileField(
      name: name, summary: summary, kind: .flag, get: { .flag($0[keyPath: path]) },
      put: { profile, value in
        guard case .flag(let flag) = value else { return false }
        profile[keyPath: path] = flag
        return true
      })
  }

  private static func choice<Owner, Choice: CaseIterable & RawRepresentable & Sendable>(
    _ name: String, _ summary: String, _ form: Path<Owner>,
    _ part: WritableKeyPath<Owner, Choice> & Sendable
  ) -> ProfileField where Choice.RawValue == String {
    ProfileField(
      name: name, summary: summary, kind: .choice(Choice.allCases.map(\.rawValue)),
      get: { .text($0[keyPath: form][keyPath: part].rawValue) },
      put: { profile, value in
        guard case .text(let text) = value, let choice = Choice(rawValue: text) else {
          return false
        }
        profile[keyPath: form][keyPath: part] = choice
        return true
      })
  }
}

/// A profile's field that does not exist, or a value that it does not take.
public enum ProfileError: RuntimeFailure, Equatable {
  case unknownField(name: String, known: [String])
  case value(field: String, found: String, kind: ProfileField.Kind)

  /// The field's name as it was given.
  public var field: String {
    switch self {
    case .unknownField(let name, _): name
    case .value(let field, _, _): field
    }
  }

  public var code: String {
    switch self {
    case .unknownField: "profile.field"
    case .value: "profile.value"
    }
  }

  public var message: String {
    switch self {
    case .unknownField(let name, _): "a backend has no field '\(name)'"
    case .value(let field, let found, let kind): "field '\(field)' takes \(kind), not '\(found)'"
    }
  }

  public var help: String? {
    switch self {
    case .unknownField(let name, let known):
      closestName(to: name, among: known).map { "did you mean '\($0)'?" }
    case .value(_, let found, .choice(let choices)):
      closestName(to: found, among: choices).map { "did you mean \"\($0)\"?" }
    case .value: nil
    }
  }

  public var notes: [String] {
    switch self {
    case .unknownField(_, let known): ["fields are \(known.joined(separator: ", "))"]
    case .value: []
    }
  }
}

extension ProfileField.Kind: CustomStringConvertible {
  public var description: String {
    switch self {
    case .text: "text"
    case .flag: "true or false"
    case .choice(let choices): choices.map { "\"\($0)\"" }.joined(separator: " or ")
    }
  }
}
