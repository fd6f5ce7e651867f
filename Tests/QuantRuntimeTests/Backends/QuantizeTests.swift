import Foundation
import Testing

@testable import QuantRuntime

@Suite("Quantize")
struct QuantizeTests {
  private func float(_ name: String = "resnet20") throws -> Model {
    let graph = try ModelCatalog.graph(name, input: [3, 32, 32], classes: 10)
    return Model(name: name, graph: graph, state: [:])
  }

  private func configuration(
    _ profile: String, mode: String? = nil, fold: String? = "none", only: [String] = [],
    except: [String] = []
  ) throws -> QuantizeConfiguration {
    QuantizeConfiguration(
      profile: try HardwareCatalog.profile(profile), weights: QuantizerChoice("lsq", bits: 4),
      activations: QuantizerChoice("lsq", bits: 4), graphMode: mode, fold: fold, only: only,
      except: except)
  }

  /// Counts of MQBench's own graphs for ResNet-18: 21 weights, 21 activations in both modes.
  @Test("ResNet-18 gets 21 weight and 21 activation quantizers in both modes")
  func resnet18Counts() throws {
    for (profile, mode) in [
      ("academic", "layer_inputs"), ("academic", "one_add_branch"), ("tensorrt", "layer_inputs"),
      ("tensorrt", "one_add_branch"),
    ] {
      for fold in ["none", "torch_fold"] {
        let model = try quantize(
          try float("resnet18"), try configuration(profile, mode: mode, fold: fold))
        let rows = model.quantizers()
        #expect(rows.count { $0.site == .weight } == 21)
        #expect(rows.count { $0.site == .activation } == 21)
        #expect(rows.count { $0.spec.bits == 8 } == 4, "\(profile) \(mode)")
        #expect(rows.allSatisfy { !$0.reason.isEmpty && !$0.isInitialized })
        #expect(model.quantization?.isInitialized == false)
      }
    }
  }

  @Test("mode 1 gives every layer its own input quantizer and keeps additions in float")
  func layerInputs() throws {
    let model = try quantize(try float(), try configuration("academic"))
    let names = Set(model.quantizers().filter { $0.site == .activation }.map(\.name))
    #expect(names.count == 22)
    #expect(names.isSuperset(of: ["conv1.input_quantizer", "fc.input_quantizer"]))
    #expect(names.contains("layer2.0.downsample.0.input_quantizer"))
    for row in model.quantizers() {
      let isEdge = row.name.hasPrefix("conv1.") || row.name.hasPrefix("fc.")
      #expect(row.spec.bits == (isEdge ? 8 : 4), "\(row.name)")
      #expect(row.spec.sign == (row.site == .weight ? .signed : .adaptive))
      #expect(row.spec.granularity == .tensor && row.maps.isEmpty)
    }
    let block = try #require(model.graph.node(named: "layer2.0.conv1.input_quantizer"))
    #expect(model.graph[model.graph[block].inputs[0]].name == "layer1.2.relu2")
    let add = try #require(model.graph.node(named: "layer1.0.add"))
    #expect(model.graph[add].inputs.map { model.graph[$0].name } == ["layer1.0.bn2", "relu"])
  }

