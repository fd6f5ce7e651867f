import Foundation
import Testing

@testable import QuantRuntime

@Suite("Catalog of deployment formats")
struct DeployCatalogTests {
  @Test("every file of the folder is in the catalog, and names a type of its own")
  func files() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../Sources/QuantRuntime/Deploy/Formats").standardized
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".swift") }.map { String($0.dropLast(6)) }
    #expect(Set(files) == Set(DeployCatalog.all.map(\.type)))
    #expect(Set(DeployCatalog.names).count == DeployCatalog.all.count)
  }

  @Test("every format has a sentence and is made for profiles that there are, each profile for one")
  func rows() {
    for format in DeployCatalog.all {
      #expect(format.summary.hasSuffix("."))
      #expect(Set(format.profiles).isSubset(of: HardwareCatalog.names))
    }
    #expect(Set(DeployCatalog.all.flatMap(\.profiles)) == Set(HardwareCatalog.names))
  }
}
