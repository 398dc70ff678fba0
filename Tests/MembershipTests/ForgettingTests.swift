import Causality
import Membership
import Platform
import Testing

/// Transcripts of attempts to forget a peer; this node is 1, the peer to forget is 9.
@Suite struct ForgettingTests {
    private let now = Instant(nanoseconds: 1_000_000_000)

    private func peer(_ value: UInt64) -> PeerID { PeerID(rawValue: value) }

    private func set(_ ranges: ClosedRange<UInt64>...) -> SequenceSet {
        var set = SequenceSet()
        for range in ranges { set.insert(range) }
        return set
    }

    private func attempt(_ members: [UInt64] = [2, 3], subjects: [UInt64] = [9]) -> Forgetting {
        Forgetting(
            attempt: 7, subjects: subjects.map(peer), own: peer(1), members: (members + subjects).map(peer), at: now,
            within: .seconds(5))
    }

    private func report(
        _ held: SequenceSet, voids: SequenceSet = SequenceSet(), knows members: [UInt64] = [1, 2, 3, 9],
        objection: String? = nil
    ) -> ForgettingReport {
        ForgettingReport(
            holdings: [ForgettingReport.Holding(peer: peer(9), held: held, voids: voids)],
            members: members.map { ForgettingReport.KnownMember(peer: peer($0), name: "n\($0)") }, objection: objection)
    }

    private func take(
        _ report: ForgettingReport, _ from: UInt64, _ attempt: inout Forgetting, gone: [UInt64] = []
    ) -> [Forgetting.Action] {
        attempt.received(report, from: peer(from)) { gone.map(peer).contains($0) }
    }

    @Test func `what nobody holds below the highest that somebody does is void, and nothing above`() {
        var attempt = attempt()
        #expect(attempt.start() == [.ask(peer(1)), .ask(peer(2)), .ask(peer(3))])
        let first = take(report(set(1...4)), 1, &attempt)
        let second = take(report(set(1...2, 8...8)), 2, &attempt)
        #expect(first == [] && second == [])
        #expect(attempt.missing == [peer(3)])
        let third = take(report(set(1...3, 6...6)), 3, &attempt)
        #expect(third == [.forget([Forgetting.Verdict(peer: peer(9), voids: set(5...5, 7...7))])])
        #expect(attempt.isOver)
        #expect(attempt.nextDeadline == nil)
    }

    @Test func `of a peer without gaps nothing is void`() {
        var attempt = attempt([])
        #expect(attempt.start() == [.ask(peer(1))])
        let actions = take(report(set(1...4), knows: []), 1, &attempt)
        #expect(actions == [.forget([Forgetting.Verdict(peer: peer(9), voids: set())])])
    }

    @Test func `a void write is held by nobody, whatever a context says`() {
        // 2 and 3 were declared void when somebody held 4, who has lost its disk since.
        var attempt = attempt([2])
        _ = take(report(set(2...3), voids: set(2...3), knows: [2, 9]), 1, &attempt)
        let actions = take(report(set(), knows: [1, 9]), 2, &attempt)
        #expect(actions == [.forget([Forgetting.Verdict(peer: peer(9), voids: set(2...3))])])
    }

    @Test func `who has not reported is asked again, and at the deadline all is called off`() {
        var attempt = attempt()
        _ = attempt.start()
        _ = take(report(set(1...1)), 2, &attempt)
        #expect(attempt.nextDeadline == now + Forgetting.pause)
        var actions = attempt.tick(at: now + .milliseconds(100))
        #expect(actions == [])
        actions = attempt.tick(at: now + Forgetting.pause)
        #expect(actions == [.ask(peer(1)), .ask(peer(3))])
        actions = attempt.tick(at: now + .seconds(5))
        #expect(
            actions == [
                .end(peer(1)), .end(peer(2)), .end(peer(3)), .fail(.unreachable([peer(1), peer(3)])),
            ])
        #expect(attempt.isOver)
        actions = take(report(set(1...1)), 3, &attempt) + attempt.tick(at: now + .seconds(9))
        #expect(actions == [])
    }

    @Test func `an objection calls all off`() {
        var attempt = attempt()
        _ = attempt.start()
        let actions = take(report(set(), objection: "it runs"), 3, &attempt)
        #expect(
            actions == [
                .end(peer(1)), .end(peer(2)), .end(peer(3)), .fail(.objection(by: peer(3), "it runs")),
            ])
    }

    @Test func `a member that only another knows must be asked too, so all is called off`() {
        var attempt = attempt()
        let actions = take(report(set(), knows: [1, 2, 3, 4, 9]), 2, &attempt)
        #expect(actions.last == .fail(.unknownMember(peer(4), name: "n4", knownBy: peer(2))))
    }

    @Test func `one that is known to have left need not be asked`() {
        var attempt = attempt([2])
        _ = take(report(set(1...1), knows: [1, 2, 4, 9]), 2, &attempt, gone: [4])
        #expect(!attempt.isOver)
        let actions = take(report(set()), 1, &attempt, gone: [3])
        #expect(actions.count == 1)
    }

    @Test func `two that are gone are forgotten in one step, and neither is asked`() {
        var attempt = attempt([2], subjects: [9, 8])
        #expect(attempt.start() == [.ask(peer(1)), .ask(peer(2))])
        _ = take(report(set(1...1, 3...3), knows: [2, 8, 9]), 1, &attempt)
        let verdicts = [
            Forgetting.Verdict(peer: peer(8), voids: set()), Forgetting.Verdict(peer: peer(9), voids: set(2...2)),
        ]
        let actions = take(report(set(), knows: [1, 8, 9]), 2, &attempt)
        #expect(actions == [.forget(verdicts)])
    }

    @Test func `a member that leaves meanwhile calls all off`() {
        var attempt = attempt()
        _ = take(report(set()), 2, &attempt)
        var actions = attempt.left(peer(2))
        #expect(actions == [])
        actions = attempt.left(peer(3))
        #expect(actions.last == .fail(.unreachable([peer(3)])))
        actions = attempt.left(peer(1))
        #expect(actions == [])
    }

    @Test func `the owner can call all off, once`() {
        var attempt = attempt([])
        let actions = attempt.cancel("stopping")
        #expect(actions == [.end(peer(1)), .fail(.local("stopping"))])
        let more = attempt.cancel("again")
        #expect(more == [])
    }
}
