import Causality

extension Resolver {
    /// Highest clock, then latest timestamp, then largest dot. The default.
    public static let versionThenTimestamp = Resolver(named: "version") { _, siblings in
        Resolver.shown(siblings.max(by: Sibling.precedes))
    }

    /// Latest timestamp, then largest dot. A writer whose clock runs ahead wins over later writers.
    public static let lastWriterWins = Resolver(named: "lww") { _, siblings in
        Resolver.shown(siblings.max { ($0.timestamp, $0.dot) < ($1.timestamp, $1.dot) })
    }

    /// Leaves a conflict to the reader: ``View/undecided`` when there is more than one sibling.
    public static let keepAll = Resolver(named: "keep-all") { _, siblings in
        siblings.count == 1 ? Resolver.shown(siblings.first) : .undecided
    }

    /// Adds up concurrent increments exactly; see ``CounterValue``.
    public static let counter = Resolver(named: "counter", countsIncrements: true) { _, siblings in
        .value(CounterValue(joining: siblings).decimal, expiry: Resolver.latestExpiry(of: siblings))
    }

    /// Folds the siblings in canonical order: the remote one is taken when `accept` says so.
    ///
    /// The order is the same on every node, so every node takes the same one, however lopsided the rule.
    public static func acceptRemote(
        named name: String, _ accept: @escaping @Sendable (_ key: Key, _ local: Sibling, _ remote: Sibling) -> Bool
    ) -> Resolver {
        Resolver(named: name) { key, siblings in
            Resolver.shown(
                siblings.dropFirst().reduce(siblings.first) { local, remote in
                    local.map { accept(key, $0, remote) ? remote : $0 }
                })
        }
    }

    /// Folds the siblings' values in canonical order.
    public static func merge(
        named name: String, _ merge: @escaping @Sendable (_ key: Key, [UInt8], [UInt8]) -> [UInt8]
    ) -> Resolver {
        Resolver(named: name) { key, siblings in
            guard let first = siblings.first else { return .absent }
            let value = siblings.dropFirst().reduce(first.value) { merge(key, $0, $1.value) }
            return .value(value, expiry: Resolver.latestExpiry(of: siblings))
        }
    }

    /// Joins values that are lists of lines or of comma-separated items: each item once, sorted.
    public static let union = Resolver.merge(named: "union") { _, left, right in
        let separator =
            left.contains(UInt8(ascii: "\n")) || right.contains(UInt8(ascii: "\n"))
            ? UInt8(ascii: "\n") : UInt8(ascii: ",")
        let items = (left.split(separator: separator) + right.split(separator: separator)).map(Array.init)
        let unique = items.sorted { $0.lexicographicallyPrecedes($1) }.reduce(into: [[UInt8]]()) { result, item in
            if result.last != item { result.append(item) }
        }
        return Array(unique.joined(separator: [separator]))
    }

    /// The resolvers that flags and configuration files can name.
    public static let builtIn: [Resolver] = [.versionThenTimestamp, .lastWriterWins, .keepAll, .counter, .union]

    /// The built-in resolver of that name.
    public static func builtIn(named name: String) -> Resolver? {
        Resolver.builtIn.first { $0.name == name }
    }

    private static func shown(_ sibling: Sibling?) -> View {
        guard let sibling else { return .absent }
        let value = sibling.operation == .count ? CounterValue(joining: [sibling]).decimal : sibling.value
        return .value(value, expiry: sibling.expiry)
    }

    /// Never, if one never expires; else the latest.
    private static func latestExpiry(of siblings: [Sibling]) -> UInt64? {
        siblings.contains { $0.expiry == nil } ? nil : siblings.compactMap(\.expiry).max()
    }
}
