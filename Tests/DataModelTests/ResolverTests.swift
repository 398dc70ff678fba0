import Causality
import DataModel
import TestSupport
import Testing

struct ResolverTests {
    /// Rules that care about order as much as a rule can; the canonical order makes them safe.
    private static let lopsided: [Resolver] = [
        .acceptRemote(named: "local unless shorter") { _, local, remote in remote.value.count < local.value.count },
        .acceptRemote(named: "always remote") { _, _, _ in true },
        .acceptRemote(named: "never remote") { _, _, _ in false },
        .acceptRemote(named: "odd dots") { key, local, remote in
            (remote.dot.sequence &+ UInt64(key.bytes.count)) % 2 == 1 || local.value.isEmpty
        },
        .merge(named: "append") { _, left, right in left + right },
        .merge(named: "difference") { _, left, right in left.filter { !right.contains($0) } },
        Resolver(named: "first") { _, siblings in siblings.first.map { .value($0.value) } ?? .absent },
    ]

    private static func siblings(_ generator: inout SeededGenerator, count: Int) -> [Sibling] {
        var dots: Set<Dot> = []
        return (0..<count).map { _ in
            var dot: Dot
            repeat {
                dot = Dot(
                    peer: PeerID(rawValue: UInt64.random(in: 1...3, using: &generator)),
                    sequence: UInt64.random(in: 1...9, using: &generator))
            } while !dots.insert(dot).inserted
            var sibling = Sibling(
                dot: dot, clock: UInt64.random(in: 0...2, using: &generator),
                timestamp: HybridTimestamp(rawValue: UInt64.random(in: 0...2, using: &generator)), value: [],
                expiry: Bool.random(using: &generator) ? UInt64.random(in: 1...9, using: &generator) : nil)
            switch UInt64.random(in: 0..<4, using: &generator) {
            case 0:
                var counter = CounterValue()
                counter.add(Int64.random(in: -9...9, using: &generator), opening: dot, continuing: nil)
                sibling.operation = .count
                sibling.value = counter.encoded
            case 1: sibling.value = Array(String(Int64.random(in: -9...9, using: &generator)).utf8)
            case 2:
                sibling.value = Array(
                    ["a,b", "b\nc", "", ",", "c,a,c"].randomElement(using: &generator)?.utf8 ?? "".utf8)
            default: sibling.value = [UInt8.random(in: 0...(.max), using: &generator)]
            }
            return sibling
        }
    }

    private static func permutations(_ siblings: [Sibling]) -> [[Sibling]] {
        guard siblings.count > 1 else { return [siblings] }
        return siblings.indices.flatMap { index -> [[Sibling]] in
            var rest = siblings
            let first = rest.remove(at: index)
            return Self.permutations(rest).map { [first] + $0 }
        }
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `every rule gives one view for all orders of the siblings`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let siblings = Self.siblings(&generator, count: Int.random(in: 1...4, using: &generator))
        let permutations = Self.permutations(siblings)
        for resolver in Resolver.builtIn + Self.lopsided {
            let view = resolver.view(of: "key", siblings)
            #expect(permutations.allSatisfy { resolver.view(of: "key", $0) == view }, "\(resolver.name)")
        }
    }

    private static func sibling(
        _ sequence: UInt64, clock: UInt64 = 0, timestamp: UInt64 = 0, _ value: String, expiry: UInt64? = nil
    ) -> Sibling {
        Sibling(
            dot: Dot(peer: PeerID(rawValue: 1), sequence: sequence), clock: clock,
            timestamp: HybridTimestamp(rawValue: timestamp), value: Array(value.utf8), expiry: expiry)
    }

    private static func value(_ text: String, expiry: UInt64? = nil) -> View {
        .value(Array(text.utf8), expiry: expiry)
    }

    @Test func `the default shows the highest clock, then the latest timestamp, then the largest dot`() {
        let resolver = Resolver.versionThenTimestamp
        let updated = Self.sibling(1, clock: 3, timestamp: 1, "updated thrice")
        let late = Self.sibling(2, clock: 1, timestamp: 9, "late")
        let later = Self.sibling(3, clock: 1, timestamp: 9, "same time")
        #expect(resolver.view(of: "k", [late, updated]) == Self.value("updated thrice"))
        #expect(resolver.view(of: "k", [later, late]) == Self.value("same time"))
    }

