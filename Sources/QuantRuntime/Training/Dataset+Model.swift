extension Dataset {
  /// - Throws: `TrainingError` when the model takes other images or tells other classes apart.
  func check(fits model: Model) throws {
    guard model.inputShape == imageShape else {
      throw TrainingError.imageShape(model: model.inputShape, data: imageShape)
    }
    let classes = try model.classes()
    guard classes == classNames.count else {
      throw TrainingError.classCount(model: classes, data: classNames.count)
    }
  }
}
