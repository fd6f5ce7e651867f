import Lang
import QuantRuntime

/// What a prompt needs: entries that go on where the one before ended, and what they left behind.
extension Session {
  /// Whether the entry goes on on the next line.
  public static func isIncomplete(_ entry: String) -> Bool {
    var sources = SourceMap()
    return FrontEnd.isIncomplete(sources.add(name: "", bytes: Array(entry.utf8)))
  }

  /// A script that rebuilds the session: the entries that ran to their end, each on its own lines.
  public var transcript: String {
    thread.run { finishedEntries.map { $0.hasSuffix("\n") ? $0 : $0 + "\n" }.joined() }
  }

  /// Runs one entry and echoes its value. Whatever happens, the variables of earlier entries stay.
  ///
  /// An interruption that was requested before is forgotten: it was meant for an earlier entry.
  public func evaluate(_ entry: String) -> Outcome {
    enter(Array(entry.utf8), name: "<prompt>", folder: nil, isEchoed: true)
  }

  /// Runs a file as if it were an entry: its variables stay, its value is not shown.
  ///
  /// - Parameters:
  ///   - name: what diagnostics call it.
  ///   - folder: where its imports start from.
  public func load(_ bytes: [UInt8], name: String, folder: String) -> Outcome {
    enter(bytes, name: name, folder: folder, isEchoed: false)
  }

  private func enter(
    _ bytes: [UInt8], name: String, folder: String?, isEchoed: Bool
  ) -> Outcome {
    thread.run {
      context.interruption.clear()
      let source = context.sources.add(name: name, bytes: bytes)
      let before = (names: module.names, badged: badged)
      let outcome = guarded {
        let result = try context.checked(source, in: folder, after: module).result
        try context.interruption.check()
        module.names = result.globals
        let value = try machine.run(
          CodeCompiler.compile(result.program, result.resolution), in: module)
        if isEchoed { try echo(value) }
      }
      // What a failed entry declared and never set falls back to what it was before.
      for (name, entry) in module.names.entries where module.globals[entry.slot].isMissing {
        module.names.restore(name, from: before.names)
      }
      moveFocus(from: before.badged)
      tellEnd(outcome)
      if outcome == .done { finishedEntries.append(String(decoding: bytes, as: UTF8.self)) }
      return outcome
    }
  }

  private func echo(_ value: Value) throws {
    switch value {
    case .missing, .nil: return
    default: break
    }
    setLast(value)
    try context.output.write(Printer(context).echo(value))
  }

  /// `_` is the last value that was echoed.
  private func setLast(_ value: Value) {
    if module.names["_"] == nil { module.names.declareHostName("_") }
    if let entry = module.names["_"] { module.globals[entry.slot] = value }
  }

  // MARK: - What was worked on

  /// A few characters on the value that was worked on last, such as `resnet20[4/4 lsq]`; nil when no
  /// variable holds it any more.
  public var badge: String? {
    thread.run {
      guard let focus, badged.contains(where: { $0.box === focus }) else { return nil }
      return focus.value.badge
    }
  }

  private var badged: [(name: String, box: HostBox)] {
    module.variables.compactMap { name, value in
      guard case .host(let box) = value, box.value.badge != nil else { return nil }
      return (name, box)
    }
  }

  /// To what an entry has shown, or else given a name.
  private func moveFocus(from before: [(name: String, box: HostBox)]) {
    let changed = badged.filter { name, box in
      !before.contains { $0.name == name && $0.box === box }
    }
    guard let found = changed.first(where: { $0.name == "_" }) ?? changed.last else { return }
    focus = found.box
  }

  /// The variables whose values hold work that would be lost with the session, sorted.
  public var unsavedVariables: [String] {
    thread.run { module.variables.filter { $0.value.holdsUnsavedWork }.map(\.name) }
  }

  // MARK: - The program around

  /// Shows a failure of what the program around did for an entry.
  public func report(_ failure: any RuntimeFailure) {
    thread.run { context.report(failure.asDiagnostic) }
  }
}

extension Value {
  /// Whether this, or something in it, is a value whose loss would be a loss of work.
  fileprivate var holdsUnsavedWork: Bool {
    switch self {
    case .host(let box): box.value.holdsUnsavedWork
    case .list(let list): list.elements.contains(where: \.holdsUnsavedWork)
    case .record(let record): record.labels.indices.contains { record[$0].holdsUnsavedWork }
    default: false
    }
  }
}
