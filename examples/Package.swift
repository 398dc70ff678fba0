// swift-tools-version: 6.2

import PackageDescription

let names = ["quick-start", "three-peers", "custom-resolver", "multicast-discovery", "watching-changes", "leader-mode"]

let package = Package(
    name: "starling-examples",
    dependencies: [.package(name: "starling", path: "..")],
    targets: names.map { name in
        .executableTarget(
            name: name,
            dependencies: [.product(name: "Starling", package: "starling")],
            swiftSettings: [.enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility")])
    }
)
