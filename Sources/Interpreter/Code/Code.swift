import Lang

/// A function, or the top level of a file, as the machine runs it: three-address instructions on
/// registers.
///
/// Registers and not a stack, because `s = s + i` then is one instruction, and nothing is pushed,
/// popped or reference-counted to find the next thing to do.
final class Code: @unchecked Sendable {
  let name: String
  let parameters: [ArgumentBinder.Place]
  let instructions: UnsafeMutableBufferPointer<Instruction>
  /// Where each instruction came from.
  let spans: [Span]
  let constants: [Value]
  let children: [Code]
  /// Where the captures of each child are found when its closure is made.
  let childCaptures: [[Binding]]
  let calls: [CallShape]
  let imports: [(path: String, span: Span)]
  let registerCount: Int

  init(_ draft: CodeDraft, name: String, parameters: [ArgumentBinder.Place]) {
    self.name = name
    self.parameters = parameters
    instructions = .allocate(capacity: draft.instructions.count)
    _ = instructions.initialize(from: draft.instructions)
    spans = draft.spans
    constants = draft.constants
    children = draft.children
    childCaptures = draft.childCaptures
    calls = draft.calls
    imports = draft.imports
    registerCount = draft.registerCount
  }

  deinit { instructions.deallocate() }
}

/// What is being written by the compiler.
struct CodeDraft {
  var instructions: [Instruction] = []
  var spans: [Span] = []
  var constants: [Value] = []
  var children: [Code] = []
  var childCaptures: [[Binding]] = []
  var calls: [CallShape] = []
  var imports: [(path: String, span: Span)] = []
  var registerCount = 0
}

/// r is a register of the frame; the meaning of a, b, c stands at each opcode.
struct Instruction {
  var opcode: Opcode
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

  // r[a] = r[b] op r[c].
  case add, subtract, multiply, divide, integerDivide, remainder, power
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, contains
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
  /// Go to b if r[a] was given.
  case jumpIfPresent

  /// r[a] = r[b] ..< r[c], or ...
  case halfOpenRange, closedRange
  /// Prepares r[a] for iteration: position in r[a + 1], end in r[a + 2].
  case startIteration
  /// r[a] = the next element of r[b], or go to c.
  case nextElement

  /// r[a] = r[b](r[b + 1], ...) with the arguments in the shape c.
  case call
  /// r[a] = a closure of child b.
  case closure
  /// r[a] = the list of the c values from r[b] on.
  case list
  /// r[a] = the record of the values from r[b] on in the shape c.
  case record
  /// r[a] = the texts of the c values from r[b] on, joined.
  case interpolate
  /// r[a] = r[b][r[c]].
  case index
  /// r[a] = r[b].name with the name in constant c.
  case field
  /// r[a] = the module of import b.
  case importModule
  /// Give back r[a].
  case giveBack
}
