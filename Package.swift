// swift-tools-version: 6.0

import PackageDescription

// The kernels lie once, in Sources/KernelsBaseline/Shared, and are compiled once per
// instruction set: the other kernel targets hold a link to that folder and a file with their
// own vector width and tile sizes. The manifest runs on the machine that builds, so `arch`
// below is the architecture that is built for.
//
// Since a microcode update ("Jump Conditional Code erratum"), Intel's CPUs from Skylake to Comet
// Lake decode a jump anew each time if it crosses or ends at a boundary of 32 bytes; the assembler
// can see to it that none does in the targets that these CPUs run.
// With MIXNAS_HALVE_AVX512 in the environment, the kernels for AVX-512 are compiled for AVX2, each
// of their vectors as two halves, so that a CPU without AVX-512 can test them.
let halvesAVX512 = Context.environment["MIXNAS_HALVE_AVX512"] != nil
#if arch(x86_64)
  let alignedJumps = ["-Xllvm", "-x86-branches-within-32B-boundaries"]
  let instructionSets = [
    (target: "KernelsAVX2", flags: ["-Xcc", "-march=x86-64-v3"] + alignedJumps),
    (
      target: "KernelsAVX512",
      // All CPUs with AVX-512 can fetch a line for writing (`prefetchForWriting`), but the level
      // x86-64-v4 doesn't say so.
      flags: ["-Xcc", "-march=x86-64-\(halvesAVX512 ? "v3" : "v4")", "-Xcc", "-mprfchw"]
        + alignedJumps
        + (halvesAVX512 ? ["-DHALVES_AVX512"] : [])
    ),
  ]
#else
  let instructionSets: [(target: String, flags: [String])] = []
#endif

/// Whole-module optimisation in debug builds too, so that tests run at full speed.
let optimized = ["-wmo", "-num-threads", "1", "-disable-batch-mode"]

func kernelTarget(_ name: String, flags: [String] = []) -> Target {
  .target(
    name: name,
    dependencies: ["KernelInterface"],
    // Of the compiler's own operations, those on whole vectors: `VectorArithmetic.swift`.
    swiftSettings: [
      .enableExperimentalFeature("BuiltinModule"),
      .unsafeFlags(["-Ounchecked"] + optimized + flags),
    ],
    linkerSettings: [.linkedLibrary("m")])
}

let package = Package(
  name: "mixnas",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "mixnas", targets: ["mixnas"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
  ],
  targets: [
    // Kernels
    .systemLibrary(name: "CPUFeatures"),
    .target(name: "KernelInterface"),
    kernelTarget("KernelsBaseline"),
    .target(
      name: "Kernels",
      dependencies: ["CPUFeatures", "KernelInterface", "KernelsBaseline"]
        + instructionSets.map { .target(name: $0.target) },
      swiftSettings: [.unsafeFlags(["-O"] + optimized)]
        + (halvesAVX512 ? [.define("HALVES_AVX512")] : [])),
    .testTarget(name: "KernelsTests", dependencies: ["Kernels", "Randomness"]),

    // Networks
    .target(name: "Randomness"),
    .target(name: "Threads"),
    .target(name: "Files"),
    .target(name: "Architectures"),
    .target(
      name: "Engine", dependencies: ["Kernels", "Architectures", "Randomness", "Threads"],
      swiftSettings: [
        // Of the compiler's own operations, the hint to a waiting processor.
        .enableExperimentalFeature("BuiltinModule"), .unsafeFlags(["-O"] + optimized),
      ]),
    .testTarget(name: "RandomnessTests", dependencies: ["Randomness"]),
    .testTarget(name: "FilesTests", dependencies: ["Files"]),
    .testTarget(name: "ArchitecturesTests", dependencies: ["Architectures"]),
    // The plain definitions that layers are compared with run in double precision.
    .testTarget(
      name: "EngineTests", dependencies: ["Engine", "Datasets"],
      swiftSettings: [.unsafeFlags(["-O"] + optimized)]),

    .target(
      name: "WeightFiles", dependencies: ["Architectures", "Engine", "Files"],
      swiftSettings: [.unsafeFlags(["-O"] + optimized)]),
    .testTarget(name: "WeightFilesTests", dependencies: ["WeightFiles", "Randomness"]),
    .target(
      name: "Export",
      dependencies: [
        "Architectures", "Engine", "Files", "Threads", "WeightFiles",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["ONNX/onnx.proto"], swiftSettings: [.unsafeFlags(["-O"] + optimized)]),
    // Its networks are as large as ResNet-50.
    .testTarget(
      name: "ExportTests", dependencies: ["Export", "Randomness", "Threads"],
      swiftSettings: [.unsafeFlags(["-O"] + optimized)]),

    // Data
    .systemLibrary(
      name: "CZlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(
      name: "Datasets", dependencies: ["CZlib", "Files", "Randomness"],
      swiftSettings: [.unsafeFlags(["-O"] + optimized)]),
    .testTarget(name: "DatasetsTests", dependencies: ["Datasets"]),

    // Search
    .target(
      name: "SearchSpaces",
      dependencies: [
        "Architectures", "Files", "Randomness", .product(name: "Yams", package: "Yams"),
      ]),
    .target(
      name: "Search", dependencies: ["SearchSpaces", "Architectures", "Randomness", "Threads"]),
    .target(name: "Evaluation", dependencies: ["Engine", "Datasets", "Search"]),
    .target(name: "RunStore", dependencies: ["Files", "Search", "SearchSpaces"]),
    .target(
      name: "TrainingStore",
      dependencies: ["Evaluation", "Files", "Randomness", "RunStore", "WeightFiles"]),
    .testTarget(name: "SearchSpacesTests", dependencies: ["SearchSpaces"]),
    .testTarget(name: "SearchTests", dependencies: ["Search"]),
    .testTarget(name: "EvaluationTests", dependencies: ["Evaluation"]),
    .testTarget(name: "RunStoreTests", dependencies: ["RunStore"], exclude: ["Fixtures"]),
    .testTarget(
      name: "TrainingStoreTests", dependencies: ["TrainingStore"], exclude: ["Fixtures"]),

    // Command line
    .target(name: "Reports", dependencies: ["Evaluation", "RunStore", "Search"]),
    .executableTarget(
      name: "mixnas",
      dependencies: [
        "Architectures", "Datasets", "Engine", "Evaluation", "Export", "Files", "Kernels",
        "Reports", "RunStore", "Search", "SearchSpaces", "TrainingStore", "WeightFiles",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .testTarget(name: "ReportsTests", dependencies: ["Reports"]),
    .testTarget(
      name: "CommandLineTests",
      dependencies: ["Files", "mixnas", "RunStore", "Search", "WeightFiles"]),
  ] + instructionSets.map { kernelTarget($0.target, flags: $0.flags) },
  swiftLanguageModes: [.v6]
)
