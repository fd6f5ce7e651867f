import Lang

/// A function, or the top level of a file, as the machine runs it: three-address instructions on
/// registers.
///
/// Registers and not a stack, because `s = s + i` then is one instruction, and nothing is pushed,
/// popped or reference-counted to find the next thing to do.
final class Code: @unchecked Sendable {
  let name: String
  /// Puts the arguments of calls into the places of the parameters, which are the first registers.
  let binder: ArgumentBinder
  /// What running it needs.
  let entry: UnsafePointer<Entry>
  private let constantCount: Int
  private let callCount: Int
  private let fieldCount: Int
  private let templateCount: Int
  private let childCount: Int
  let imports: [(path: String, span: Span)]

  /// Plain pointers, so that entering and leaving a function counts no references.
  struct Entry {
    let program: UnsafePointer<Instruction>
    /// Where each instruction came from.
    let spans: UnsafePointer<Span>
    let constants: Registers
    let calls: UnsafeMutablePointer<CallSite>
    let fields: UnsafeMutablePointer<FieldSite>
    let templates: UnsafeMutablePointer<Template>
    let children: UnsafeMutablePointer<Child>
    let registerCount: Int
    let parameterCount: Int
  }

  /// A function inside of it, and where what it captures is found when its closure is made.
  struct Child {
    let code: Code
    let captures: [Binding]
  }

  init(_ draft: CodeDraft, name: String, parameters: [ArgumentBinder.Place]) {
    self.name = name
    binder = ArgumentBinder(function: name, places: parameters)
    let entry = Entry(
      program: UnsafePointer(Self.placed(draft.instructions)),
      spans: UnsafePointer(Self.placed(draft.spans)),
      constants: Self.placed(draft.constants), calls: Self.placed(draft.calls),
      fields: Self.placed(draft.fields), templates: Self.placed(draft.templates),
      children: Self.placed(draft.children), registerCount: draft.registerCount,
      parameterCount: parameters.count)
    self.entry = UnsafePointer(Self.placed([entry]))
    constantCount = draft.constants.count
    callCount = draft.calls.count
    fieldCount = draft.fields.count
    templateCount = draft.templates.count
    childCount = draft.children.count
    imports = draft.imports
  }

  private static func placed<T>(_ values: [T]) -> UnsafeMutablePointer<T> {
    let place = UnsafeMutablePointer<T>.allocate(capacity: values.count)
    _ = UnsafeMutableBufferPointer(start: place, count: values.count).initialize(from: values)
    return place
  }

  deinit {
    let parts = entry.pointee
    parts.program.deallocate()
    parts.spans.deallocate()
    parts.constants.deinitialize(count: constantCount).deallocate()
    parts.calls.deinitialize(count: callCount).deallocate()
    parts.fields.deinitialize(count: fieldCount).deallocate()
    parts.templates.deinitialize(count: templateCount).deallocate()
    parts.children.deinitialize(count: childCount).deallocate()
    entry.deallocate()
  }

  var parameters: [ArgumentBinder.Place] { binder.places }
}

/// What is being written by the compiler.
struct CodeDraft {
  var instructions: [Instruction] = []
  var spans: [Span] = []
  var constants: [Value] = []
  var templates: [Template] = []
  var children: [Code.Child] = []
  var calls: [CallSite] = []
  var fields: [FieldSite] = []
  var imports: [(path: String, span: Span)] = []
  var registerCount = 0
}

/// A string with interpolations: the texts before, between and behind the values.
struct Template {
  var literals = [""]
}

/// r is a register of the frame; the meaning of a, b, c stands at each opcode. Where an operand is
/// written v[b], a negative b is the constant ~b: a literal needs no instruction of its own.
struct Instruction {
  var opcode: Opcode
  /// Of a comparison that jumps: the result for which it does.
  var sense = true
  var a: Int32 = 0
  var b: Int32 = 0
  var c: Int32 = 0
}

enum Opcode: UInt8 {
  /// r[a] = constant b.
  case constant
  /// r[a] = r[b].
  case move
  /// r[a] = global b, which must have a value.
  case global
  /// global a = r[b].
  case setGlobal
  /// r[a] = builtin b.
  case builtin
  /// r[a] = a new box with r[b].
  case makeBox
  /// r[a] = the content of the box r[b].
  case loadBox
  /// The content of the box r[a] = r[b].
  case storeBox
  /// r[a] = capture b.
  case capture
  /// r[a] = the content of the box that is capture b.
  case loadCapturedBox
  /// The content of the box that is capture a = r[b].
  case storeCapturedBox

  // r[a] = v[b] op v[c].
  case add, subtract, multiply, divide, integerDivide, remainder, power
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, contains
  /// r[a] += v[b], in the place of r[a] if nobody else sees it; or of a global, of the content of the
  /// box r[a], or of the box that is capture a.
  case addTo, addToGlobal, addToBox, addToCapturedBox
  /// Forgets r[a], which could keep others from growing in place.
  case release
  /// Appends the c values from r[b] on to r[a], which was to be added a list of them.
  case append
  /// r[a] = -r[b].
  case negate
  /// r[a] = not r[b].
  case not
  /// r[a] must be a bool.
  case checkBool

  /// Go to a.
  case jump
  /// Go back to a; the user may interrupt here.
  case loop
  /// Go to b if r[a], a bool, is false; or true.
  case jumpIfFalse, jumpIfTrue
  /// Go to a if the comparison of v[b] with v[c] gives the instruction's `sense`.
  case jumpEqual, jumpNotEqual, jumpLess, jumpLessOrEqual, jumpGreater, jumpGreaterOrEqual
  /// Go to b if r[a] was given.
  case jumpIfPresent

  /// r[a] = r[b] ..< r[c], or ...
  case halfOpenRange, closedRange
  /// Prepares r[a] for iteration: position in r[a + 1], end in r[a + 2].
  case startIteration
  /// r[a] = the next element of r[b], or go to c.
  case nextElement

  /// r[a] = r[b](r[b + 1], ...) with the arguments in the shape of call c.
  case call
  /// r[a] = a closure of child b.
  case closure
  /// r[a] = the list of the c values from r[b] on.
  case list
  /// r[a] = the record of the values from r[b] on in the shape of call c.
  case record
  /// r[a] = the text of template c with the values from r[b] on.
  case interpolate
  /// r[a] = r[b][v[c]].
  case index
  /// r[a] = r[b]["name"] with the name of field c.
  case indexByName
  /// r[a] = r[b].name with the name of field c.
  case field
  /// r[a] = the module of import b.
  case importModule
  /// Give back r[a].
  case giveBack
}
