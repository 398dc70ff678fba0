import Causality
import Leadership
import Platform
import Testing

/// What the Raft paper says of replication, commitment, members and reads, sentence by sentence.
@Suite struct ReplicationPaperTests {
    private static func isCommit(_ action: RaftAction) -> Bool {
        if case .commit = action { true } else { false }
    }

    private static func matched(_ term: UInt64, _ index: UInt64) -> RaftMessage {
        .appendAnswer(AppendAnswer(term: Term(rawValue: term), round: 1, outcome: .matched(index)))
    }

    @Test func `5_3 the consistency check refuses entries whose predecessor is not there`() {
        var bench = RaftBench(terms: [1, 1])
        bench.append(term: 3, after: RaftBench.position(3, 2), [RaftBench.entry(4, 3)], from: 2)
        let outcome = AppendAnswer.Outcome.conflict(refused: 3, hint: RaftBench.position(2, 1))
        let answer = RaftMessage.appendAnswer(AppendAnswer(term: Term(rawValue: 3), round: 1, outcome: outcome))
        #expect(bench.takeMessages(to: 2).first == answer)
        #expect(bench.raft.outline.last == RaftBench.position(2, 1))
    }

    @Test func `5_3 conflicting entries are overwritten with those of the leader's log`() {
        var bench = RaftBench(terms: [1, 2, 2, 2])
        bench.append(term: 3, after: RaftBench.position(1, 1), [RaftBench.entry(2, 3, "new")], from: 2)
        let actions = bench.take()
        #expect(actions.contains(.discarding(LogRange(first: 2, last: 4))))
        let change = LogWrite.Change.append(after: 1, [RaftBench.entry(2, 3, "new")])
        #expect(actions.contains { if case .write(let write) = $0 { write.change == change } else { false } })
        #expect(bench.raft.outline.last == RaftBench.position(2, 3))
    }

    @Test func `5_3 an entry that is there already and all that follow it stay`() {
        var bench = RaftBench(terms: [1, 2, 2, 2], ballot: Ballot(term: Term(rawValue: 2)))
        bench.append(term: 2, after: RaftBench.position(1, 1), [RaftBench.entry(2, 2)], from: 2)
        #expect(bench.raft.outline.last == RaftBench.position(4, 2))
        #expect(bench.takeMessages(to: 2) == [Self.matched(2, 2)], "only what the leader showed is its own too")
    }

    @Test func `5_3 a follower learns what is committed and applies it`() {
        var bench = RaftBench(terms: [1, 1])
        bench.append(term: 1, after: RaftBench.position(2, 1), [RaftBench.entry(3, 1)], commit: 9, from: 2)
        #expect(bench.take().contains(.commit(RaftBench.position(3, 1))), "but not more than it was shown")
    }

    @Test func `5_3 nothing beyond what the leader has shown is committed`() {
        var bench = RaftBench(terms: [1, 2, 2], ballot: Ballot(term: Term(rawValue: 2)))
        bench.append(term: 3, after: RaftBench.position(1, 1), commit: 3, from: 2)
        #expect(bench.raft.commit == 1)
    }

    @Test func `5_3 the leader retries until the logs match and skips a whole term at a time`() throws {
        var bench = RaftBench(terms: [1, 1, 1, 3, 3])
        bench.win()
        _ = bench.take()
        let hint = RaftBench.position(4, 2)
        let term = bench.raft.ballot.term
        bench.receive(
            .appendAnswer(AppendAnswer(term: term, round: 1, outcome: .conflict(refused: 5, hint: hint))), from: 2)
        let request = AppendRequest(term: term, round: 1, previous: RaftBench.position(3, 1), entries: [], commit: 0)
        #expect(bench.take().contains(.sendEntries(request, through: 6, to: RaftBench.peer(2))))
    }

    @Test func `5_3 a leader never overwrites or deletes entries in its own log`() {
        var bench = RaftBench()
        bench.win()
        bench.append(term: 1, after: .zero, [RaftBench.entry(1, 1, "forged")], from: 2)
        #expect(bench.raft.standing == .leader(Term(rawValue: 1)))
        #expect(bench.raft.counters.impossibleMessages == 1)
        #expect(bench.raft.outline.last == RaftBench.position(1, 1))
    }

