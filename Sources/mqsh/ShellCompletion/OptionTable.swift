import ArgumentParser
import Foundation

/// The options of a command, as its parser describes them itself.
struct OptionTable: Sendable {
  struct Option: Sendable {
    /// With their dashes; the one to offer comes last.
    var names: [String]
    var takesValue: Bool
    /// What its value can be; empty where it can be anything.
    var values: [String]
    /// Its value is a path.
    var takesPath: Bool
    var summary: String

    /// What can stand where its value is a word of its own.
    var valueChoices: [WordChoice] {
      takesPath ? [.files(suffix: nil)] : values.map { .word($0, summary: "") }
    }
  }

  let options: [Option]

  /// Of a command that has no options.
  static let empty = OptionTable(options: [])

  private init(options: [Option]) { self.options = options }

  init(_ command: (some ParsableCommand).Type) {
    let described = try? JSONDecoder().decode(
      Description.self, from: Data(command._dumpHelp().utf8))
    options = (described?.command.arguments ?? []).compactMap(\.option)
  }

  /// - Parameter word: a word of the command line, perhaps with its value: `--format=csv`. Of several
  ///   letters behind one dash the last one can take a value.
  func option(for word: String) -> Option? {
    let isShort = !word.hasPrefix("--")
    let name = isShort ? "-" + word.suffix(1) : String(word.prefix { $0 != "=" })
    return options.first { $0.names.contains(name) }
  }

  /// The words of a command line up to the first operand.
  struct Front {
    /// The values of options that stand as words of their own, by the name that is offered.
    var values: [String: String] = [:]
    /// The option whose value comes next.
    var awaiting: Option?
    /// The first operand and what follows it.
    var rest: ArraySlice<String>
  }

  /// - Parameter script: an option whose value takes the place of a script: what stands behind it and
  ///   is not in the table belongs to that script.
  func front(of words: ArraySlice<String>, script: String? = nil) -> Front {
    var front = Front(rest: words)
    while let word = front.rest.first, word.hasPrefix("-"), word != "-" {
      let option = option(for: word)
      if option == nil, let script, front.values[script] != nil { break }
      front.rest.removeFirst()
      guard let option, option.takesValue, let name = option.names.last, !word.contains("=") else {
        continue
      }
      guard let value = front.rest.popFirst() else {
        front.awaiting = option
        break
      }
      front.values[name] = value
    }
    return front
  }

  /// What can stand where an option can: for `--format=` its values.
  func choices(for partial: String) -> [WordChoice] {
    if partial.contains("="), let option = option(for: partial), let name = option.names.last {
      if option.takesPath { return [.filesOfOption] }
      return option.values.map { .word("\(name)=\($0)", summary: "") }
    }
    return options.compactMap { option in
      option.names.last.map { .word($0, summary: option.summary) }
    }
  }
}

/// The parts of the parser's description that matter here.
private struct Description: Decodable {
  struct Command: Decodable {
    var arguments: [Argument]?
  }

  struct Argument: Decodable {
    struct Name: Decodable {
      var kind: String
      var name: String
    }

    /// Only that of paths matters.
    struct Completion: Decodable {
      struct Files: Decodable {}

      var file: Files?
    }

    var kind: String
    var names: [Name]?
    var allValues: [String]?
    var completionKind: Completion?
    var abstract: String?

    /// Nil for an operand.
    var option: OptionTable.Option? {
      guard kind != "positional", let names else { return nil }
      return OptionTable.Option(
        names: names.map { ($0.kind == "long" ? "--" : "-") + $0.name },
        takesValue: kind == "option", values: allValues ?? [],
        takesPath: completionKind?.file != nil, summary: abstract ?? "")
    }
  }

  var command: Command
}
