import QuantRuntime

/// What `version()` and `mqsh version` tell, for reports of errors.
public enum VersionFacts {
  /// Names and values, in the order in which they are shown.
  public static var all: [(name: String, value: String)] {
    [
      ("mqsh", Version.number), ("build", SystemFacts.build), ("compiler", SystemFacts.compiler),
      ("engine", EngineFacts.description), ("threads", String(EngineFacts.threads)),
      ("processor", SystemFacts.processor), ("system", SystemFacts.system),
    ]
  }
}

/// The version that `mqsh --version` and saved files name.
public enum Version {
  public static let number = "0.1.0"
}
