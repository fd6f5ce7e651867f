import Foundation

/// The data sets that have names.
public enum DatasetCatalog {
  public static let names = ["synthetic", "fashion-mnist"]

  /// A set by its name, or that of a folder with the four files of MNIST.
  ///
  /// - Parameter synthetic: the settings of the built-in set; others ignore them.
  /// - Throws: `DataError`, `FileError`.
  public static func load(_ name: String, synthetic: SyntheticImages) throws -> Dataset {
    switch name {
    case "synthetic": return try synthetic.makeDataset()
    case "fashion-mnist": return try IDXFolder.fashionMNIST()
    default:
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: name, isDirectory: &isFolder), isFolder.boolValue
      else { throw DataError.unknownSet(name: name, known: names) }
      return try IDXFolder.folder(name)
    }
  }
}
