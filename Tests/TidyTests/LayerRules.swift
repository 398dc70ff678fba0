/// Which modules a module's files may import: the arrows of the architecture, which the build checks
/// only when it is asked to.
enum LayerRules {
    private static let foundations: Set<String> = ["Causality", "ByteCoding", "Platform", "DataModel"]
    private static let engine = Self.foundations.union(["Journal", "AntiEntropy", "Membership"])
    private static let systemLibraries: Set<String> = ["Glibc", "Musl", "Darwin"]

    static let allowed: [String: Set<String>] = [
        "Causality": [],
        "ByteCoding": ["CChecksum"],
        "Platform": [],
        "RESP": ["ByteCoding"],
        "DataModel": ["Causality", "ByteCoding"],
        "Journal": Self.foundations,
        "AntiEntropy": Self.foundations,
        "Membership": ["Causality", "ByteCoding", "Platform"],
        "Leadership": Self.foundations,
        "Replication": Self.engine.union(["Leadership"]),
        "Simulation": Self.engine.union(["Leadership", "Replication"]),
        "PosixPlatform": Self.systemLibraries.union(["Platform", "CPosixShim", "Synchronization"]),
        "Starling": Self.engine.union(["Leadership", "Replication", "PosixPlatform", "Synchronization"]),
        "StarlingServer": Self.foundations.union([
            "Journal", "Membership", "Leadership", "RESP", "Replication", "Starling", "Foundation", "Synchronization",
        ]),
        "StarlingCommand": Self.foundations.union(Self.systemLibraries).union([
            "Journal", "RESP", "Replication", "Simulation", "PosixPlatform", "Starling", "StarlingServer",
            "Foundation", "Synchronization", "Dispatch",
        ]),
    ]

    static func violations(in file: SourceText) -> [String] {
        guard file.path.hasPrefix("Sources/") else { return [] }
        guard let allowed = Self.allowed[file.module] else {
            return ["\(file.path): module \(file.module) has no place among the layers"]
        }
        return file.codeLines.enumerated().compactMap { index, line in
            let words = line.split(whereSeparator: { $0 == " " || $0 == "." })
            guard let keyword = words.firstIndex(of: "import"), keyword + 1 < words.count else { return nil }
            let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "typealias", "var", "let"]
            let place = kinds.contains(words[keyword + 1]) ? keyword + 2 : keyword + 1
            guard place < words.count, !allowed.contains(String(words[place])) else { return nil }
            return file.violation(
                index, "\(file.module) may not import \(words[place]); move the code up or the type down")
        }
    }
}
