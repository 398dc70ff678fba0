import Causality
import DataModel
import Journal
import Platform
import Replication
import Simulation
import Testing

/// The checkers of single laws find what breaks them: each is shown a state that does, and one that does not.
struct LawCheckerTests {
    private static func dot(_ sequence: UInt64, of peer: UInt64 = 7) -> Dot {
        Dot(peer: PeerID(rawValue: peer), sequence: sequence)
    }

    private static func sibling(_ value: String, clock: UInt64 = 0, time: UInt64, _ sequence: UInt64) -> Sibling {
        Sibling(
            dot: Self.dot(sequence), clock: clock, timestamp: HybridTimestamp(rawValue: time), value: Array(value.utf8))
    }

    /// Enters a write that no replica has made.
    private static func enter(
        _ text: String, _ sequence: UInt64, in history: WriteHistory, replacing dots: [Dot] = []
    ) -> Int {
        let draft = WriteHistory.Draft(
            key: Array(text.utf8), operation: .put, value: [1],
            replaced: history.replaced(by: dots, of: Array(text.utf8)))
        return history.record(draft, as: Self.dot(sequence), on: 0, heldUntil: 0, checksum: nil)
    }

    private static func invariant(_ body: () throws(Finding) -> Void) -> Invariant? {
        do throws(Finding) {
            try body()
            return nil
        } catch {
            return error.invariant
        }
    }

    @Test func `a resolver that does not do what its name says is found`() {
        let siblings = [Self.sibling("a", clock: 1, time: 5, 1), Self.sibling("b", time: 9, 2)]
        let checker = ResolverChecker(Resolver.builtIn)
        #expect(Self.invariant { () throws(Finding) in try checker.check("k", siblings) } == nil)
        for name in ["version", "lww", "keep-all", "union"] {
            let wrong = Resolver(named: name) { _, _ in .value([0]) }
            let found = Self.invariant { () throws(Finding) in
                try ResolverChecker([wrong]).check("k", siblings)
            }
            #expect(found == .resolver, "\(name)")
        }
    }

    @Test func `a resolver that is not pure is found`() {
        let calls = Calls()
        let fickle = Resolver(named: "fickle") { _, _ in .value([calls.next()]) }
        let siblings = [Self.sibling("a", time: 5, 1), Self.sibling("b", time: 9, 2)]
        #expect(
            Self.invariant { () throws(Finding) in try ResolverChecker([fickle]).check("k", siblings) } == .resolver)
    }

    @Test func `a read that misses what the node had acknowledged is found`() {
        let history = WriteHistory()
        let first = Self.enter("k", 1, in: history)
        let second = Self.enter("k", 2, in: history, replacing: [Self.dot(1)])
        func found(_ read: [Int], sees index: Int) -> Invariant? {
            let token = ReadToken(key: Array("k".utf8), context: CausalContext(), writes: read, values: [])
            return Self.invariant { () throws(Finding) in
                try SessionChecker().check(token, sees: index, node: "n1", history)
            }
        }
        #expect(found([second], sees: first) == nil)
        #expect(found([first], sees: second) == .session)
        #expect(found([], sees: first) == .session)
    }

    @Test func `replies out of order, twice or unasked for are found`() throws {
        var replies = ReplyChecker()
        replies.asked(1)
        replies.asked(2)
        try replies.replied(1, by: "n1")
        var early = replies
        early.asked(3)
        #expect(Self.invariant { () throws(Finding) in try early.replied(3, by: "n1") } == .reply)
        try replies.replied(2, by: "n1")
        #expect(Self.invariant { () throws(Finding) in try replies.replied(2, by: "n1") } == .reply)
        replies.asked(4)
        replies.ended()
        #expect(Self.invariant { () throws(Finding) in try replies.replied(4, by: "n1") } == .reply)
    }

    @Test func `a queue beyond its bound is found`() {
        let within = [QueueLength("bytes", 10, limit: 10)]
        #expect(Self.invariant { () throws(Finding) in try QueueChecker().check(within, node: "n1") } == nil)
        let beyond = within + [QueueLength("waits", 11, limit: 10)]
        #expect(Self.invariant { () throws(Finding) in try QueueChecker().check(beyond, node: "n1") } == .queue)
    }

    @Test func `a feed that tells twice, out of order or of nothing is found`() throws {
        let history = WriteHistory()
        _ = Self.enter("k", 1, in: history)
        let second = Self.enter("k", 2, in: history, replacing: [Self.dot(1)])
        func change(_ sequence: UInt64, told: [UInt64]) -> KeyChange {
            KeyChange(
                key: Array("k".utf8), value: [1], isConflict: false, dot: Self.dot(sequence),
                context: CausalContext(told.map { Self.dot($0) }))
        }
        func found(_ checker: FeedChecker, _ change: KeyChange) -> Invariant? {
            var checker = checker
            return Self.invariant { () throws(Finding) in try checker.check(change, node: "n1", history) }
        }
        var checker = FeedChecker()
        #expect(found(checker, change(1, told: [1])) == nil)
        try checker.check(change(2, told: [2]), node: "n1", history)
        #expect(history.writes[second].isSynced)
        #expect(found(checker, change(2, told: [2])) == .feed)
        #expect(found(checker, change(1, told: [1, 2])) == .feed)
        #expect(found(checker, change(9, told: [2, 9])) == .feed)
        // A new node may be behind.
        checker.moveOn()
        checker.open(since: CausalContext([Self.dot(2)]), durable: CausalContext())
        #expect(found(checker, change(1, told: [1])) == nil)
        // A position that forgets what was told would have it told again.
        checker.open(since: CausalContext([Self.dot(2)]), durable: CausalContext([Self.dot(2)]))
        #expect(found(checker, change(1, told: [1])) == .feed)
    }
}

/// Counts calls of a rule that should not count.
private final class Calls: @unchecked Sendable {
    private var count: UInt8 = 0

    func next() -> UInt8 {
        self.count &+= 1
        return self.count
    }
}
