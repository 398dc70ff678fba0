import Causality
import Leadership
import Platform
import Testing

/// Two leaders at once: seen, proved, and ended; and what nobody may send.
@Suite struct SplitBrainTests {
    private static func evidence(_ actions: [RaftAction]) -> [SplitBrain] {
        actions.compactMap { if case .splitBrain(let evidence) = $0 { evidence } else { nil } }
    }

    @Test func `a third member that hears both leaders reports both claims with their terms and times`() throws {
        var bench = RaftBench()
        bench.append(term: 1, after: .zero, from: 2)
        let first = bench.now
        bench.now = bench.now + .milliseconds(300)
        bench.append(term: 2, after: .zero, from: 3)
        let second = bench.now
        #expect(Self.evidence(bench.take()).isEmpty, "a new leader is no split brain")
        bench.now = bench.now + .milliseconds(60)
        bench.append(term: 1, after: .zero, from: 2)
        let actions = bench.take()
        let evidence = try #require(Self.evidence(actions).first)
        #expect(evidence.fenced.leader == RaftBench.peer(2) && evidence.fenced.term == Term(rawValue: 1))
        #expect(evidence.fenced.first == first && evidence.fenced.last == bench.now)
        #expect(evidence.standing.leader == RaftBench.peer(3) && evidence.standing.first == second)
        let answer = AppendAnswer(term: Term(rawValue: 2), round: 1, outcome: .fenced(RaftBench.peer(3)))
        #expect(actions.contains(.send(.appendAnswer(answer), to: RaftBench.peer(2))))
        bench.append(term: 1, after: .zero, from: 2)
        #expect(Self.evidence(bench.take()).isEmpty, "it is reported once")
    }

    @Test func `the fenced leader steps down, knows why, and hands out what it must give up`() throws {
        var bench = RaftBench()
        bench.win()
        bench.matched(1, from: 2)
        try bench.propose("mine", id: 5)
        _ = bench.take()
        let answer = AppendAnswer(term: Term(rawValue: 2), round: 1, outcome: .fenced(RaftBench.peer(3)))
        bench.receive(.appendAnswer(answer), from: 2)
        let fenced = bench.take()
        let evidence = try #require(Self.evidence(fenced).first)
        #expect(evidence.fenced.leader == RaftBench.peer(1) && evidence.standing.leader == RaftBench.peer(3))
        #expect(fenced.contains(.unresolved([5])))
        bench.append(term: 2, after: RaftBench.position(1, 1), [RaftBench.entry(2, 2, "theirs")], from: 3)
        let actions = bench.take()
        let lost = LogRange(first: 2, last: 2)
        let discarding = try #require(actions.firstIndex(of: .discarding(lost)))
        let write = try #require(actions.firstIndex { if case .write = $0 { true } else { false } })
        #expect(discarding < write, "it can still be read")
    }

    @Test func `a late message of the leader before is not yet a split brain`() {
        var bench = RaftBench()
        bench.append(term: 1, after: .zero, from: 2)
        bench.append(term: 2, after: .zero, from: 3)
        bench.now = bench.now + .milliseconds(49)
        bench.append(term: 1, after: .zero, from: 2)
        #expect(Self.evidence(bench.take()).isEmpty)
        #expect(bench.raft.counters.staleMessages == 1)
    }

    @Test func `two leaders of one term are reported, and nothing is taken from the second`() {
        var bench = RaftBench()
        bench.append(term: 1, after: .zero, [RaftBench.entry(1, 1)], from: 2)
        bench.append(term: 1, after: .zero, [RaftBench.entry(1, 1), RaftBench.entry(2, 1)], from: 3)
        #expect(bench.raft.outline.last.index == 1)
        #expect(Self.evidence(bench.take()).count == 1)
    }

    @Test func `messages that nobody can mean are counted and change nothing`() {
        var bench = RaftBench(terms: [1, 1, 2], commit: 3)
        let before = bench.raft.ballot
        let impossible: [RaftMessage] = [
            .voteRequest(VoteRequest(term: .zero, last: .zero)),
            .voteRequest(VoteRequest(term: Term(rawValue: 9), last: RaftBench.position(4, 9))),
            .voteRequest(VoteRequest(term: Term(rawValue: .max), last: .zero)),
            .append(AppendRequest(term: .zero, round: 0, previous: .zero, entries: [], commit: 0)),
            .append(
                AppendRequest(
                    term: Term(rawValue: 9), round: 0, previous: .zero, entries: [RaftBench.entry(2, 9)], commit: 0)),
            .append(
                AppendRequest(
                    term: Term(rawValue: 9), round: 0, previous: .zero, entries: [RaftBench.entry(1, 10)], commit: 0)),
            .append(
                AppendRequest(
                    term: Term(rawValue: 9), round: 0, previous: RaftBench.position(.max, 9), entries: [], commit: 0)),
            .appendAnswer(AppendAnswer(term: Term(rawValue: .max), round: 0, outcome: .matched(.max))),
            .snapshot(
                SnapshotOffer(
                    term: Term(rawValue: 9), round: 0,
                    header: SnapshotHeader(position: RaftBench.position(9, 9), electorate: .empty))),
        ]
        for message in impossible { bench.receive(message, from: 2) }
        #expect(bench.raft.counters.impossibleMessages == UInt64(impossible.count))
        #expect(bench.raft.ballot == before && bench.take() == [])
    }

    @Test func `a leader that contradicts what is committed is refused`() {
        var bench = RaftBench(terms: [1, 1, 2], commit: 3)
        bench.append(term: 9, after: RaftBench.position(1, 1), [RaftBench.entry(2, 9), RaftBench.entry(3, 9)], from: 2)
        #expect(bench.raft.counters.impossibleMessages == 1)
        #expect(bench.raft.outline.last == RaftBench.position(3, 2))
    }

    @Test func `a replayed vote and answers to nobody's question are counted`() {
        var bench = RaftBench()
        bench.win()
        let answer = VoteAnswer(term: Term(rawValue: 1), requested: Term(rawValue: 1), isGranted: true)
        bench.receive(.voteAnswer(answer), from: 3)
        bench.receive(.preVoteAnswer(answer), from: 3)
        bench.receive(.appendAnswer(AppendAnswer(term: Term(rawValue: 1), round: 99, outcome: .matched(1))), from: 2)
        bench.receive(.appendAnswer(AppendAnswer(term: Term(rawValue: 1), round: 1, outcome: .matched(1))), from: 77)
        bench.receive(.appendAnswer(AppendAnswer(term: Term(rawValue: 1), round: 1, outcome: .matched(99))), from: 2)
        #expect(bench.raft.counters.unaskedAnswers >= 4)
        #expect(bench.raft.counters.impossibleMessages == 1)
        #expect(bench.raft.commit == 0)
    }
}
