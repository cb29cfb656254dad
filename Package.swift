// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

let strictC: [CSetting] = [.treatAllWarnings(as: .error)]

// A oneDNN other than the system's: the folder that holds its `include` and `lib`. A package with
// unsafe flags can't be another one's dependency, so there are none without it.
let oneDNN = Context.environment["EXPANDC_ONEDNN"]
let oneDNNHeaders = oneDNN.map { [CSetting.unsafeFlags(["-I\($0)/include"])] } ?? []
let oneDNNLibrary =
  oneDNN.map { [LinkerSetting.unsafeFlags(linking("\($0)/lib", "libdnnl.so"))] }
  ?? [.linkedLibrary("dnnl")]

// By path: a search path of another package's may come first.
func linking(_ folder: String, _ library: String) -> [String] {
  ["\(folder)/\(library)", "-rpath", folder].flatMap { ["-Xlinker", $0] }
}

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let orderedCollections = Target.Dependency.product(
  name: "OrderedCollections", package: "swift-collections")
let toml = Target.Dependency.product(name: "TOMLKit", package: "TOMLKit")

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestSupport"], swiftSettings: strict)
}

let targets: [Target] = [
  .systemLibrary(
    name: "CProtobufC", pkgConfig: "libprotobuf-c",
    providers: [.apt(["libprotobuf-c-dev"]), .brew(["protobuf-c"])]),
  .target(name: "COnnx", dependencies: ["CProtobufC"], exclude: ["onnx.proto"], cSettings: strictC),
  .target(
    name: "COneDNN", cSettings: strictC + oneDNNHeaders, linkerSettings: oneDNNLibrary),

  .target(name: "CMatrixProduct", cSettings: strictC),
  .target(name: "CFourierTransform", cSettings: strictC),

  library("TensorCore", []),
  library("NetworkIR", ["TensorCore", orderedCollections]),
  library("ONNXFormat", ["NetworkIR", "TensorCore", "COnnx", orderedCollections]),
  library("Rewriting", ["NetworkIR"]),
  library(
    "Expansion",
    ["Rewriting", "NetworkIR", "TensorCore", "CMatrixProduct", orderedCollections]),
  library("Kernels", ["TensorCore", "COneDNN", "CFourierTransform"]),
  library("Execution", ["NetworkIR", "Rewriting", "Expansion", "Kernels", "TensorCore"]),
  library("Training", ["Execution", "NetworkIR", "TensorCore"]),
  library("Zoo", ["NetworkIR", "TensorCore", orderedCollections]),
  .executableTarget(
    name: "expandc",
    dependencies: [
      "TensorCore", "NetworkIR", "ONNXFormat", "Rewriting", "Expansion", "Kernels", "Execution",
      "Training", "Zoo", argumentParser, orderedCollections, toml,
    ],
    swiftSettings: strict),

  .target(
    name: "TestSupport",
    dependencies: ["TensorCore", "NetworkIR", "ONNXFormat", orderedCollections],
    path: "Tests/TestSupport", swiftSettings: strict),
  .target(name: "CAllocationCount", path: "Tests/CAllocationCount", cSettings: strictC),
  tests("TensorCoreTests", ["TensorCore"]),
  tests("NetworkIRTests", ["NetworkIR", "TensorCore", "ONNXFormat", orderedCollections]),
  tests("ONNXFormatTests", ["ONNXFormat", "NetworkIR", "TensorCore", orderedCollections]),
  tests("RewritingTests", ["Rewriting", "NetworkIR", "TensorCore", orderedCollections]),
  tests(
    "ExpansionTests",
    [
      "Expansion", "Execution", "Rewriting", "ONNXFormat", "NetworkIR", "TensorCore",
      "CMatrixProduct", orderedCollections,
    ]),
  tests("KernelsTests", ["Kernels", "TensorCore"]),
  tests(
    "ExecutionTests",
    [
      orderedCollections, "Execution", "Expansion", "Kernels", "ONNXFormat", "NetworkIR",
      "TensorCore",
    ]),
  tests(
    "TrainingTests",
    [
      orderedCollections, "CAllocationCount", "Training", "Execution", "Kernels", "ONNXFormat",
      "NetworkIR", "TensorCore",
    ]),
  tests(
    "ZooTests",
    [
      orderedCollections, "Zoo", "Expansion", "Execution", "ONNXFormat", "NetworkIR", "TensorCore",
    ]),
  tests(
    "expandcTests", [orderedCollections, "expandc", "ONNXFormat", "NetworkIR", "TensorCore"]),
]

let package = Package(
  name: "expandc",
  traits: [
    .trait(name: "Exhaustive", description: "Tests on random problems try ten times as many.")
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
  ],
  targets: targets,
  swiftLanguageModes: [.v6]
)