  @Test("mode 2 shares quantizers, leaves the main branch plain and skips the pool")
  func oneAddBranch() throws {
    let model = try quantize(try float("resnet18"), try configuration("tensorrt"))
    let graph = model.graph
    let names = model.quantizers().filter { $0.site == .activation }.map(\.name)
    #expect(names.contains("input.output_quantizer") && names.contains("maxpool.output_quantizer"))
    #expect(names.contains("layer2.0.downsample.1.output_quantizer"))
    #expect(!names.contains("relu.output_quantizer"))
    #expect(!names.contains { $0.contains("conv2") || $0.contains("bn2") || $0.hasPrefix("fc") })
    func operands(_ name: String) throws -> [String] {
      graph[try #require(graph.node(named: name))].inputs.map { graph[$0].name }
    }
    #expect(try operands("layer1.0.add") == ["layer1.0.bn2", "maxpool.output_quantizer"])
    #expect(
      try operands("layer2.0.add")
        == ["layer2.0.bn2", "layer2.0.downsample.1.output_quantizer"])
    #expect(try operands("layer2.0.conv1")[0] == "layer1.1.relu2.output_quantizer")
    #expect(try operands("layer2.0.downsample.0")[0] == "layer1.1.relu2.output_quantizer")
    #expect(try operands("avgpool") == ["layer4.1.relu2.output_quantizer"])
    #expect(try operands("fc")[0] == "flatten")
    let last = model.quantizers().first { $0.name == "layer4.1.relu2.output_quantizer" }
    #expect(last?.spec.bits == 8 && last?.spec.sign == .signed)
    #expect(model.state["layer1.0.conv1.weight_quantizer.scale"]?.shape == [64])
  }

