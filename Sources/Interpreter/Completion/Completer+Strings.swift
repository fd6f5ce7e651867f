import Lang

extension Completer {
  /// What the string at the cursor can become: words that the parameter takes, layers, paths.
  func contents(_ request: CompletionRequest) -> [Completions.Candidate] {
    guard let call = request.place.call, request.place.isAlone,
      let parameter = signature(of: call.function)?.parameter(at: call)
    else { return [] }
    let words = words(of: parameter.type).map {
      Completions.Candidate(
        $0.name + request.closingQuote, label: $0.name, detail: $0.summary)
    }
    return request.matching(words)
      + (parameter.type.takesLayer ? layers(of: call, request) : [])
      + (parameter.type.takesPath ? paths(request) : [])
  }

  // MARK: - Layers

  /// Longer lists are offered part by part, as folders are.
  private static let listedLayers = 24

  private func layers(
    of call: CompletionPlace.OpenCall, _ request: CompletionRequest
  ) -> [Completions.Candidate] {
    let word = request.word
    let all = (model(of: call, request)?.layers ?? []).filter { $0.name.hasPrefix(word) }
    guard all.count > Self.listedLayers else {
      return all.map { .init($0.name + request.closingQuote, label: $0.name, detail: $0.summary) }
    }
    return all.map { layer in
      let rest = layer.name.dropFirst(word.count)
      guard let dot = rest.firstIndex(of: ".") else {
        return .init(layer.name + request.closingQuote, label: layer.name, detail: layer.summary)
      }
      return .init(word + rest[...dot])
    }
  }

  /// The model that a call is about, when it is a variable or comes out of a pipe that begins with one:
  /// most of what is done to a model keeps its layers.
  private func model(
    of call: CompletionPlace.OpenCall, _ request: CompletionRequest
  ) -> (any HostValue)? {
    let given = call.piped ?? call.arguments.first { [nil, "model"].contains($0.label) }?.value
    guard let given else { return nil }
    let name = request.text(given).prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    guard case .host(let box)? = value(String(name)) else { return nil }
    return box.value
  }

  // MARK: - Paths

  /// The files in the folder that the word names so far. Hidden ones have to be asked for; names that
  /// a string would have to escape are left out.
  func paths(
    _ request: CompletionRequest, where isWanted: (FileEntry) -> Bool = { _ in true }
  ) -> [Completions.Candidate] {
    let word = request.word
    let folder = word.lastIndex(of: "/").map { String(word[...$0]) } ?? ""
    let start = String(word.dropFirst(folder.count))
    let found = files(folder).filter { file in
      isWanted(file) && file.name.hasPrefix(start)
        && (start.hasPrefix(".") || file.name.first != ".")
        && Display.needsNoEscape(file.name)
    }
    return found.sorted { $0.name < $1.name }.map { file in
      let name = file.isFolder ? file.name + "/" : file.name
      return .init(folder + name + (file.isFolder ? "" : request.closingQuote), label: name)
    }
  }
}

extension CompletionRequest {
  /// What ends the string, unless it is there.
  fileprivate var closingQuote: String { next == UInt8(ascii: "\"") ? "" : "\"" }
}

extension ParameterType {
  fileprivate var takesLayer: Bool {
    switch self {
    case .layer: true
    case .oneOf(let types): types.contains(where: \.takesLayer)
    case .optional(let type): type.takesLayer
    default: false
    }
  }

  fileprivate var takesPath: Bool {
    switch self {
    case .path: true
    case .oneOf(let types): types.contains(where: \.takesPath)
    case .optional(let type): type.takesPath
    default: false
    }
  }
}
