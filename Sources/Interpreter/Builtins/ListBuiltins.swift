import Lang

/// Functions of lists and ranges.
enum ListBuiltins {
  static let all = [
    count, map, filter, reduce, each, sort, reverse, zip, enumerate, unique, list,
  ]

  private static let items = Parameter("items", .sequence, "A list or a range.")

  private static let count = Builtin(
    "count", family: "lists", "The number of elements, characters, fields or rows.",
    parameters: [Parameter("value", .any, "A list, range, string, record or table.")],
    result: "int", examples: [.init("count([1, 2, 3])", "3"), .init("count(\"abc\")", "3")]
  ) { call in
    switch call["value"] {
    case .list(let list): return .int(list.elements.count)
    case .range(let range): return .int(range.count)
    case .string(let text): return .int(text.value.count)
    case .record(let record): return .int(record.labels.count)
    case .host(let box):
      if let table = box.value.table { return .int(table.rows.count) }
      throw ValueError.notIterable(type: box.value.typeName)
    default: throw ValueError.notIterable(type: call["value"].typeName)
    }
  }

  private static let map = Builtin(
    "map", family: "lists", "The results of a function for each element.",
    parameters: [items, Parameter("function", .function, "Called with one element.")],
    result: "list", examples: [.init("1...3 |> map { x in x * x }", "[1, 4, 9]")]
  ) { call in
    try .list(call.elements("items").map { try call.invoke(call["function"], [$0]) })
  }

  private static let filter = Builtin(
    "filter", family: "lists", "The elements for which a function gives true.",
    parameters: [items, Parameter("function", .function, "Called with one element.")],
    result: "list", examples: [.init("1...6 |> filter { x in x % 2 == 0 }", "[2, 4, 6]")]
  ) { call in
    try .list(call.elements("items").filter { try test(call, $0) })
  }

  private static func test(_ call: Call, _ element: Value) throws -> Bool {
    let result = try call.invoke(call["function"], [element])
    guard case .bool(let isKept) = result else { throw ValueError.condition(type: result.typeName) }
    return isKept
  }

  private static let reduce = Builtin(
    "reduce", family: "lists", "Combines all elements with a function, from the first to the last.",
    parameters: [
      items, Parameter("initial", .any, "The result for no elements."),
      Parameter("function", .function, "Called with the result so far and one element."),
    ],
    result: "any", examples: [.init("reduce(1...5, 1) { a, b in a * b }", "120")]
  ) { call in
    try call.elements("items").reduce(call["initial"]) {
      try call.invoke(call["function"], [$0, $1])
    }
  }

  private static let each = Builtin(
    "each", family: "lists", "Calls a function with each element.",
    parameters: [items, Parameter("function", .function, "Called with one element.")],
    result: "nil", examples: [.init("each([1, 2]) { x in print(x) }", "1\n2")]
  ) { call in
    for element in try call.elements("items") { _ = try call.invoke(call["function"], [element]) }
    return .nil
  }

  private static let sort = Builtin(
    "sort", family: "lists", "The elements in ascending order; equal ones stay as they were.",
    parameters: [
      items,
      Parameter(
        "by", .optional(.function), default: .nil, "Gives what an element is compared by."),
      Parameter(
        "descending", .bool, default: .bool(false), needsLabel: true, "Largest first."),
    ],
    result: "list",
    examples: [
      .init("sort([3, 1, 2])", "[1, 2, 3]"),
      .init("sort([\"bb\", \"a\"], by: count)", "[\"a\", \"bb\"]"),
    ]
  ) { call in
    let keyed = try call.elements("items").enumerated().map { index, element in
      (index, element, call.isGiven("by") ? try call.invoke(call["by"], [element]) : element)
    }
    let isDescending = call.bool("descending")
    let sorted = try keyed.sorted { a, b in
      let order = try Arithmetic.order(.less, a.2, b.2) ?? 0
      return order == 0 ? a.0 < b.0 : (order < 0) != isDescending
    }
    return try .list(sorted.map(\.1))
  }

  private static let reverse = Builtin(
    "reverse", family: "lists", "The elements from the last to the first.", parameters: [items],
    result: "list", examples: [.init("reverse(1...3)", "[3, 2, 1]")]
  ) { call in
    try .list(call.elements("items").reversed())
  }

  private static let zip = Builtin(
    "zip", family: "lists", "Pairs of the elements of two lists, as long as the shorter one.",
    parameters: [items, Parameter("others", .sequence, "The second of each pair.")],
    result: "list", examples: [.init("zip([1, 2], [\"a\", \"b\"])", "[[1, \"a\"], [2, \"b\"]]")]
  ) { call in
    try .list(
      Swift.zip(call.elements("items"), call.elements("others")).map { try .list([$0, $1]) })
  }

  private static let enumerate = Builtin(
    "enumerate", family: "lists", "Pairs of position and element; positions count from 0.",
    parameters: [items], result: "list",
    examples: [.init("enumerate([\"a\", \"b\"])", "[[0, \"a\"], [1, \"b\"]]")]
  ) { call in
    try .list(call.elements("items").enumerated().map { try .list([.int($0), $1]) })
  }

  private static let unique = Builtin(
    "unique", family: "lists", "The elements without repetitions, in the order of their first.",
    parameters: [items], result: "list", examples: [.init("unique([2, 1, 2])", "[2, 1]")]
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
    result: "list", examples: [.init("list(0..<3)", "[0, 1, 2]")]
  ) { call in
    try .list(call.elements("items"))
  }
}
