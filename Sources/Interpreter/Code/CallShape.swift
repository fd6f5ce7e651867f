import Lang

/// How the arguments of a call, or the elements of a record, are written.
struct CallShape {
  enum Item: Equatable {
    case positional
    case labelled(String)
    case spread
  }

  var items: [Item]
  /// Where each item stands in the text.
  var spans: [Span]
  var isPlain: Bool

  init(_ arguments: [Argument]) {
    items = arguments.map { argument in
      switch argument.kind {
      case .positional: .positional
      case .labelled(let label, _): .labelled(label.text)
      case .spread: .spread
      }
    }
    spans = arguments.map(\.span)
    isPlain = items.allSatisfy { $0 == .positional }
  }

  var labels: [String] {
    items.compactMap { if case .labelled(let label) = $0 { label } else { nil } }
  }

  /// The argument that an error is about, where it was written.
  ///
  /// - Parameter parameters: the names of the function's parameters, in their order.
  func span(of error: ArgumentError, parameters: [String]) -> Span? {
    switch error.culprit {
    case .position(let position): return positional(position)
    case .parameter(let name):
      if let index = items.lastIndex(of: .labelled(name)) { return spans[index] }
      if let place = parameters.firstIndex(of: name), let span = positional(place) { return span }
      return items.firstIndex(of: .spread).map { spans[$0] }
    case nil: return nil
    }
  }

  private func positional(_ position: Int) -> Span? {
    let indices = items.indices.filter { items[$0] == .positional }
    return position < indices.count ? spans[indices[position]] : nil
  }
}
