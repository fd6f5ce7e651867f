/// A network compiled for one batch size: simulated in float32 (`Plan`) or in integers
/// (`IntegerPlan`). To be used on the compute thread.
public protocol InferencePlan: AnyObject {
  /// Images per pass.
  var batch: Int { get }
  /// `[N, C, H, W]`, row-major, to be filled before each pass.
  var images: UnsafeMutableBufferPointer<Float> { get }
  /// `[N, K]`, row-major, after a pass.
  var logits: UnsafeBufferPointer<Float> { get }
  /// - Parameter isStopped: asked before each step; true gives up the pass.
  /// - Throws: `EngineError`, `Interrupted`.
  func forward(until isStopped: () -> Bool) throws
}

extension Plan: InferencePlan {}
