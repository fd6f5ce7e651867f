import QuantRuntime

extension Builtin {
  /// Asks for every argument that names a file or a folder whether it may be touched.
  ///
  /// - Throws: `ArgumentError.refused` with the reason.
  func checkPaths(_ values: [Value], _ files: FileAccess) throws {
    for (parameter, value) in zip(parameters, values) {
      guard case .string(let text) = value, let use = parameter.type.pathUse(of: text.value) else {
        continue
      }
      try check(text.value, of: parameter.name, for: use, files)
    }
  }

  /// - Parameter parameter: which one to blame.
  /// - Throws: `ArgumentError.refused` with the reason.
  func check(
    _ path: String, of parameter: String, for use: PathUse, _ files: FileAccess
  ) throws(ArgumentError) {
    do throws(FileAccessError) { try files.check(path, for: use) } catch {
      throw .refused(parameter: parameter, function: name, reason: error)
    }
  }
}

extension ParameterType {
  /// What is done to the file that a text names; nil when it names none. Where a parameter takes names
  /// of a catalog beside paths, such a name is no path.
  fileprivate func pathUse(of text: String) -> PathUse? {
    switch self {
    case .path(let use): return use
    case .optional(let type): return type.pathUse(of: text)
    case .oneOf(let types):
      let isName = types.contains { type in
        guard case .name(let vocabulary) = type else { return false }
        return vocabulary.entries().contains { $0.name == text }
      }
      return isName ? nil : types.lazy.compactMap { $0.pathUse(of: text) }.first
    default: return nil
    }
  }
}