  @Test("the plain operand is the main branch's on whichever side of the addition")
  func swappedAddition() throws {
    var net = NetworkBuilder(input: [4, 8, 8])
    let stem = net.convolution(net.input, channels: 4, window: 3, name: "stem")
    let x = net.relu(stem, name: "relu")
    let shortcut = net.convolution(x, channels: 4, window: 1, name: "shortcut")
    var main = net.convolution(x, channels: 4, window: 3, name: "a")
    main = net.relu(main, name: "a_relu")
    main = net.convolution(main, channels: 4, window: 3, name: "b")
    let first = net.add(shortcut, main, name: "first")
    let inner = net.convolution(first, channels: 4, window: 3, name: "c")
    let second = net.add(first, inner, name: "second")
    let logits = net.classifier(second, classes: 3, name: "fc")
    let model = Model(name: "test", graph: net.finished(output: logits), state: [:])
    let names = try quantize(model, try configuration("tensorrt")).quantizers()
      .filter { $0.site == .activation }.map(\.name)
    #expect(
      names == [
        "input.output_quantizer", "relu.output_quantizer", "a_relu.output_quantizer",
        "shortcut.output_quantizer", "first.output_quantizer", "second.output_quantizer",
      ])
  }

  @Test("selectors choose layers; one that matches nothing is an error with a suggestion")
  func selectors() throws {
    let only = try quantize(try float(), try configuration("academic", only: ["layer1.*"]))
    #expect(only.quantizers().count == 12)
    let except = try quantize(
      try float(), try configuration("academic", except: ["conv1", "*downsample.?"]))
    #expect(except.quantizers().count == 2 * (22 - 3))
    let head = try quantize(try float(), try configuration("tensorrt", only: ["fc"]))
    #expect(
      head.quantizers().map(\.name) == ["layer3.2.relu2.output_quantizer", "fc.weight_quantizer"])
    do {
      _ = try quantize(try float(), try configuration("academic", only: ["layer1.0.conv_1"]))
      Issue.record("an unmatched selector was accepted")
    } catch let error as QuantizeError {
      #expect(error.code == "quantize.selector")
      #expect(error.help == "did you mean 'layer1.0.conv1'?")
    }
    #expect(throws: QuantizeError.everythingExcluded(["layer?.*", "*c*"])) {
      try quantize(try float(), try configuration("academic", except: ["layer?.*", "*c*"]))
    }
    #expect(throws: QuantizeError.contradiction(only: "layer1.0.*", except: "layer1.*")) {
      try quantize(
        try float(),
        try configuration("academic", only: ["fc", "layer1.0.*"], except: ["layer1.*"]))
    }
    #expect(throws: QuantizeError.contradiction(only: "fc", except: "fc")) {
      try quantize(try float(), try configuration("academic", only: ["fc"], except: ["fc"]))
    }
  }

  @Test("impossible configurations are refused")
  func refusals() throws {
    let quantized = try quantize(try float(), try configuration("academic"))
    #expect(throws: QuantizeError.alreadyQuantized(model: "resnet20")) {
      try quantize(quantized, try configuration("academic"))
    }
    var wrong = try configuration("academic")
    wrong.weights?.bits = 9
    #expect(throws: QuantizeError.bits(9, subject: "lsq", allowed: 2...8)) { try wrong.check() }
    wrong = try configuration("academic")
    wrong.weights?.granularity = .channel
    #expect(throws: QuantizeError.self) { try wrong.check() }
    wrong = try configuration("academic", mode: "layer_input")
    #expect(throws: QuantizeError.self) { try wrong.check() }
    wrong = try configuration("academic", fold: "torch")
    #expect(throws: QuantizeError.self) { try wrong.check() }
    wrong = try configuration("academic")
    wrong.firstLastBits = 1
    #expect(throws: QuantizeError.self) { try wrong.check() }
    #expect(throws: QuantizeError.unknownProfile(name: "tensort", known: HardwareCatalog.names)) {
      try HardwareCatalog.profile("tensort")
    }
    wrong = try configuration("academic")
    wrong.weights = nil
    wrong.activations = nil
    #expect(throws: QuantizeError.nothingToQuantize(model: "resnet20")) {
      try quantize(try float(), wrong)
    }
  }

  @Test("weights alone, activations alone, and asymmetric zero points")
  func sides() throws {
    var only = try configuration("tensorrt")
    only.activations = nil
    #expect(try quantize(try float(), only).quantizers().allSatisfy { $0.site == .weight })
    only = try configuration("academic")
    only.weights = nil
    only.profile.activations.symmetry = .asymmetric
    let model = try quantize(try float(), only)
    #expect(model.quantizers().allSatisfy { $0.site == .activation })
    let rows = model.quantizers()
    #expect(rows.allSatisfy { $0.maps.isEmpty })
    #expect(rows.first?.elements == 3 * 32 * 32 && rows.last?.elements == 64)
    #expect(model.state["fc.input_quantizer.zero_point"] == Tensor([1], repeating: 0))
  }

  @Test("wildcards")
  func wildcards() {
    #expect(matchesWildcards("layer1.0.conv1", "layer?.*.conv1"))
    #expect(matchesWildcards("abc", "*") && matchesWildcards("", "*"))
    #expect(!matchesWildcards("abc", "ab") && !matchesWildcards("ab", "abc"))
    #expect(matchesWildcards("aXbXc", "a*X*c") && !matchesWildcards("aXbXd", "a*c"))
    let long = String(repeating: "a", count: 2000)
    #expect(!matchesWildcards(long, String(repeating: "a*", count: 500) + "b"))
  }

  @Test("the catalogs list the files of their folders")
  func completeness() throws {
    func files(_ folder: String) throws -> Set<String> {
      Set(
        try FileManager.default.contentsOfDirectory(atPath: sourceFolder(folder))
          .filter { $0.hasSuffix(".swift") }.map { String($0.dropLast(6)) })
    }
    #expect(try files("Backends/GraphModes") == Set(GraphModeCatalog.all.map(\.type)))
    #expect(try files("Folding/Strategies") == Set(FoldingCatalog.all.map(\.type)))
    #expect(try GraphModeCatalog.mode(number: 2).name == "one_add_branch")
    #expect(try FoldingCatalog.strategy(number: -1).name == "none")
    for profile in HardwareCatalog.all {
      _ = try GraphModeCatalog.mode(profile.graphMode)
      _ = try FoldingCatalog.strategy(profile.defaultFold)
    }
  }

  @Test("a profile prints its facts")
  func profilePrints() throws {
    let text = try HardwareCatalog.profile("tensorrt").description
    #expect(text.contains("weights_per: channel\nweights_symmetry: symmetric\n"))
    #expect(text.contains("fold: torch_fold"))
  }
}
