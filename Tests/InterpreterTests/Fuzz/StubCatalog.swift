import QuantRuntime

@testable import Interpreter

/// The builtins with those that need data, files or time replaced: they take the same arguments, and
/// give the same small values each time.
enum StubCatalog {
  static let all: [Builtin] = {
    let data = value("dataset(\"synthetic\", train: 4, test: 4, size: 8)")
    let net = value("model(\"resnet20\", classes: 10, input: [3, 8, 8])")
    let table = value("table([(a: 1, b: \"x\"), (a: 2, b: \"y\")])")
    let score = value(
      "let d = dataset(\"synthetic\", train: 4, test: 4, size: 8)\n"
        + "evaluate(model(\"resnet20\", for: d), d)")
    let record = value("(difference: 0.0)")
    let compared = value(
      "let d = dataset(\"synthetic\", train: 4, test: 4, size: 8)\n"
        + "let q = quantize(model(\"resnet20\", for: d), \"lsq\", backend: \"tensorrt\")\n"
        + "gap(calibrate(q, d, images: 4), d, images: 4)")
    let stubs: [String: Value] = [
      "dataset": data, "model": net, "train": net, "quantize": net, "folded": net, "load": net,
      "evaluate": score, "fold_error": record,
      "quantizers": table, "profile": table, "summary": table, "why": table, "weights": table,
      "history": table, "calibrate": net, "recalibrate_bn": net, "adaround": net, "brecq": net,
      "qdrop": net, "correct_bias": net, "whatif": table, "sensitivity": table, "gap": compared,
      "agreement": record,
      "bench": record, "export": record,
      "supports": table, "graph": .text("graph"), "save": .nil, "exists": .bool(false),
      "help": .nil, "apropos": .nil,
    ]
    return BuiltinCatalog.all.map { builtin in
      guard let stub = stubs[builtin.name] else { return builtin }
      let result = Builtin(
        builtin.name, family: builtin.family, builtin.summary, parameters: builtin.parameters,
        result: builtin.result, examples: builtin.examples
      ) { _ in stub }
      return builtin.check.map { result.checking($0) } ?? result
    }
  }()

  private static func value(_ text: String) -> Value {
    let session = Session(.init(output: Recorder().output))
    _ = session.evaluate(text)
    return session.module.names["_"].map { session.module.globals[$0.slot] } ?? .nil
  }
}
