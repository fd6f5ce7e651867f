import Foundation
import Testing

@testable import QuantRuntime

@Suite("Hardware profiles")
struct HardwareProfileTests {
  /// MQBench, table 2: symmetry and scale form hold for weights and activations.
  @Test("the rows are those of the paper's table")
  func rows() throws {
    let table:
      [(
        String, QuantSpec.Symmetry, QuantSpec.Granularity, QuantSpec.ScaleForm, mode: Int,
        folds: Bool
      )] = [
        ("academic", .symmetric, .tensor, .real, 1, false),
        ("tensorrt", .symmetric, .channel, .real, 2, true),
        ("acl", .asymmetric, .channel, .real, 1, true),
        ("tvm", .symmetric, .tensor, .powerOfTwo, 3, true),
        ("snpe", .asymmetric, .tensor, .real, 3, true),
        ("fbgemm", .asymmetric, .channel, .real, 3, true),
      ]
    #expect(HardwareCatalog.names == table.map(\.0))
    for (name, symmetry, granularity, scale, mode, folds) in table {
      let profile = try HardwareCatalog.profile(name)
      #expect(
        profile.weights
          == QuantForm(symmetry: symmetry, granularity: granularity, scaleForm: scale), "\(name)")
      #expect(
        profile.activations
          == QuantForm(symmetry: symmetry, sign: folds ? .signed : .adaptive, scaleForm: scale))
      #expect(try GraphModeCatalog.mode(profile.graphMode).number == mode)
      #expect(profile.foldsBatchNorm == folds && profile.integerArithmetic == folds)
      #expect(try FoldingCatalog.strategy(profile.defaultFold).number == (folds ? 4 : -1))
    }
  }

  @Test("a quantizer's spec is its kind's form with bits")
  func spec() throws {
    let acl = try HardwareCatalog.profile("acl")
    #expect(
      acl.spec(for: .weight, bits: 4)
        == QuantSpec(bits: 4, symmetry: .asymmetric, granularity: .channel))
    #expect(acl.spec(for: .activation, bits: 8) == QuantSpec(bits: 8, symmetry: .asymmetric))
  }

  @Test("a copy changes what it is told and says so; a new name is taken as it is")
  func changes() throws {
    let base = try HardwareCatalog.profile("tensorrt")
    let copy = try base.with([
      ("weights_per", .text("tensor")), ("activations_symmetry", .text("asymmetric")),
      ("integer_arithmetic", .flag(false)),
    ])
    #expect(copy.weights.granularity == .tensor && copy.weights.symmetry == .symmetric)
    #expect(copy.activations.symmetry == .asymmetric && !copy.integerArithmetic)
    #expect(copy.name == "tensorrt (changed)")
    #expect(try copy.with([("fold", .text("none"))]).name == "tensorrt (changed)")
    #expect(try base.with([("weights_per", .text("channel"))]) == base)
    #expect(
      try base.with([("name", .text("mine")), ("weights_per", .text("tensor"))]).name == "mine")
    #expect(try base.with([("name", .text("mine"))]) != base)
  }

  @Test("unknown fields and values are refused with what is meant")
  func refusals() throws {
    let base = try HardwareCatalog.profile("tvm")
    do {
      _ = try base.with([("weight_per", .text("tensor"))])
      Issue.record("an unknown field was accepted")
    } catch {
      #expect(error.code == "profile.field" && error.help == "did you mean 'weights_per'?")
    }
    do {
      _ = try base.with([("weights_scale", .text("power_of_too"))])
      Issue.record("an unknown value was accepted")
    } catch {
      #expect(error.code == "profile.value" && error.help == "did you mean \"power_of_two\"?")
    }
    for wrong in [("name", ProfileField.Value.text("")), ("folds_batch_norm", .text("true"))] {
      #expect(throws: ProfileError.self) { try base.with([wrong]) }
    }
    #expect(throws: ProfileError.self) { try base.with([("graph", .text("mode 4"))]) }
  }

  /// Every combination of symmetry, granularity, sign and scale form can be said for each kind.
  @Test("fields reach every combination, and files keep it")
  func combinations() throws {
    let base = try HardwareCatalog.profile("academic")
    var seen: Set<HardwareProfile> = []
    for kind in ["weights", "activations"] {
      for symmetry in QuantSpec.Symmetry.allCases {
        for granularity in QuantSpec.Granularity.allCases {
          for sign in QuantSpec.Sign.allCases {
            for scale in QuantSpec.ScaleForm.allCases {
              let profile = try base.with([
                ("\(kind)_symmetry", .text(symmetry.rawValue)),
                ("\(kind)_per", .text(granularity.rawValue)),
                ("\(kind)_sign", .text(sign.rawValue)),
                ("\(kind)_scale", .text(scale.rawValue)), ("name", .text("n \"\\/\u{1F389}")),
              ])
              let form = kind == "weights" ? profile.weights : profile.activations
              #expect(
                form
                  == QuantForm(
                    symmetry: symmetry, granularity: granularity, sign: sign, scaleForm: scale))
              #expect(try ProfileFile.decode(ProfileFile.encode(profile)) == profile)
              seen.insert(profile)
            }
          }
        }
      }
    }
    // Each kind's 24 forms; the two kinds meet in the academic forms of the other one.
    #expect(seen.count == 2 * 24 - 1)
  }
}

