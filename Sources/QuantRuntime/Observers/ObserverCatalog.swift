/// An observer that can be asked for by name, with what listings and checks want to know of it.
public struct ObserverKind: Sendable {
  /// The name in scripts and files, such as `ema_min_max`.
  public let name: String
  /// The type, and file in `Kinds/`, that defines it.
  public let type: String
  /// One sentence.
  public let summary: String
  public let formula: String
  /// What it keeps of all batches together.
  public let memory: String
  /// Where MQBench states it, or who published it.
  public let source: String
  /// Where this follows the paper and not the released code or toolkit, each a sentence.
  public let deviations: [String]
  /// The one number a user can choose; nil where there is none.
  public let setting: ObserverSetting?
  /// - Parameter setting: in the range of `setting`; ignored where there is none.
  let make: @Sendable (_ setting: Double) -> any Observer

  init(
    name: String, type: String, summary: String, formula: String, memory: String, source: String,
    deviations: [String] = [], setting: ObserverSetting? = nil,
    make: @escaping @Sendable (_ setting: Double) -> any Observer
  ) {
    self.name = name
    self.type = type
    self.summary = summary
    self.formula = formula
    self.memory = memory
    self.source = source
    self.deviations = deviations
    self.setting = setting
    self.make = make
  }
}

/// A number that a user of an observer can choose.
public struct ObserverSetting: Hashable, Sendable {
  /// Its label, such as `alpha`.
  public var name: String
  public var range: ClosedRange<Double>
  public var standard: Double
  /// One line of help.
  public var summary: String

  public init(_ name: String, _ range: ClosedRange<Double>, standard: Double, _ summary: String) {
    self.name = name
    self.range = range
    self.standard = standard
    self.summary = summary
  }
}

/// All observers, in the order listings show them. Each is described in its own file.
public enum ObserverCatalog {
  public static let all: [ObserverKind] = [
    MinMaxObserver.kind,
    EMAMinMaxObserver.kind,
    QuantileObserver.kind,
    MSEObserver.kind,
    KLObserver.kind,
    NormObserver.kind,
    MeanStdObserver.kind,
    ClipStdObserver.kind,
    BatchMeanMaxObserver.kind,
  ]

  public static var names: [String] { all.map(\.name) }

  /// - Throws: `ObserverError.unknown`.
  public static func kind(_ name: String) throws(ObserverError) -> ObserverKind {
    guard let kind = all.first(where: { $0.name == name }) else {
      throw .unknown(name: name, known: names)
    }
    return kind
  }

  /// A new observer that has seen nothing.
  ///
  /// - Throws: `ObserverError` for an unknown name and a setting out of range.
  public static func observer(_ choice: ObserverChoice) throws(ObserverError) -> any Observer {
    let kind = try kind(choice.name)
    guard let setting = kind.setting else { return kind.make(0) }
    let value = choice.setting ?? setting.standard
    guard setting.range.contains(value) else {
      throw .setting(setting.name, of: kind.name, value: value, allowed: setting.range)
    }
    return kind.make(value)
  }
}

/// An observer that cannot be had.
public enum ObserverError: RuntimeFailure, Equatable {
  case unknown(name: String, known: [String])
  case setting(String, of: String, value: Double, allowed: ClosedRange<Double>)

  public var code: String {
    switch self {
    case .unknown: "observer.unknown"
    case .setting: "observer.setting"
    }
  }

  public var message: String {
    switch self {
    case .unknown(let name, _): "unknown observer '\(name)'"
    case .setting(let name, let observer, let value, let allowed):
      "'\(name)' of observer '\(observer)' is \(allowed.lowerBound) to \(allowed.upperBound), "
        + "not \(value)"
    }
  }

  public var help: String? {
    guard case .unknown(let name, let known) = self else { return nil }
    return closestName(to: name, among: known).map { "did you mean '\($0)'?" }
  }

  public var notes: [String] {
    guard case .unknown(_, let known) = self else { return [] }
    return ["observers are \(known.joined(separator: ", "))"]
  }
}
