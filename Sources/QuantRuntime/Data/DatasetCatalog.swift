import Foundation

/// The data sets that have names.
public enum DatasetCatalog {
  public static let names = ["synthetic", "fashion-mnist"]

  /// A set by its name, or by the path of a folder or of a file of images.
  ///
  /// - Parameters:
  ///   - synthetic: the settings of the built-in set; others ignore them.
  ///   - labels: the file of labels that belongs to a NumPy file of images.
  ///   - validation: the share to test on of a set that is not split.
  ///   - reader: what may be read of a path; sets with names may always be.
  /// - Throws: `DataError`, and what reading throws.
  public static func load(
    _ name: String, synthetic: SyntheticImages, labels: String? = nil, validation: Double? = nil,
    reader: FileReader = FileReader()
  ) throws -> Dataset {
    if !names.contains(name) { try reader.access.check(name, for: .read) }
    var isFolder: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: name, isDirectory: &isFolder)
    if !names.contains(name), isThere, !isFolder.boolValue, name.hasSuffix(".npy") {
      guard let labels else { throw DataError.labelsNeeded(path: name) }
      return try NPYFolder.pair(images: name, labels: labels, validation: validation, reader)
    }
    guard labels == nil else { throw DataError.option(name: "labels", kind: "'\(name)'") }
    let isNamed = names.contains(name)
    guard isNamed || (isThere && isFolder.boolValue) else {
      throw DataError.unknownSet(name: name, known: names)
    }
    let arrays = isNamed ? nil : arrayFolders.first { $0.isFolder(name) }
    if !isNamed, arrays == nil {
      return try ImageFolder.load(name, validation: validation, reader)
    }
    guard validation == nil else {
      throw DataError.option(name: "validation", kind: "a set with test images of its own")
    }
    if let arrays { return try arrays.load(name, reader) }
    return name == "synthetic"
      ? try synthetic.makeDataset(until: reader.interruption) : try IDXFolder.fashionMNIST(reader)
  }

  /// Kinds of folders with files of many images each.
  private static let arrayFolders: [ArrayFolder] = [
    (CIFARFolder.isFolder, CIFARFolder.load), (NPYFolder.isFolder, NPYFolder.folder),
    (IDXFolder.isFolder, IDXFolder.folder),
  ]

  private typealias ArrayFolder = (
    isFolder: @Sendable (String) -> Bool, load: @Sendable (String, FileReader) throws -> Dataset
  )
}
