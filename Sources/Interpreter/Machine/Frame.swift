/// Where a function stands: what it runs on, and the instruction after the one that runs.
///
/// Holds no counted references. The function is kept alive by the register of its caller that it was
/// called from, or by whoever started the machine.
struct Frame {
  let entry: UnsafePointer<Code.Entry>
  // Of the entry, a step nearer: each instruction needs them.
  let program: UnsafePointer<Instruction>
  let constants: Registers
  let registers: Registers
  let captures: Registers
  let globals: Registers
  let code: Unmanaged<Code>
  let module: Unmanaged<Module>
  var at = 0

  /// The beginning of code, whose arguments are in place.
  @inline(__always)
  init(_ code: Code, captures: Registers, _ module: Module, at window: Registers) {
    entry = code.entry
    program = code.entry.pointee.program
    constants = code.entry.pointee.constants
    registers = window
    self.captures = captures
    globals = module.globals
    self.code = .passUnretained(code)
    self.module = .passUnretained(module)
  }

  @inline(__always)
  init(_ function: Function, at window: Registers) {
    self.init(function.code, captures: function.captures, function.module, at: window)
  }
}

/// The frames of functions that wait for those that they called.
final class FrameStack {
  private let frames: UnsafeMutablePointer<Frame>
  @exclusivity(unchecked) private(set) var count = 0

  init(limit: Int) {
    frames = .allocate(capacity: limit)
  }

  deinit { frames.deallocate() }

  /// - Precondition: the stack holds fewer frames than its limit.
  func push(_ frame: Frame) {
    (frames + count).initialize(to: frame)
    count += 1
  }

  func pop() -> Frame {
    count -= 1
    return frames[count]
  }
}