    @Test func `5_3 an answer is sent only for what is on disk`() {
        var bench = RaftBench()
        bench.append(term: 1, after: .zero, [RaftBench.entry(1, 1)], from: 2)
        _ = bench.take()
        bench.holdsWrites = true
        bench.append(term: 1, after: RaftBench.position(1, 1), [RaftBench.entry(2, 1)], from: 2)
        #expect(bench.takeMessages(to: 2) == [])
        bench.append(term: 1, after: RaftBench.position(2, 1), from: 2)
        #expect(bench.takeMessages(to: 2) == [Self.matched(1, 1)], "a heartbeat is answered at once")
        bench.releaseWrites()
        #expect(bench.takeMessages(to: 2) == [Self.matched(1, 2)])
    }

    @Test func `5_3 the end of a write that was overtaken by a truncation says nothing of the entries rewritten`() {
        var bench = RaftBench()
        bench.append(term: 1, after: .zero, [RaftBench.entry(1, 1)], from: 2)
        bench.holdsWrites = true
        bench.append(term: 1, after: RaftBench.position(1, 1), [RaftBench.entry(2, 1)], from: 2)
        let first = bench.written
        bench.append(term: 2, after: RaftBench.position(1, 1), [RaftBench.entry(2, 2)], from: 3)
        bench.append(term: 3, after: RaftBench.position(1, 1), [RaftBench.entry(2, 1)], from: 2)
        let now = bench.now
        bench.carryOut { $0.written(through: first, at: now) }
        #expect(bench.raft.durableIndex == 1)
        bench.releaseWrites()
        #expect(bench.raft.durableIndex == 2)
    }

    @Test func `5_4_2 entries from previous terms are not committed by counting replicas`() throws {
        var bench = RaftBench(terms: [1, 2])
        bench.win()
        bench.matched(2, from: 2)
        bench.matched(2, from: 3)
        #expect(bench.raft.commit == 0)
        bench.matched(3, from: 2)
        #expect(bench.raft.commit == 3, "they are with an entry of the leader's own term")
    }

    @Test func `5_3 an entry is committed once a majority has it on disk`() throws {
        var bench = RaftBench(voters: 5)
        bench.win()
        for voter in [2, 3] as [UInt64] { bench.matched(1, from: voter) }
        #expect(bench.raft.commit == 1)
        bench.holdsWrites = true
        try bench.propose("a", id: 1)
        for voter in [2, 3] as [UInt64] { bench.matched(2, from: voter) }
        #expect(bench.raft.commit == 1, "the leader's own disk counts only when it has it")
        bench.releaseWrites()
        #expect(bench.take().contains(.acknowledge([1])))
    }

    @Test func `6 at most one change of members is under way, and none before the term's first commit`() throws {
        var bench = RaftBench()
        bench.win()
        #expect(throws: ProposalRefusal.changePending) { try bench.change(.addLearner(RaftBench.peer(4)), id: 1) }
        bench.matched(1, from: 2)
        try bench.change(.addLearner(RaftBench.peer(4)), id: 2)
        #expect(throws: ProposalRefusal.changePending) { try bench.change(.remove(RaftBench.peer(3)), id: 3) }
        bench.matched(2, from: 2)
        try bench.change(.promote(RaftBench.peer(4)), id: 4)
        #expect(bench.raft.outline.electorate.majority == 3, "a change holds as soon as it is in the log")
    }

    @Test func `thesis 4_1 a change that is given up no longer holds`() {
        var bench = RaftBench(terms: [1])
        let smaller = Electorate(voters: [RaftBench.peer(1), RaftBench.peer(2)]) ?? .empty
        let entry = LeadershipEntry(position: RaftBench.position(2, 1), content: .electorate(smaller))
        bench.append(term: 1, after: RaftBench.position(1, 1), [entry], from: 2)
        #expect(bench.raft.outline.electorate == smaller)
        bench.append(term: 2, after: RaftBench.position(1, 1), [RaftBench.entry(2, 2)], from: 3)
        #expect(bench.raft.outline.electorate.voters.count == 3)
    }

    @Test func `thesis 4_2_2 a leader that is removed leads until that is committed, and does not count itself`() throws
    {
        var bench = RaftBench()
        bench.win()
        bench.matched(1, from: 2)
        try bench.change(.remove(RaftBench.peer(1)), id: 1)
        bench.matched(2, from: 2)
        #expect(bench.raft.standing == .leader(Term(rawValue: 1)))
        bench.matched(2, from: 3)
        #expect(bench.take().contains(.acknowledge([1])))
        #expect(bench.raft.standing == .follower(Term(rawValue: 1), leader: nil))
        #expect(bench.raft.deadline == nil)
    }

