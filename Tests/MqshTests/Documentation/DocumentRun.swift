import Foundation
import Testing

/// Runs the blocks of one document, in order, in one session and one folder of their own.
struct DocumentRun {
  private let document: Document
  private let folder: Folder
  private let prompt: PipedPrompt
  /// Blocks that are not what the program shows, with the lines that would be.
  private(set) var corrections: [Range<Int>: [String]] = [:]
  private var files: [String] = []

  init(_ document: Document) throws {
    self.document = document
    folder = try Folder()
    prompt = try PipedPrompt(in: folder)
  }

  /// Runs every block; what is wrong becomes an issue of the test.
  mutating func run() throws {
    for (index, block) in document.blocks.enumerated() {
      let next = document.blocks.dropFirst(index + 1).first
      let text = next.flatMap { $0.followsDirectly && $0.language == "text" ? $0 : nil }
      switch block.task {
      case .statements: try enterAll(Entry.statements(block.lines), block)
      case .transcript: try enterAll(Entry.transcript(block.lines), block)
      case .failure: try fail(block, text)
      case .file(let name): _ = try folder.file(name, block.text)
      case .check: try check(block)
      case .shell(let code): try shell(block, code, text)
      case .nothing: break
      case nil: complain(block, "'\(block.words.joined(separator: " "))' means nothing")
      }
      if block.isCode { files.append(try folder.file("block-\(block.firstLine).mq", block.text)) }
    }
    try checkLayout()
  }

  private func complain(_ block: DocumentBlock, at line: Int = 0, _ message: String) {
    Issue.record("\(document.path):\(block.firstLine + line): \(message)")
  }

  // MARK: - Entries

  private mutating func enterAll(_ entries: [Entry], _ block: DocumentBlock) throws {
    if entries.isEmpty { complain(block, "there is nothing to run") }
    try enter(entries, block)
  }

  private mutating func enter(_ entries: [Entry], _ block: DocumentBlock) throws {
    for entry in entries {
      let shown = try prompt.enter(entry.input)
      if let output = entry.output {
        compare(shown, with: output, of: entry, block)
      } else if shown.contains(where: \.isError) {
        complain(block, at: entry.range.lowerBound, shown.joined(separator: "\n"))
      }
    }
  }

  private mutating func compare(
    _ shown: [String], with output: [String], of entry: Entry, _ block: DocumentBlock
  ) {
    let expected = ExpectedText(lines: output, isApproximate: block.isApproximate)
    guard !expected.matches(shown) else { return }
    complain(
      block, at: entry.range.lowerBound,
      "it says\n\(output.joined(separator: "\n"))\nand shows\n\(shown.joined(separator: "\n"))")
    let lines = entry.range.clamped(to: 0..<block.lines.count)
    let place = (block.firstLine - 1 + lines.lowerBound)..<(block.firstLine - 1 + lines.upperBound)
    corrections[place] = entry.written(with: shown, asTranscript: block.task == .transcript)
  }

  /// The last entry of the block has to fail.
  private mutating func fail(_ block: DocumentBlock, _ text: DocumentBlock?) throws {
    let entries = Entry.statements(block.lines)
    try enter(Array(entries.dropLast()), block)
    guard let last = entries.last else { return complain(block, "there is nothing to run") }
    let shown = try prompt.enter(last.input)
    if !shown.contains(where: \.isError) { complain(block, "it does not fail") }
    if let text { compare(shown, with: text) }
  }

  private mutating func compare(_ shown: [String], with text: DocumentBlock) {
    let expected = ExpectedText(lines: text.lines, isApproximate: text.isApproximate)
    guard !expected.matches(shown) else { return }
    complain(
      text,
      "it says\n\(text.lines.joined(separator: "\n"))\nand shows\n\(shown.joined(separator: "\n"))")
    corrections[(text.firstLine - 1)..<(text.firstLine - 1 + text.lines.count)] = shown
  }

  // MARK: - Programs

  private func check(_ block: DocumentBlock) throws {
    let file = try folder.file("check-\(block.firstLine).mq", block.text)
    let result = try Command.run(["check", file], folder: folder)
    if result.code != 0 { complain(block, result.talk) }
  }

  private mutating func shell(_ block: DocumentBlock, _ code: Int32, _ text: DocumentBlock?) throws
  {
    let programs = (Command.path as NSString).deletingLastPathComponent
    let result = try Command.run(
      ["-c", "exec 2>&1\nset -e\n\(block.text)"],
      environment: ["PATH": programs + ":/usr/bin:/bin"], program: "/bin/bash", folder: folder,
      patience: PipedPrompt.patience)
    if result.code != code {
      complain(block, "it ends with \(result.code) and shows\n\(result.output)\(result.talk)")
    }
    let shown = result.output.hasSuffix("\n") ? String(result.output.dropLast()) : result.output
    if let text {
      compare(shown.isEmpty ? [] : shown.components(separatedBy: "\n"), with: text)
    }
  }

  /// The code of documents has the one layout of scripts.
  private func checkLayout() throws {
    guard !files.isEmpty else { return }
    let result = try Command.run(["fmt", "--check"] + files, folder: folder)
    if result.code != 0 {
      Issue.record("\(document.path): mqsh fmt would change\n\(result.output)\(result.talk)")
    }
  }
}

extension DocumentBlock {
  fileprivate var text: String { lines.joined(separator: "\n") + "\n" }

  /// Whether it is a text that parses, as scripts do.
  fileprivate var isCode: Bool {
    switch task {
    case .statements, .file, .check: true
    default: false
    }
  }
}

extension Entry {
  /// The lines of a document that say what the program shows.
  fileprivate func written(with shown: [String], asTranscript: Bool) -> [String] {
    guard !asTranscript else {
      return zip([Self.prompt] + Array(repeating: Self.continuation, count: input.count), input)
        .map { $0 + $1 } + shown
    }
    return input.dropLast() + [(input.last ?? "") + Self.arrow + shown.joined(separator: " ")]
  }
}

extension String {
  /// Whether the line begins a diagnostic of an error.
  fileprivate var isError: Bool { hasPrefix("error[") || hasPrefix("error: ") }
}
