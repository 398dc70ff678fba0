// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
    .enableUpcomingFeature("InferIsolatedConformances"),  // SE-0470
    .treatAllWarnings(as: .error),  // SE-0480
    .strictMemorySafety(),  // SE-0458
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name + "Tests", dependencies: dependencies + ["TestSupport"], swiftSettings: settings)
}

// The list is in the order of the layers: a target depends only on targets above it.
let package = Package(
    name: "starling",
    products: [
        .library(name: "Starling", targets: ["Starling"]),
        .executable(name: "starling", targets: ["StarlingCommand"]),
    ],
    targets: [
        module("Causality"),
        .target(name: "CChecksum"),
        module("ByteCoding", ["CChecksum"]),
        module("Platform"),
        module("RESP", ["ByteCoding"]),
        module("DataModel", ["Causality", "ByteCoding"]),
        module("Journal", ["Causality", "ByteCoding", "Platform", "DataModel"]),
        module("AntiEntropy", ["Causality", "ByteCoding", "Platform", "DataModel"]),
        module("Membership", ["Causality", "ByteCoding", "Platform"]),
        module("Leadership", ["Causality", "ByteCoding", "Platform", "DataModel"]),
        module(
            "Replication",
            [
                "Causality", "ByteCoding", "Platform", "DataModel", "Journal", "AntiEntropy", "Membership",
                "Leadership",
            ]),
        .target(
            name: "Simulation",
            dependencies: [
                "Causality", "ByteCoding", "Platform", "DataModel", "Journal", "AntiEntropy", "Membership",
                "Leadership", "Replication",
            ],
            // A tenth of the simulator's work was to check that accesses do not overlap. Debug builds, so all
            // tests, go on to check it. No library product contains this module, so nobody inherits the flag.
            swiftSettings: settings + [
                .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))
            ]),
        .target(name: "CPosixShim"),
        module("PosixPlatform", ["Platform", "CPosixShim"]),
        module(
            "Starling",
            [
                "Causality", "ByteCoding", "Platform", "DataModel", "Journal", "AntiEntropy", "Membership",
                "Leadership", "Replication", "PosixPlatform",
            ]),
        module(
            "StarlingServer",
            [
                "Causality", "ByteCoding", "Platform", "DataModel", "Journal", "Membership", "Leadership", "RESP",
                "Replication", "Starling",
            ]),
        .executableTarget(
            name: "StarlingCommand",
            dependencies: [
                "Causality", "ByteCoding", "Platform", "DataModel", "Journal", "RESP", "Replication", "Simulation",
                "PosixPlatform",
                "Starling", "StarlingServer",
            ],
            swiftSettings: settings),
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
        tests("Causality", ["Causality"]),
        tests("ByteCoding", ["ByteCoding"]),
        tests("DataModel", ["DataModel", "Causality", "ByteCoding"]),
        tests("Journal", ["Journal", "DataModel", "Causality", "ByteCoding", "Platform", "Simulation"]),
        tests("AntiEntropy", ["AntiEntropy", "DataModel", "Causality", "ByteCoding", "Platform"]),
        tests("Leadership", ["Leadership", "LeadershipHarness", "Causality", "ByteCoding", "Platform"]),
        tests("Membership", ["Membership", "Causality", "ByteCoding", "Platform"]),
        tests("Platform", ["Platform"]),
        tests("RESP", ["RESP", "ByteCoding"]),
        tests(
            "Replication",
            [
                "Replication", "Simulation", "Journal", "AntiEntropy", "Leadership", "DataModel", "Causality",
                "ByteCoding", "Platform",
            ]),
        tests("PosixPlatform", ["PosixPlatform", "Platform"]),
        tests(
            "Simulation",
            [
                "Simulation", "Replication", "Journal", "AntiEntropy", "Membership", "DataModel", "Causality",
                "ByteCoding", "Platform",
            ]),
        tests(
            "Starling",
            ["Starling", "StarlingServer", "Replication", "DataModel", "Causality", "Platform", "PosixPlatform"]),
        tests(
            "StarlingServer",
            [
                "StarlingServer", "Starling", "Replication", "Simulation", "Journal", "Leadership", "DataModel",
                "Causality", "Platform", "RESP",
            ]),
        tests(
            "StarlingCommand",
            [
                "StarlingCommand", "Starling", "Simulation", "Journal", "Causality", "Platform", "PosixPlatform",
                "DataModel", "RESP",
            ]),
        tests("Tidy", []),
        // The fuzzers' targets, run over their corpora; see Tests/Fuzz/run.sh for the fuzzers themselves.
        .testTarget(
            name: "FuzzTests",
            dependencies: [
                "StarlingCommand", "StarlingServer", "Starling", "Simulation", "Replication", "Membership",
                "AntiEntropy", "Journal", "DataModel", "RESP", "Platform", "ByteCoding", "Causality",
            ],
            path: "Tests/Fuzz", exclude: ["Program", "Corpora", "Dictionaries", "run.sh"], swiftSettings: settings),
        // Members of the pure decider under faults, for its tests and for `make leadership-soak`.
        .target(
            name: "LeadershipHarness", dependencies: ["Leadership", "Causality", "Platform", "TestSupport"],
            path: "Tests/LeadershipHarness", swiftSettings: settings),
        .executableTarget(
            name: "LeadershipSoak", dependencies: ["LeadershipHarness"], path: "Tests/LeadershipSoak",
            swiftSettings: settings),
        // Not a product: what `make model-check` compares with the executable model.
        .executableTarget(
            name: "ModelReplay",
            dependencies: [
                "Causality", "ByteCoding", "Platform", "DataModel", "Journal", "AntiEntropy", "Simulation",
                "PosixPlatform",
            ],
            path: "Tests/ModelCheck/Replay", swiftSettings: settings),
    ]
)
