import QuantRuntime

/// What `version()` and `mqsh version` tell, for reports of errors.
public enum VersionFacts {
  /// Names and values, in the order in which they are shown.
  static var all: [(name: String, value: Value)] {
    [
      ("mqsh", .text(Version.number)), ("build", .text(SystemFacts.build)),
      ("compiler", .text(SystemFacts.compiler)), ("engine", .text(EngineFacts.description)),
      ("threads", .int(EngineFacts.threads)), ("processor", .text(SystemFacts.processor)),
      ("system", .text(SystemFacts.system)),
    ]
  }

  /// A line for each: `threads: 2`.
  public static var lines: [String] {
    all.map { name, value in
      if case .string(let text) = value { return "\(name): \(text.value)" }
      return "\(name): \(Display.inline(value))"
    }
  }
}

/// The version that `mqsh --version` and saved files name.
public enum Version {
  public static let number = "0.1.0"
}
