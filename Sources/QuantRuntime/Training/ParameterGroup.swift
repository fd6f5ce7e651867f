/// A rule that gives some of the trained tensors a learning rate or a weight decay of their own.
///
/// A tensor belongs to every group that its role and its name fit. Of several groups that say
/// something about it the last one counts.
public struct ParameterGroup: Hashable, Sendable {
  /// Empty means any role.
  public var roles: [StateEntry.Role]
  /// Names of tensors (`fc.weight`) or of the modules they belong to (`fc`), `*` and `?` standing for
  /// any text and any character; empty means any name.
  public var names: [String]
  /// What the learning rate is multiplied with; nil leaves it to other groups.
  public var rateFactor: Double?
  /// nil leaves it to other groups.
  public var weightDecay: Double?

  public init(
    roles: [StateEntry.Role] = [], names: [String] = [], rateFactor: Double? = nil,
    weightDecay: Double? = nil
  ) {
    self.roles = roles
    self.names = names
    self.rateFactor = rateFactor
    self.weightDecay = weightDecay
  }

  func contains(_ entry: StateEntry) -> Bool {
    (roles.isEmpty || roles.contains(entry.role))
      && (names.isEmpty || names.contains { Self.fits(entry.name, $0) })
  }

  private static func fits(_ name: String, _ selector: String) -> Bool {
    matchesWildcards(name, selector)
      || matchesWildcards(StateEntry.module(of: name), selector)
  }
}

extension ParameterGroup: CustomStringConvertible {
  /// As a script would write it.
  public var description: String {
    let parts = [
      roles.isEmpty ? nil : "roles: \(roleNames)",
      names.isEmpty ? nil : "names: \(names)",
      rateFactor.map { "lr: \($0)" },
      weightDecay.map { "weight_decay: \($0)" },
    ]
    return "(\(parts.compactMap { $0 }.joined(separator: ", ")))"
  }

  /// Scripts do not tell the scale of a batch norm from its shift.
  private var roleNames: [String] {
    var names: [String] = []
    for role in roles {
      let name = role == .normScale || role == .normShift ? "norm" : role.rawValue
      if !names.contains(name) { names.append(name) }
    }
    return names
  }
}

extension [ParameterGroup] {
  /// The factor of the learning rate and the weight decay of one tensor.
  func settings(
    of entry: StateEntry, weightDecay: Double
  ) -> (rateFactor: Double, weightDecay: Double) {
    let own = filter { $0.contains(entry) }
    return (
      own.last { $0.rateFactor != nil }?.rateFactor ?? 1,
      own.last { $0.weightDecay != nil }?.weightDecay ?? weightDecay
    )
  }

  /// - Throws: `TrainingError.unmatchedName` for a name that no trained tensor has.
  func check(_ entries: [StateEntry]) throws(TrainingError) {
    for name in flatMap(\.names) {
      let group = ParameterGroup(names: [name])
      guard entries.contains(where: group.contains) else {
        throw .unmatchedName(name, tensors: entries.map(\.name))
      }
    }
  }
}
