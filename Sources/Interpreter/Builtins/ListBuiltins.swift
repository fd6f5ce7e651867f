import Lang

/// Functions of lists and ranges.
enum ListBuiltins {
  static let all = [
    count, contains, map, filter, reduce, each, sort, reverse, zip, enumerate, unique, list, steps,
  ]

  private static let items = Parameter("items", .sequence, "A list or a range.")

  private static let count = Builtin(
    "count", family: "lists", "The number of elements, characters, fields or rows.",
    parameters: [Parameter("value", .any, "A list, range, string, record or table.")],
    result: .int, examples: [.init("count([1, 2, 3])", "3"), .init("count(\"abc\")", "3")]
  ) { call in
    switch call["value"] {
    case .list(let list): return .int(list.elements.count)
    case .range(let range): return .int(range.count)
    case .string(let text): return .int(text.count)
    case .record(let record): return .int(record.labels.count)
    case .host(let box):
      if let table = box.value.table { return .int(table.rows.count) }
      throw ValueError.notIterable(type: box.value.typeName)
    default: throw ValueError.notIterable(type: call["value"].typeName)
    }
  }

  private static let contains = Builtin(
    "contains", family: "lists",
    "Whether a list, range, string or record has an element, part or label: `element in value`.",
    parameters: [
      Parameter("value", .oneOf([.sequence, .string, .record]), "Where to look."),
      Parameter("element", .any, "What to look for."),
    ],
    result: .bool, examples: [.init("contains([\"lsq\", \"pact\"], \"lsq\")", "true")]
  ) { call in
    .bool(
      try Arithmetic.contains(
        call["element"], in: call["value"], until: call.session.interruption))
  }

  private static let map = Builtin(
    "map", family: "lists", "The results of a function for each element.",
    parameters: [
      items, Parameter("function", .callback([.element(of: "items")]), "Called with one element."),
    ],
    result: .results(of: "function"), examples: [.init("1...3 |> map { x in x * x }", "[1, 4, 9]")]
  ) { call in
    let elements = try call.elements("items")
    var results: [Value] = []
    results.reserveCapacity(elements.count)
    try call.forEach(of: elements, call["function"]) { _, result in results.append(result) }
    return try .list(results)
  }

  private static let filter = Builtin(
    "filter", family: "lists", "The elements for which a function gives true.",
    parameters: [
      items, Parameter("function", .callback([.element(of: "items")]), "Called with one element."),
    ],
    result: .elements(of: "items"),
    examples: [.init("1...6 |> filter { x in x % 2 == 0 }", "[2, 4, 6]")]
  ) { call in
    var kept: [Value] = []
    try call.forEach(of: call.elements("items"), call["function"]) { element, result in
      guard case .bool(let isKept) = result else {
        throw ValueError.condition(type: result.typeName)
      }
      if isKept { kept.append(element) }
    }
    return try .list(kept)
  }

  private static let reduce = Builtin(
    "reduce", family: "lists", "Combines all elements with a function, from the first to the last.",
    parameters: [
      items, Parameter("initial", .any, "The result for no elements."),
      Parameter(
        "function", .callback([.any, .element(of: "items")]),
        "Called with the result so far and one element."),
    ],
    result: .any, examples: [.init("reduce(1...5, 1) { a, b in a * b }", "120")]
  ) { call in
    let function = call["function"]
    return try call.elements("items").reduce(call["initial"]) { try call.invoke(function, $0, $1) }
  }

  private static let each = Builtin(
    "each", family: "lists", "Calls a function with each element.",
    parameters: [
      items, Parameter("function", .callback([.element(of: "items")]), "Called with one element."),
    ],
    result: .nil, examples: [.init("each([1, 2]) { x in print(x) }", "1\n2")]
  ) { call in
    try call.forEach(of: call.elements("items"), call["function"]) { _, _ in }
    return .nil
  }