    @Test func `the last writer wins by timestamp whatever its clock`() {
        let updated = Self.sibling(1, clock: 3, timestamp: 1, "updated thrice")
        let late = Self.sibling(2, clock: 1, timestamp: 9, "late", expiry: 7)
        #expect(Resolver.lastWriterWins.view(of: "k", [late, updated]) == Self.value("late", expiry: 7))
    }

    @Test func `keeping all leaves a conflict to the reader`() {
        let siblings = [Self.sibling(1, "a"), Self.sibling(2, "b")]
        #expect(Resolver.keepAll.view(of: "k", siblings) == .undecided)
        #expect(Resolver.keepAll.view(of: "k", [siblings[0]]) == Self.value("a"))
    }

    @Test func `a union holds each item once, sorted`() {
        let view = Resolver.union.view(of: "k", [Self.sibling(1, "pear,apple"), Self.sibling(2, "fig,apple")])
        #expect(view == Self.value("apple,fig,pear"))
        let lines = Resolver.union.view(of: "k", [Self.sibling(1, "b, b\na"), Self.sibling(2, "c\na\n")])
        #expect(lines == Self.value("a\nb, b\nc"))
        #expect(Resolver.union.view(of: "k", [Self.sibling(1, ""), Self.sibling(2, "")]) == Self.value(""))
    }

    @Test func `a merged value lives as long as the longest of its parts`() {
        let short = Self.sibling(1, "a", expiry: 5)
        let long = Self.sibling(2, "b", expiry: 8)
        let forever = Self.sibling(3, "c")
        #expect(Resolver.union.view(of: "k", [short, long]) == Self.value("a,b", expiry: 8))
        #expect(Resolver.union.view(of: "k", [short, long, forever]) == Self.value("a,b,c"))
        #expect(Resolver.counter.view(of: "k", [short, long]) == Self.value("0", expiry: 8))
    }

    @Test func `no siblings are viewed as absent and a single one as itself`() {
        for resolver in Resolver.builtIn + Self.lopsided {
            #expect(resolver.view(of: "k", []) == .absent)
            #expect(resolver.view(of: "k", [Self.sibling(1, "x", expiry: 3)]) == Self.value("x", expiry: 3))
        }
    }

    @Test func `a single counter is shown as its number by every rule that shows a sibling`() {
        var counter = CounterValue()
        let dot = Dot(peer: PeerID(rawValue: 1), sequence: 1)
        counter.add(-41, opening: dot, continuing: nil)
        let sibling = Sibling(
            dot: dot, clock: 0, timestamp: HybridTimestamp(rawValue: 0), operation: .count, value: counter.encoded)
        for resolver in [Resolver.versionThenTimestamp, .lastWriterWins, .keepAll, .counter] {
            #expect(resolver.view(of: "k", [sibling]) == Self.value("-41"))
        }
    }

    @Test func `a rule that judges singles is asked about them`() {
        let strict = Resolver(named: "even", isIdentityOnSingle: false) { _, siblings in
            siblings.first { $0.value.count % 2 == 0 }.map { .value($0.value) } ?? .absent
        }
        #expect(strict.view(of: "k", [Self.sibling(1, "odd")]) == .absent)
        #expect(strict.view(of: "k", [Self.sibling(1, "even")]) == Self.value("even"))
    }

    @Test func `dependence on order is noticed`() {
        let siblings = [Self.sibling(2, "b"), Self.sibling(1, "a")]
        let append = Resolver.merge(named: "append") { _, left, right in left + right }
        #expect(append.dependsOnOrder(for: "k", siblings))
        for resolver in [Resolver.keepAll, .counter, .union, .versionThenTimestamp, .lastWriterWins] {
            #expect(!resolver.dependsOnOrder(for: "k", siblings))
        }
    }

    @Test func `built-in rules are found by their names`() {
        for resolver in Resolver.builtIn { #expect(Resolver.builtIn(named: resolver.name)?.name == resolver.name) }
        #expect(Set(Resolver.builtIn.map(\.name)).count == Resolver.builtIn.count)
        #expect(Resolver.builtIn(named: "unoin") == nil)
    }
}