    @Test func `7 a follower that lags behind the log is sent a snapshot`() throws {
        var bench = RaftBench()
        bench.win()
        bench.matched(1, from: 2)
        for id in 1...5 as ClosedRange<UInt64> { try bench.propose("x", id: id) }
        bench.matched(6, from: 2)
        bench.carryOut {
            $0.compacted(through: 5)
            return []
        }
        _ = bench.take()
        let answer = AppendAnswer(
            term: Term(rawValue: 1), round: 1, outcome: .conflict(refused: 0, hint: .zero))
        bench.receive(.appendAnswer(answer), from: 3)
        let now = bench.now
        bench.carryOut { $0.reconnected(to: RaftBench.peer(3), at: now) }
        #expect(bench.take().contains(.sendSnapshot(term: Term(rawValue: 1), round: 1, to: RaftBench.peer(3))))
        bench.matched(6, from: 3)
        #expect(bench.raft.followers.last?.state == .streaming)
    }

    @Test func `7 a snapshot replaces the log unless the log holds its last entry`() {
        var bench = RaftBench(terms: [1, 1])
        let header = SnapshotHeader(position: RaftBench.position(2, 1), electorate: bench.raft.outline.electorate)
        bench.receive(.snapshot(SnapshotOffer(term: Term(rawValue: 2), round: 1, header: header)), from: 2)
        #expect(bench.raft.outline.base == .zero && bench.raft.commit == 2)
        let later = SnapshotHeader(position: RaftBench.position(9, 2), electorate: bench.raft.outline.electorate)
        bench.receive(.snapshot(SnapshotOffer(term: Term(rawValue: 2), round: 1, header: later)), from: 2)
        #expect(bench.raft.outline.base == RaftBench.position(9, 2))
        #expect(bench.takeMessages(to: 2).last == Self.matched(2, 9))
    }

    @Test func `8 a leader commits an entry of its own before it answers reads`() throws {
        var bench = RaftBench(terms: [1, 1])
        bench.win()
        try bench.read(1)
        #expect(!bench.take().contains { if case .readable = $0 { true } else { false } })
        for voter in [2, 3] as [UInt64] { bench.matched(2, round: 2, from: voter) }
        #expect(!bench.take().contains { if case .readable = $0 { true } else { false } }, "though it surely leads")
        bench.matched(3, round: 2, from: 2)
        #expect(bench.take().contains(.readable([1], index: 3)))
    }

    @Test func `8 a leader exchanges heartbeats with a majority before it answers a read`() throws {
        var bench = RaftBench()
        bench.win()
        bench.matched(1, round: 1, from: 2)
        bench.now = bench.now + .milliseconds(200)
        _ = bench.take()
        try bench.read(1)
        #expect(!bench.take().contains { if case .readable = $0 { true } else { false } })
        bench.matched(1, round: 1, from: 3)
        #expect(
            !bench.take().contains { if case .readable = $0 { true } else { false } }, "an answer to an older round")
        bench.matched(1, round: 2, from: 3)
        #expect(bench.take().contains(.readable([1], index: 1)))
    }

    @Test func `thesis 6_4_1 within its lease a leader answers reads alone`() throws {
        var bench = RaftBench()
        bench.win()
        bench.matched(1, round: 1, from: 2)
        bench.now = bench.now + .milliseconds(199)
        _ = bench.take()
        try bench.read(1)
        #expect(bench.take() == [.readable([1], index: 1)])
    }

    @Test func `thesis 6_4_1 a lease is over for a term in which a successor was told to stand`() throws {
        var bench = RaftBench()
        bench.win()
        bench.matched(1, round: 1, from: 2)
        try bench.transfer(to: 2)
        _ = bench.take()
        try bench.read(1)
        #expect(!bench.take().contains { if case .readable = $0 { true } else { false } })
    }

    @Test func `a leader stopped past its lease answers no read when it goes on`() throws {
        var bench = RaftBench()
        bench.win()
        bench.matched(1, round: 1, from: 2)
        bench.now = bench.now + .seconds(10)
        _ = bench.take()
        try bench.read(1)
        let answer = AppendAnswer(term: Term(rawValue: 2), round: 1, outcome: .fenced(RaftBench.peer(2)))
        bench.receive(.appendAnswer(answer), from: 3)
        let actions = bench.take()
        #expect(!actions.contains { if case .readable = $0 { true } else { false } })
        #expect(actions.contains(.unreadable([1])))
    }
}