  private static let sort = Builtin(
    "sort", family: "lists", "The elements in ascending order; equal ones stay as they were.",
    parameters: [
      items,
      Parameter(
        "by", .optional(.callback([.element(of: "items")])), default: .nil,
        "Gives what an element is compared by."),
      Parameter(
        "descending", .bool, default: .bool(false), needsLabel: true, "Largest first."),
    ],
    result: .elements(of: "items"),
    examples: [
      .init("sort([3, 1, 2])", "[1, 2, 3]"),
      .init("sort([\"bb\", \"a\"], by: count)", "[\"a\", \"bb\"]"),
    ]
  ) { call in
    let elements = try call.elements("items")
    let keys =
      call.isGiven("by") ? try elements.map { try call.invoke(call["by"], $0) } : elements
    return try .list(
      SortOrder(descending: call.bool("descending"), call.session.interruption)
        .places(keys).map { elements[$0] })
  }

  private static let reverse = Builtin(
    "reverse", family: "lists", "The elements from the last to the first.", parameters: [items],
    result: .elements(of: "items"), examples: [.init("reverse(1...3)", "[3, 2, 1]")]
  ) { call in
    try .list(call.elements("items").reversed())
  }

  private static let zip = Builtin(
    "zip", family: "lists", "Pairs of the elements of two lists, as long as the shorter one.",
    parameters: [items, Parameter("others", .sequence, "The second of each pair.")],
    result: .listOf(.list),
    examples: [.init("zip([1, 2], [\"a\", \"b\"])", "[[1, \"a\"], [2, \"b\"]]")]
  ) { call in
    try .list(
      Swift.zip(call.elements("items"), call.elements("others")).map { first, second in
        try call.checkInterruption()
        return try .list([first, second])
      })
  }

  private static let enumerate = Builtin(
    "enumerate", family: "lists", "Pairs of position and element; positions count from 0.",
    parameters: [items], result: .listOf(.list),
    examples: [.init("enumerate([\"a\", \"b\"])", "[[0, \"a\"], [1, \"b\"]]")]
  ) { call in
    try .list(
      call.elements("items").enumerated().map { place, element in
        try call.checkInterruption()
        return try .list([.int(place), element])
      })
  }

  private static let unique = Builtin(
    "unique", family: "lists", "The elements without repetitions, in the order of their first.",
    parameters: [items], result: .elements(of: "items"),
    examples: [.init("unique([2, 1, 2])", "[2, 1]")]
  ) { call in
    var result: [Value] = []
    for element in try call.elements("items") where !result.contains(element) {
      try call.checkInterruption()
      result.append(element)
    }
    return try .list(result)
  }

  private static let list = Builtin(
    "list", family: "lists", "The elements of a range or the characters of a string as a list.",
    parameters: [Parameter("items", .oneOf([.sequence, .string]), "What to go through.")],
    result: .elements(of: "items"), examples: [.init("list(0..<3)", "[0, 1, 2]")]
  ) { call in
    try .list(call.elements("items"))
  }

  private static let steps = Builtin(
    "steps", family: "lists", "Numbers from one bound towards another at even distances.",
    details: "The n-th is `from + n * by`; the other bound is left out, as with `..<`.",
    parameters: [
      Parameter("from", .oneOf([.anyInt, .anyFloat]), "The first number."),
      Parameter("to", .oneOf([.anyInt, .anyFloat]), "The bound, itself left out."),
      Parameter(
        "by", .oneOf([.anyInt, .anyFloat]), default: .int(1), needsLabel: true,
        "The distance; negative to count down, never 0."),
    ],
    result: .list,
    examples: [
      .init("steps(0, 10, by: 3)", "[0, 3, 6, 9]"),
      .init("steps(1, 0, by: -0.25)", "[1.0, 0.75, 0.5, 0.25]"),
    ]
  ) { call in
    let (from, to, by) = (call.float("from"), call.float("to"), call.float("by"))
    for (name, value) in [("from", from), ("to", to), ("by", by)]
    where !value.isFinite || (name == "by" && value == 0) {
      throw ArgumentError.range(
        parameter: name, function: "steps", value: Display.inline(call[name]),
        limits: name == "by" ? "a finite number other than 0" : "a finite number")
    }
    let count = max(0, ((to - from) / by).rounded(.up))
    try List.checkCount(count > Double(List.sizeLimit) ? .max : Int(count))
    return try .list(
      (0..<Int(count)).map { index in
        try call.checkInterruption()
        let offset = try Arithmetic.apply(.multiply, .int(index), call["by"])
        return try Arithmetic.apply(.add, call["from"], offset)
      })
  }
}
