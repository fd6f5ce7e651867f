import Foundation
import QuantRuntime

/// Where the prompt's data goes in place of the terminal: a file, or another program.
struct Redirection {
  /// What the user called it.
  let name: String
  let descriptor: Descriptor
  /// How tables are written there, when the file's name says so.
  let format: TableFormat?
  private let program: ForegroundProgram?

  /// A new file; what was in it before is replaced.
  ///
  /// - Throws: `FileError`.
  init(file path: String) throws(FileError) {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw .unwritable(path: path, reason: systemErrorText(errno)) }
    name = path
    descriptor = Descriptor(number: file)
    format = try? TableFormat(path: path)
    program = nil
  }

  /// - Throws: `ProgramError` when it cannot be started.
  init(program command: String) throws(ProgramError) {
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
      close(descriptor.number)
      return nil
    }
    let code = program.finish()
    return code == 0 ? nil : code
  }
}
