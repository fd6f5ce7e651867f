extension HardwareProfile {
  /// A copy with some fields changed. Without a new name it is called `<name> (changed)` as soon as
  /// anything differs, so that results are not taken for those of the original.
  ///
  /// - Parameter changes: by name of the field, see `ProfileField`.
  /// - Throws: `ProfileError`.
  public func with(
    _ changes: [(field: String, value: ProfileField.Value)]
  ) throws(ProfileError) -> HardwareProfile {
    var result = self
    for (name, value) in changes {
      result = try ProfileField.named(name).setting(value, in: result)
    }
    let mark = " (changed)"
    if result != self, result.name == name, !name.hasSuffix(mark) { result.name += mark }
    return result
  }
}
