/// A folder of the user for the files of programs, by the XDG base directory specification.
enum BaseFolder {
  case settings, state

  /// Nil where the environment names no home.
  func path(_ environment: [String: String]) -> String? {
    // Relative paths in the variable are to be ignored, says the specification.
    if let path = environment[variable], path.hasPrefix("/") { return path }
    guard let home = environment["HOME"], !home.isEmpty else { return nil }
    return home + "/" + usual
  }

  private var variable: String {
    switch self {
    case .settings: "XDG_CONFIG_HOME"
    case .state: "XDG_STATE_HOME"
    }
  }

  /// Below the home.
  private var usual: String {
    switch self {
    case .settings: ".config"
    case .state: ".local/state"
    }
  }
}
