import QuantRuntime

/// Where the prompt's data goes in place of the terminal: a file, or another program.
struct Redirection {
  /// What the user called it.
  let name: String
  /// Whether it ends with the next entry.
  let isForOneEntry: Bool
  let descriptor: Descriptor
  /// How tables are written there, when the file's name says so.
  let format: TableFormat?
  private let program: ForegroundProgram?

  /// A new file; what was in it before is replaced.
  ///
  /// - Throws: `FileError`.
  init(file path: String, isForOneEntry: Bool) throws(FileError) {
    self.isForOneEntry = isForOneEntry
    name = path
    descriptor = try .opened(path, isContinued: false)
    format = try? TableFormat(path: path)
    program = nil
  }

  /// - Throws: `ProgramError` when it cannot be started.
  init(program command: String, isForOneEntry: Bool) throws(ProgramError) {
    self.isForOneEntry = isForOneEntry
    let program = try ForegroundProgram(command, takesInput: true)
    name = "|\(command)"
    descriptor = program.input ?? .output
    format = nil
    self.program = program
  }

  /// Whether lines are fitted to the terminal: nothing is left out of a file.
  var isFitted: Bool { program != nil }

  /// - Returns: the exit code of the program when it failed.
  func finish() -> Int32? {
    guard let program else {
      descriptor.closeFile()
      return nil
    }
    let code = program.finish()
    return code == 0 ? nil : code
  }
}
