import Causality
package import DataModel

/// Resolvers are pure, do not mind in which order siblings come, and do what their names say.
package struct ResolverChecker {
    /// The resolvers that are asked.
    package let resolvers: [Resolver]

    /// A checker of these resolvers.
    package init(_ resolvers: [Resolver]) {
        self.resolvers = resolvers
    }

    /// Asks every resolver about a key's siblings, again and again.
    ///
    /// - Throws: a finding about an answer that changes, or that is not what the rule stands for.
    package func check(_ key: Key, _ siblings: [Sibling]) throws(Finding) {
        guard !siblings.isEmpty else { return }
        for resolver in self.resolvers {
            let view = resolver.view(of: key, siblings)
            for order in ResolverChecker.orders(of: siblings) {
                guard resolver.view(of: key, order) == view else {
                    throw Finding(
                        .resolver, "resolver \(resolver.name) views \(key) in more than one way", siblings.map(\.dot))
                }
            }
            guard let wanted = ResolverChecker.view(by: resolver.name, siblings), wanted != view else { continue }
            throw Finding(
                .resolver, "resolver \(resolver.name) does not view \(key) as it should", siblings.map(\.dot))
        }
    }

    /// The siblings as they came, backwards, and turned by one.
    private static func orders(of siblings: [Sibling]) -> [[Sibling]] {
        [siblings, siblings.reversed(), Array(siblings.dropFirst()) + siblings.prefix(1)]
    }

    /// What a built-in rule stands for, said a second time; nil for other rules, and where counters and
    /// plain values are mixed.
    private static func view(by name: String, _ siblings: [Sibling]) -> View? {
        guard siblings.allSatisfy({ $0.operation == .put }) else { return nil }
        switch name {
        case "version":
            let clock = siblings.reduce(0) { max($0, $1.clock) }
            return ResolverChecker.latest(of: siblings.filter { $0.clock == clock })
        case "lww": return ResolverChecker.latest(of: siblings)
        case "keep-all": return siblings.count > 1 ? .undecided : ResolverChecker.latest(of: siblings)
        case "union": return ResolverChecker.union(of: siblings)
        default: return nil
        }
    }

    private static func latest(of siblings: [Sibling]) -> View? {
        var latest = siblings[0]
        for sibling in siblings {
            let isLater =
                sibling.timestamp == latest.timestamp
                ? sibling.dot > latest.dot : sibling.timestamp > latest.timestamp
            if isLater { latest = sibling }
        }
        return .value(latest.value, expiry: latest.expiry)
    }

    /// The items of all siblings, each once, in order; nil for lists of lines and for a single value.
    private static func union(of siblings: [Sibling]) -> View? {
        guard siblings.count > 1, !siblings.contains(where: { $0.value.contains(UInt8(ascii: "\n")) })
        else { return nil }
        let items = Set(siblings.flatMap { $0.value.split(separator: UInt8(ascii: ",")).map(Array.init) })
        let sorted = items.sorted { $0.lexicographicallyPrecedes($1) }
        let expiries = siblings.compactMap(\.expiry)
        return .value(
            Array(sorted.joined(separator: [UInt8(ascii: ",")])),
            expiry: expiries.count == siblings.count ? expiries.max() : nil)
    }
}
