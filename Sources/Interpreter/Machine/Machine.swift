import Lang
import QuantRuntime

/// Runs code. One machine belongs to one session and to its thread.
///
/// All windows of registers lie in one array. A function that a script calls begins its window where
/// its arguments lie, and its caller waits in a stack of frames; a function that a builtin calls is
/// recursion of `execute`. The thread's stack and `depthLimit` are matched to each other.
public final class Machine {
  static let depthLimit = 5_000
  private static let registerLimit = 512 * 1_024

  let context: SessionContext
  /// That of the context, a step nearer.
  let interruption: Interruption
  /// Whether paths are checked before builtins use them.
  let isConfined: Bool
  let builtins: Registers
  private let builtinCount: Int
  /// Where strings are put together.
  let text = TextBuffer()
  private let registers: Registers
  /// The end of those that have been in use. Pages above it were never touched: most scripts need one.
  @exclusivity(unchecked) private var used: Registers
  /// The end of the window that is in use.
  @exclusivity(unchecked) var top: Registers
  @exclusivity(unchecked) private var depth = 0
  let frames = FrameStack(limit: depthLimit)

  init(_ context: SessionContext) {
    self.context = context
    interruption = context.interruption
    isConfined = context.files.isConfined
    builtinCount = context.builtinValues.count
    builtins = .allocate(capacity: builtinCount)
    _ = UnsafeMutableBufferPointer(start: builtins, count: builtinCount)
      .initialize(from: context.builtinValues)
    registers = .allocate(capacity: Self.registerLimit)
    used = registers
    top = registers
  }

  deinit {
    registers.deinitialize(count: used - registers)
    registers.deallocate()
    builtins.deinitialize(count: builtinCount).deallocate()
  }

  /// Runs the top level of a text.
  func run(_ code: Code, in module: Module) throws -> Value {
    let window = try newWindow(code.entry)
    return try withExtendedLifetime((code, module)) {
      try enter(Frame(code, captures: window, module, at: window))
    }
  }

  /// Whether no more functions can be entered.
  @inline(__always)
  var isFull: Bool { depth + frames.count >= Self.depthLimit }

  /// Whether a window of a number of registers can begin at a place.
  @inline(__always)
  func hasRoom(_ count: Int, at window: Registers) -> Bool {
    window + count <= used || prepare(count, at: window)
  }

  private func prepare(_ count: Int, at window: Registers) -> Bool {
    guard window + count < registers + Self.registerLimit else { return false }
    let end = min(window + count + 256, registers + Self.registerLimit)
    used.initialize(repeating: .nil, count: end - used)
    used = end
    return true
  }

  /// The registers above those in use.
  func newWindow(_ entry: UnsafePointer<Code.Entry>) throws -> Registers {
    guard hasRoom(entry.pointee.registerCount, at: top) else {
      throw ValueError.callDepth(limit: Self.depthLimit)
    }
    return top
  }

  /// Runs a frame whose arguments are in place.
  func enter(_ frame: Frame) throws -> Value {
    guard !isFull else {
      throw ValueError.callDepth(limit: Self.depthLimit)
    }
    let outerTop = top
    depth += 1
    defer {
      top = outerTop
      depth -= 1
    }
    return try execute(frame)
  }
}
