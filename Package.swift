// swift-tools-version: 6.1
import PackageDescription

// The flags make C kernels fast in debug builds too, and let clang use FMA; every kernel that must
// match a reference bit for bit turns contraction off in its own file. The program checks the CPU
// for these instruction sets before the first kernel runs.
let kernelFlags: [CSetting] = [
  .unsafeFlags(["-O3", "-mavx2", "-mfma", "-fno-math-errno", "-Wall", "-Wextra"])
]

let package = Package(
  name: "mqsh",
  platforms: [.macOS(.v13)],
  products: [
    .executable(name: "mqsh", targets: ["mqsh"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // The wire format of ONNX; a hand-written reader of files from elsewhere would be one more to trust.
    .package(
      url: "https://github.com/apple/swift-protobuf", from: "1.39.0", traits: []),
  ],
  targets: [
    .systemLibrary(name: "CDNNL"),
    .systemLibrary(name: "CReadline"),
    .systemLibrary(name: "CTurboJPEG"),
    .systemLibrary(name: "CZlib"),
    .target(
      name: "CKernels",
      cSettings: kernelFlags,
      linkerSettings: [.linkedLibrary("gomp"), .linkedLibrary("m")]
    ),
    // libpng leaves its functions by longjmp on errors, which Swift frames must not see.
    .target(name: "CPNG", linkerSettings: [.linkedLibrary("png16")]),
    .target(name: "Lang"),
    // Made by scripts/onnx_proto.sh.
    .target(
      name: "ONNXProto",
      dependencies: [.product(name: "SwiftProtobuf", package: "swift-protobuf")],
      exclude: ["onnx.proto"]
    ),
    .target(
      name: "QuantRuntime",
      dependencies: [
        "CKernels", "CDNNL", "CPNG", "CTurboJPEG", "CZlib", "ONNXProto",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ]),
    .target(name: "Interpreter", dependencies: ["Lang", "QuantRuntime"]),
    .executableTarget(
      name: "mqsh",
      dependencies: [
        "Interpreter", "Lang", "QuantRuntime", "CReadline",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]
    ),
    // Times the engine for scripts/bench; no product.
    .executableTarget(name: "EngineBench", dependencies: ["CKernels", "QuantRuntime"]),
    // Times decoding and augmentation for scripts/bench; no product.
    .executableTarget(name: "LoaderBench", dependencies: ["QuantRuntime"]),
    // What the tests that compare with golden files share.
    .target(name: "GoldenSupport", path: "Tests/GoldenSupport"),
    .testTarget(name: "LangTests", dependencies: ["Lang"]),
    .testTarget(name: "QuantRuntimeTests", dependencies: ["ONNXProto", "QuantRuntime"]),
    .testTarget(name: "InterpreterTests", dependencies: ["GoldenSupport", "Interpreter"]),
    .testTarget(name: "MqshTests", dependencies: ["GoldenSupport", "mqsh"]),
  ],
  swiftLanguageModes: [.v6]
)