@Suite("Profile files")
struct ProfileFileTests {
  private func text(_ name: String = "snpe") throws -> String {
    String(decoding: ProfileFile.encode(try HardwareCatalog.profile(name)), as: UTF8.self)
  }

  private func decode(_ text: String) throws -> HardwareProfile {
    try ProfileFile.decode(Data(text.utf8))
  }

  @Test("every shipped profile comes back", arguments: HardwareCatalog.all)
  func roundTrip(profile: HardwareProfile) throws {
    #expect(try ProfileFile.decode(ProfileFile.encode(profile)) == profile)
  }

  @Test("reading is strict")
  func strictness() throws {
    let good = try text()
    func expect(_ error: ProfileFileError, _ old: String, _ new: String) {
      #expect(good.contains(old))
      #expect(throws: error) { try decode(good.replacingOccurrences(of: old, with: new)) }
    }
    expect(.missingKeys(["fold"]), ",\n  \"fold\": \"torch_fold\"", "")
    expect(
      .value(key: "weights_per", found: "group", kind: .choice(["tensor", "channel"])),
      "\"weights_per\": \"tensor\"", "\"weights_per\": \"group\"")
    expect(
      .value(key: "integer_arithmetic", found: "1", kind: .flag),
      "\"integer_arithmetic\": true", "\"integer_arithmetic\": 1")
    expect(
      .value(key: "provider", found: "a list, an object or null", kind: .text),
      "\"provider\": \"Qualcomm\"", "\"provider\": [1]")
    expect(.newer(found: 3, supported: 2), "\"version\": 2", "\"version\": 3")
    expect(.foreign, "\"version\": 2", "\"version\": \"2\"")
    expect(.foreign, "mqsh-backend", "mqsh-model")
    do {
      _ = try decode(good.replacingOccurrences(of: "{\n", with: "{\n  \"weight_per\": 1,\n"))
      Issue.record("an unknown key was accepted")
    } catch let error as ProfileFileError {
      #expect(error.code == "backend_file.key" && error.help == "did you mean 'weights_per'?")
    }
    for broken in ["", "[]", "{", "1", "{}x", "\"a\"", String(repeating: "[", count: 100_000)] {
      #expect(throws: ProfileFileError.syntax, "\(broken.prefix(9))") { try decode(broken) }
    }
    #expect(throws: ProfileFileError.foreign) { try decode("{}") }
  }
}
