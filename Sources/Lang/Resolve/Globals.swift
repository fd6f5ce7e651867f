/// The names of the top level: those of one file, or those a session at the prompt has so far.
public struct Globals: Sendable {
  public struct Entry: Hashable, Sendable {
    public var slot: Int
    public var kind: DeclarationKind
    public var declaration: Span
    public var isMutable: Bool { kind == .variable }
  }

  /// The latest declaration of each name.
  public private(set) var entries: [String: Entry] = [:]
  /// Slots given so far; they are never used again for another name.
  public private(set) var slotCount: Int

  public init(slotCount: Int = 0) { self.slotCount = slotCount }

  public subscript(name: String) -> Entry? { entries[name] }

  mutating func declare(_ name: Name, kind: DeclarationKind) -> Entry {
    let entry = Entry(slot: slotCount, kind: kind, declaration: name.span)
    slotCount += 1
    entries[name.text] = entry
    return entry
  }

  /// Goes back to what a name was before, when its declaration did not come to pass.
  public mutating func restore(_ name: String, from older: Globals) {
    entries[name] = older.entries[name]
  }
}

/// What made a name: only a variable can be assigned later.
public enum DeclarationKind: Sendable {
  case constant, variable, function, parameter, loopVariable, module
}

extension Globals {
  /// Adds a name that no text declares, such as `_` at the prompt.
  public mutating func declareHostName(_ name: String) {
    let nowhere = Span(source: SourceID(0), start: 0, end: 0)
    _ = declare(Name(id: 0, text: name, span: nowhere), kind: .constant)
  }
}
