import Foundation
import Lang
import QuantRuntime

/// The imported files of a session: each is read and checked once, before anything runs, and run
/// once, when the first `import` of it is reached.
struct ModuleTable {
  fileprivate enum State {
    case checked(Code, CheckedText)
    case running
    case finished(Value)
  }

  fileprivate var states: [String: State] = [:]
  /// Files being checked, from the outermost: what a cycle is made of.
  fileprivate var chain: [String] = []
}

extension SessionContext {
  /// Reads and checks the files that a program imports, and those that they import.
  ///
  /// - Returns: what is wrong in them, or with an import.
  func checkImports(of program: Program, in folder: String?) -> [Diagnostic] {
    program.statements.flatMap { statement -> [Diagnostic] in
      guard case .import(let path, let span, _) = statement.kind else { return [] }
      do throws(Diagnostics) {
        try check(resolve(path, folder), shownAs: shownName(path, importer: span), at: span)
        return []
      } catch {
        return error.all
      }
    }
  }

  /// The parameters of a script and of the files that it imports, which were checked before.
  func declaredParameters(of program: Program) -> [ScriptParameter] {
    let imported = modules.states.sorted { $0.key < $1.key }.flatMap { _, state in
      guard case .checked(_, let text) = state else { return [ScriptParameter]() }
      return ScriptParameter.declared(in: text.result.program)
    }
    return imported.reduce(into: ScriptParameter.declared(in: program)) { known, parameter in
      if !known.contains(where: { $0.isNamed(parameter.name) }) { known.append(parameter) }
    }
  }

  /// What the checker knows of an imported file that was checked.
  func importedType(_ path: String, in folder: String?) -> StaticType {
    switch modules.states[resolve(path, folder)] {
    case .checked(_, let text): text.record
    case .finished(let value): .value(value)
    case .running, nil: .unknown
    }
  }

  /// What diagnostics call an imported file: its path as seen from where the importing file's own
  /// name starts, so that they do not depend on the machine.
  private func shownName(_ path: String, importer span: Span) -> String {
    let folder = PathName(sources[span.source].name).folder
    guard !path.hasPrefix("/"), !folder.isEmpty else { return path }
    return PathName.joined(folder, path)
  }

  private func check(_ path: String, shownAs name: String, at span: Span) throws(Diagnostics) {
    if let start = modules.chain.firstIndex(of: path) {
      let names = (modules.chain[start...] + [path]).map { PathName($0).file }
      throw Diagnostics([
        Diagnostic(
          code: "import.cycle",
          message: "a file imports itself: \(names.joined(separator: " -> "))",
          primary: .init(span))
      ])
    }
    guard modules.states[path] == nil else { return }
    modules.chain.append(path)
    defer { modules.chain.removeLast() }
    let source = sources.add(name: name, bytes: try read(path, shownAs: name, at: span))
    let text = try checked(source, in: PathName(path).folder)
    modules.states[path] = .checked(
      CodeCompiler.compile(text.result.program, text.result.resolution), text)
  }

  private func read(
    _ path: String, shownAs name: String, at span: Span
  ) throws(Diagnostics) -> [UInt8] {
    do throws(FileAccessError) { try files.check(path, for: .read) } catch {
      let error = error.naming(name)
      throw Diagnostics([
        Diagnostic(
          code: error.code, message: error.message, primary: .init(span), help: error.help,
          notes: error.notes)
      ])
    }
    do throws(FileError) {
      return Array(try AtomicFile.read(path, limit: Session.scriptByteLimit))
    } catch {
      throw Diagnostics([
        Diagnostic(
          code: "import.unreadable", message: unreadable(name, error), primary: .init(span))
      ])
    }
  }

  private func unreadable(_ name: String, _ error: FileError) -> String {
    switch error {
    case .unreadable(_, let reason), .unwritable(_, let reason): "cannot read '\(name)': \(reason)"
    }
  }

  /// Paths are relative to the importing file, or to the working folder for text that is in none.
  private func resolve(_ path: String, _ folder: String?) -> String {
    let base = folder ?? FileManager.default.currentDirectoryPath
    let full = path.hasPrefix("/") ? path : PathName.joined(base, path)
    return URL(fileURLWithPath: full).standardizedFileURL.path
  }

  /// The record of a checked file's top-level names, running it the first time.
  func importModule(_ path: String, from folder: String?, at span: Span) throws -> Value {
    let path = resolve(path, folder)
    guard let machine else { return .nil }
    switch modules.states[path] {
    case .finished(let value): return value
    case .checked(let code, let text):
      modules.states[path] = .running
      let module = Module(folder: PathName(path).folder)
      module.names = text.result.globals
      do {
        _ = try machine.run(code, in: module)
      } catch {
        modules.states[path] = .checked(code, text)
        throw error
      }
      let value = try Value.record(module.variables.map { ($0.name, $0.value) })
      modules.states[path] = .finished(value)
      return value
    case .running, nil:
      throw ValueError.builtin(
        code: "import.cycle", message: "'\(path)' is imported while it runs", help: nil)
    }
  }
}
