import Foundation
import Testing

@testable import QuantRuntime

@Suite("Catalog of observers")
struct ObserverCatalogTests {
  @Test("every file of the folder is in the catalog, and names a type of its own")
  func files() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../Sources/QuantRuntime/Observers/Kinds").standardized
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".swift") }.map { String($0.dropLast(6)) }
    #expect(Set(files) == Set(ObserverCatalog.all.map(\.type)))
    #expect(Set(ObserverCatalog.names).count == ObserverCatalog.all.count)
  }

  @Test("names and settings that it does not know are refused")
  func refusals() {
    #expect(throws: ObserverError.unknown(name: "msee", known: ObserverCatalog.names)) {
      _ = try ObserverCatalog.observer(ObserverChoice("msee"))
    }
    #expect(throws: ObserverError.self) {
      _ = try ObserverCatalog.observer(ObserverChoice("quantile", setting: 0.2))
    }
    #expect(throws: ObserverError.self) {
      _ = try ObserverCatalog.observer(ObserverChoice("ema_min_max", setting: .nan))
    }
  }
}
