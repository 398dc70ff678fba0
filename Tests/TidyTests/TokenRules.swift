/// Words that do not belong into a layer, each with what to write instead.
enum TokenRules {
    /// Modules that decide, or carry decisions out on one thread: all of it replayable from a seed.
    static let deciders: Set<String> = [
        "Causality", "ByteCoding", "Platform", "DataModel", "Journal", "AntiEntropy", "Membership", "Leadership",
        "Replication", "RESP", "Simulation",
    ]

    private static let bannedInDeciders: [(phrase: String, remedy: String)] = [
        ("await", "deciders are synchronous: return an action and take its end as an input"),
        ("async", "deciders are synchronous: return an action and take its end as an input"),
        ("Task", "deciders are synchronous: return an action and take its end as an input"),
        ("Thread", "one thread owns a node; PosixPlatform has the others"),
        ("Date(", "pass `now` as a parameter"),
        ("ContinuousClock", "pass `now` as a parameter"),
        ("SuspendingClock", "pass `now` as a parameter"),
        ("UUID(", "draw from the environment's random numbers"),
        ("SystemRandomNumberGenerator", "draw from the environment's random numbers"),
        ("hashValue", "hashes differ between processes; compare or sort by the value itself"),
        ("ObjectIdentifier", "addresses differ between runs; number the objects"),
    ]

    private static let bannedInTests: [(phrase: String, remedy: String)] = [
        ("sleep(", "advance simulated time instead of waiting"),
        ("usleep", "advance simulated time instead of waiting"),
        ("nanosleep", "advance simulated time instead of waiting"),
        ("Task.sleep", "advance simulated time instead of waiting"),
        ("eventually", "wait for the event itself"),
    ]

    static func violations(in file: SourceText) -> [String] {
        let code = file.code
        var violations: [String] = []
        func ban(
            _ phrase: String, _ remedy: String,
            unless isAllowed: (_ start: Int, _ line: Int) -> Bool = { _, _ in false }
        ) {
            for start in code.occurrences(of: phrase) {
                let line = code[..<start].count { $0 == UInt8(ascii: "\n") }
                if !isAllowed(start, line) { violations.append(file.violation(line, "`\(phrase)`: \(remedy)")) }
            }
        }
        if file.path.hasPrefix("Sources/"), Self.deciders.contains(file.module) {
            for (phrase, remedy) in Self.bannedInDeciders { ban(phrase, remedy) }
            for phrase in [".random(", ".randomElement(", ".shuffled(", ".shuffle("] {
                ban(phrase, "pass a generator with `using:`") { start, _ in
                    Self.isSeeded(phrase, at: start, in: code)
                }
            }
        }
        if file.path.hasPrefix("Tests/") {
            for (phrase, remedy) in Self.bannedInTests { ban(phrase, remedy) }
        }
        ban("try!", "handle the error, or say with `guard` why there is none")
        ban("fatalError(", "say in the message why this cannot happen") { _, line in
            file.lines[line].contains(/fatalError\(\s*"[^"]* [^"]*"/) || Self.hasComment(above: line, in: file)
        }
        for phrase in ["@unchecked Sendable", "nonisolated(unsafe)"] {
            ban(phrase, "say in a comment above what makes it safe") { _, line in Self.hasComment(above: line, in: file)
            }
        }
        for (index, line) in file.lines.enumerated() where line.contains(/\b(TODO|FIXME|XXX)\b/) {
            violations.append(file.violation(index, "unfinished work: do it, or write an issue"))
        }
        return violations
    }

    /// Whether the call names its generator, or is one of the environment's own methods.
    private static func isSeeded(_ phrase: String, at start: Int, in code: [UInt8]) -> Bool {
        if phrase == ".random(" {
            let receiver = code[..<start].reversed().prefix { $0.isPartOfName }
            guard let initial = receiver.last, Unicode.Scalar(initial).properties.isUppercase else { return true }
        }
        var depth = 0
        let arguments = code[start...].prefix { byte in
            if byte == UInt8(ascii: "(") { depth += 1 }
            if byte == UInt8(ascii: ")") { depth -= 1 }
            return depth > 0 || byte != UInt8(ascii: ")")
        }
        return String(decoding: arguments, as: UTF8.self).contains("using:")
    }

    private static func hasComment(above line: Int, in file: SourceText) -> Bool {
        file.lines[max(0, line - 3)..<line].contains { $0.contains("//") }
    }
}
