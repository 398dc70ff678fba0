// Appended to the package's own manifest by run.sh, in a folder of its own. It leaves out the tests, and adds
// the fuzzers' program. As a part of the same package, that program sees `package` declarations.

let program = package.targets.filter { $0.name == "StarlingCommand" }
package.products = []
package.targets.removeAll { $0.type == .test || $0.type == .executable }
// The program of the package becomes a library: its entry point gives up the name `main`.
package.targets += program.map {
    .target(
        name: $0.name, dependencies: $0.dependencies,
        swiftSettings: settings
            + [.unsafeFlags(["-Xfrontend", "-entry-point-function-name", "-Xfrontend", "starling_main"])])
}
package.targets.append(
    .executableTarget(
        name: "Fuzz", dependencies: package.targets.map { .target(name: $0.name) }, path: "Tests/Fuzz",
        exclude: ["CorpusTests.swift", "run.sh", "Corpora", "Dictionaries", "Program/FuzzManifest.swift"],
        sources: ["Targets", "Program"], swiftSettings: settings))
