import Lang

/// What a script takes from its command line, and what it says of it.
extension Session {
  /// The parameters that a script and its imports declare with `param`; nil when it has errors.
  ///
  /// - Parameters: as of `run`.
  public func parameters(
    of bytes: [UInt8], name: String, folder: String? = nil
  ) -> [ScriptParameter]? {
    parameterHelp(of: bytes, name: name, folder: folder)?.parameters
  }

  /// What a script says of itself: how it is called, its first comment, its parameters; nil when it
  /// has errors.
  ///
  /// - Parameters: as of `run`.
  public func help(of bytes: [UInt8], name: String, folder: String? = nil) -> String? {
    parameterHelp(of: bytes, name: name, folder: folder)?.page
  }

  /// How a script is called, on a line or a few; nil when it has errors.
  ///
  /// - Parameters: as of `run`.
  public func usage(of bytes: [UInt8], name: String, folder: String? = nil) -> String? {
    parameterHelp(of: bytes, name: name, folder: folder)?.usage
  }

  private func parameterHelp(
    of bytes: [UInt8], name: String, folder: String?
  ) -> ParameterHelp? {
    thread.run {
      let source = context.sources.add(name: name, bytes: bytes)
      guard let program = try? context.frontEnd.process(source).program else { return nil }
      // What is wrong with them, a run says.
      _ = context.checkImports(of: program, in: folder)
      return ParameterHelp(
        name: name, parameters: context.declaredParameters(of: program),
        comment: ParameterHelp.comment(of: bytes))
    }
  }

  /// Checks all words behind the script's name before anything runs.
  func takeWords(for program: Program) throws {
    let given = GivenParameters(context.words, for: context.declaredParameters(of: program))
    guard given.errors.all.isEmpty else { throw given.errors }
    context.parameters = given.values
    context.arguments = given.arguments
  }
}
