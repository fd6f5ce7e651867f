import Testing

@testable import QuantRuntime

@Suite("Closest name")
struct ClosestNameTests {
  @Test("case, underscores and a few edits are forgiven, other words are not")
  func suggestions() {
    let names = ["resnet18", "resnet20", "static_uniform"]
    #expect(closestName(to: "ResNet_18", among: names) == "resnet18")
    #expect(closestName(to: "staticuniform", among: names) == "static_uniform")
    #expect(closestName(to: "resnt20", among: names) == "resnet20")
    #expect(closestName(to: "vgg", among: names) == nil)
    #expect(closestName(to: "", among: names) == nil)
    #expect(closestName(to: "lsq", among: [String]()) == nil)
  }
}
