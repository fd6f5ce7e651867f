/// How a step of training changes a tensor by its gradient.
///
/// A value of settings only: what an optimizer remembers from step to step lives in `OptimizerState`,
/// in as many buffers as it asks for, so that a checkpoint can hold it without knowing what it means.
public protocol Optimizer: Hashable, Sendable {
  /// The name in scripts and checkpoints, such as `sgd`.
  static var name: String { get }
  /// As a script would write them between the parentheses.
  var settings: String { get }
  /// The weight decay of tensors that no parameter group gives another one.
  var weightDecay: Double { get }
  /// What it remembers of each trained tensor, such as `["velocity"]`.
  var memoryNames: [String] { get }
  /// Changes one tensor.
  ///
  /// - Parameter memory: one buffer for each of `memoryNames`, as long as `value`; zeros before the
  ///   first update.
  func update(
    _ value: UnsafeMutableBufferPointer<Float>, gradient: UnsafeMutableBufferPointer<Float>,
    memory: [UnsafeMutableBufferPointer<Float>], _ step: UpdateStep)
}

/// What an update knows besides the tensor.
public struct UpdateStep: Hashable, Sendable {
  /// Updates so far, this one included: 1 for the first.
  public var number: Int
  /// The learning rate, the group's factor included.
  public var rate: Double
  public var weightDecay: Double

  public init(number: Int, rate: Double, weightDecay: Double) {
    self.number = number
    self.rate = rate
    self.weightDecay = weightDecay
  }
}

/// Any optimizer, comparable by its settings.
public struct AnyOptimizer: Hashable, Sendable, CustomStringConvertible {
  public let base: any Optimizer

  public init(_ base: any Optimizer) { self.base = base }

  public var name: String { type(of: base).name }

  /// As a script would write it.
  public var description: String { "\(name)(\(base.settings))" }

  public static func == (a: AnyOptimizer, b: AnyOptimizer) -> Bool {
    a.description == b.description
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(description) }
}
