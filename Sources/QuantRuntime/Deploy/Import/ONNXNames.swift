/// Names of modules from the names of an ONNX file.
enum ONNXNames {
  /// Characters of a name that are kept.
  private static let longest = 200

  /// `layer1.0.conv1` of `layer1.0.conv1.weight`; nil for tensors that are not named so, such as
  /// PyTorch's `onnx::Conv_193`.
  static func module(ofWeight tensor: String) -> String? {
    for suffix in [".weight", ".kernel"] where tensor.hasSuffix(suffix) {
      let module = cleaned(String(tensor.dropLast(suffix.count)))
      return module.isEmpty ? nil : module
    }
    return nil
  }

  /// A node's name; PyTorch writes paths, whose parts repeat those before: `layer1.0.conv1` of
  /// `/layer1/layer1.0/conv1/Conv`.
  static func module(of node: ONNXNode) -> String {
    let name = node.name
    guard name.hasPrefix("/") else {
      let module = cleaned(name)
      return module.isEmpty ? node.type.lowercased() : module
    }
    let parts = name.split(separator: "/")
    var path: [Substring] = []
    for part in parts.dropLast() {
      if let last = path.last, part.hasPrefix(last + ".") { path.removeLast() }
      path.append(part)
    }
    // Operators without a module, such as an addition, are told apart by their last part.
    let isModule = path.last.map { _ in
      ["Conv", "Gemm", "MatMul", "BatchNormalization"].contains(node.type)
    }
    if isModule != true, let last = parts.last { path.append(last) }
    let module = cleaned(path.joined(separator: "."))
    return module.isEmpty ? node.type.lowercased() : module
  }

  /// One line without characters that listings and files stumble over.
  private static func cleaned(_ name: String) -> String {
    String(
      String.UnicodeScalarView(
        name.unicodeScalars.prefix(longest).map { scalar in
          scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            || "._-".unicodeScalars.contains(scalar) ? scalar : "_"
        }))
  }
}
