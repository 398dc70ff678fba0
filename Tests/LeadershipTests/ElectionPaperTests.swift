import Causality
import Leadership
import Platform
import Testing

/// What the Raft paper says of elections, sentence by sentence, and its extensions in the thesis.
@Suite struct ElectionPaperTests {
    private static func request(_ term: UInt64, last: LogPosition = .zero, isTransfer: Bool = false) -> RaftMessage {
        .voteRequest(VoteRequest(term: Term(rawValue: term), last: last, isTransfer: isTransfer))
    }

    /// A member that has not heard a leader for longer than anybody has to wait.
    private static func lonely(terms: [UInt64] = [], ballot: Ballot = Ballot()) -> RaftBench {
        var bench = RaftBench(terms: terms, ballot: ballot)
        bench.now = bench.now + .milliseconds(300)
        return bench
    }

    private static func isGranted(_ message: RaftMessage?) -> Bool? {
        switch message {
        case .voteAnswer(let answer), .preVoteAnswer(let answer): answer.isGranted
        default: nil
        }
    }

    @Test func `5_1 if one server's current term is smaller than the other's it updates to the larger value`() {
        var bench = RaftBench()
        bench.append(term: 9, after: .zero, from: 2)
        #expect(bench.raft.ballot.term == Term(rawValue: 9))
    }

    @Test func `5_1 a candidate or leader that discovers that its term is out of date reverts to follower`() {
        var bench = RaftBench()
        bench.win()
        #expect(bench.raft.standing == .leader(Term(rawValue: 1)))
        let answer = AppendAnswer(term: Term(rawValue: 3), round: 1, outcome: .fenced(nil))
        bench.receive(.appendAnswer(answer), from: 2)
        #expect(bench.raft.standing == .follower(Term(rawValue: 3), leader: nil))
    }

    @Test func `5_1 a request with a stale term is rejected`() {
        var bench = RaftBench(ballot: Ballot(term: Term(rawValue: 5)))
        bench.append(term: 4, after: .zero, [RaftBench.entry(1, 4)], from: 2)
        let answer = AppendAnswer(term: Term(rawValue: 5), round: 1, outcome: .fenced(nil))
        #expect(bench.takeMessages(to: 2) == [.appendAnswer(answer)])
        #expect(bench.raft.outline.last == .zero)
    }

    @Test func `5_2 a follower that receives no communication begins an election`() {
        var bench = RaftBench()
        bench.advance(.milliseconds(249))
        #expect(bench.raft.standing == .follower(.zero, leader: nil))
        bench.timeOut()
        #expect(bench.raft.standing == .preCandidate(.zero))
    }

    @Test func `5_2 election timeouts are chosen randomly from a fixed interval`() {
        let waits = (0..<200 as Range<UInt64>).map { seed in
            let log = RestoredLog(
                ballot: Ballot(),
                outline: LogOutline(
                    electorate: Electorate(voters: [PeerID(rawValue: 1), PeerID(rawValue: 2)]) ?? .empty), commit: 0)
            let raft = Raft(peer: PeerID(rawValue: 1), restoring: log, seed: seed, at: RaftBench.start)
            return raft.deadline?.since(RaftBench.start) ?? .zero
        }
        #expect(waits.allSatisfy { $0 >= .milliseconds(250) && $0 < .milliseconds(400) })
        #expect(Set(waits).count > 190)
    }

    @Test func `5_2 to begin an election a follower increments its term and votes for itself`() {
        var bench = RaftBench()
        bench.timeOut()
        let answer = VoteAnswer(term: .zero, requested: Term(rawValue: 1), isGranted: true)
        bench.receive(.preVoteAnswer(answer), from: 2)
        #expect(bench.raft.ballot == Ballot(term: Term(rawValue: 1), vote: RaftBench.peer(1)))
        #expect(bench.raft.standing == .candidate(Term(rawValue: 1)))
    }

    @Test func `5_2 a candidate wins with votes from a majority for the same term`() {
        var bench = RaftBench(voters: 5)
        bench.timeOut()
        let answer = VoteAnswer(term: .zero, requested: Term(rawValue: 1), isGranted: true)
        for voter in [2, 3] as [UInt64] { bench.receive(.preVoteAnswer(answer), from: voter) }
        bench.receive(.voteAnswer(answer), from: 2)
        bench.receive(.voteAnswer(answer), from: 2)
        #expect(bench.raft.standing == .candidate(Term(rawValue: 1)), "one voter counts once")
        bench.receive(.voteAnswer(VoteAnswer(term: .zero, requested: .zero, isGranted: true)), from: 4)
        #expect(bench.raft.standing == .candidate(Term(rawValue: 1)), "a vote of another term does not count")
        bench.receive(.voteAnswer(answer), from: 3)
        #expect(bench.raft.standing == .leader(Term(rawValue: 1)))
    }

    @Test func `5_2 each server votes for at most one candidate in a term`() {
        var bench = Self.lonely()
        bench.receive(Self.request(4), from: 2)
        #expect(Self.isGranted(bench.takeMessages(to: 2).last) == true)
        bench.receive(Self.request(4), from: 3)
        #expect(Self.isGranted(bench.takeMessages(to: 3).last) == false)
        bench.receive(Self.request(4), from: 2)
        #expect(Self.isGranted(bench.takeMessages(to: 2).last) == true, "asked again it says the same")
    }

    @Test func `5_2 a vote is on disk before it is cast`() {
        var bench = Self.lonely()
        bench.holdsWrites = true
        bench.receive(Self.request(4), from: 2)
        let actions = bench.take()
        #expect(
            actions.contains {
                if case .write(let write) = $0 { write.ballot?.vote == RaftBench.peer(2) } else { false }
            })
        #expect(!actions.contains { if case .send = $0 { true } else { false } })
        bench.releaseWrites()
        #expect(Self.isGranted(bench.takeMessages(to: 2).last) == true)
    }

    @Test func `5_2 a server that restarts remembers its vote`() {
        var bench = Self.lonely(ballot: Ballot(term: Term(rawValue: 4), vote: RaftBench.peer(3)))
        bench.receive(Self.request(4), from: 2)
        #expect(Self.isGranted(bench.takeMessages(to: 2).last) == false)
        bench.receive(Self.request(4), from: 3)
        #expect(Self.isGranted(bench.takeMessages(to: 3).last) == true)
    }

    @Test func `5_2 a candidate that hears a leader of its term recognizes it`() {
        var bench = RaftBench()
        bench.timeOut()
        bench.receive(.preVoteAnswer(VoteAnswer(term: .zero, requested: Term(rawValue: 1), isGranted: true)), from: 2)
        bench.append(term: 1, after: .zero, from: 3)
        #expect(bench.raft.standing == .follower(Term(rawValue: 1), leader: RaftBench.peer(3)))
    }

    @Test func `5_2 a candidate rejects a leader whose term is smaller than its own`() {
        var bench = RaftBench(ballot: Ballot(term: Term(rawValue: 3)))
        bench.timeOut()
        bench.receive(.preVoteAnswer(VoteAnswer(term: .zero, requested: Term(rawValue: 4), isGranted: true)), from: 2)
        bench.append(term: 3, after: .zero, from: 3)
        #expect(bench.raft.standing == .candidate(Term(rawValue: 4)))
    }

    @Test(arguments: [(5, 1, true), (3, 2, true), (4, 2, true), (2, 2, false), (9, 1, false)])
    func `5_4_1 a voter denies its vote if its own log is more up to date`(
        index: UInt64, term: UInt64, isShorter: Bool
    ) {
        // The voter's log ends with 3@2, or with 4@1.
        var bench = isShorter && term == 1 ? Self.lonely(terms: [1, 1, 1, 1]) : Self.lonely(terms: [1, 1, 2])
        bench.receive(Self.request(7, last: RaftBench.position(index, term)), from: 2)
        #expect(Self.isGranted(bench.takeMessages(to: 2).last) == isShorter)
    }

    @Test func `5_4_1 an entry of a later term proves that term although no ballot says so`() {
        let bench = RaftBench(terms: [1, 6], ballot: Ballot(term: Term(rawValue: 2), vote: RaftBench.peer(3)))
        #expect(bench.raft.ballot == Ballot(term: Term(rawValue: 6)))
    }

    @Test func `thesis 9_6 a pre-vote changes neither term nor vote`() {
        var bench = Self.lonely()
        bench.receive(.preVoteRequest(VoteRequest(term: Term(rawValue: 1), last: .zero)), from: 2)
        #expect(Self.isGranted(bench.takeMessages(to: 2).last) == true)
        bench.receive(.preVoteRequest(VoteRequest(term: Term(rawValue: 1), last: .zero)), from: 3)
        #expect(Self.isGranted(bench.takeMessages(to: 3).last) == true)
        #expect(bench.raft.ballot == Ballot())
    }

    @Test func `thesis 9_6 a server cut off from the others does not raise its term`() {
        var bench = RaftBench()
        for _ in 0..<20 { bench.timeOut() }
        #expect(bench.raft.ballot.term == .zero)
        #expect(bench.raft.counters.candidacies == 0)
    }

    @Test func `thesis 4_2_3 nobody is voted for while a leader is heard`() {
        var bench = RaftBench()
        bench.append(term: 2, after: .zero, from: 3)
        bench.now = bench.now + .milliseconds(249)
        _ = bench.take()
        bench.receive(Self.request(7), from: 2)
        #expect(Self.isGranted(bench.takeMessages(to: 2).last) == false)
        #expect(bench.raft.ballot.term == Term(rawValue: 2), "and the term does not change")
        bench.now = bench.now + .milliseconds(1)
        bench.receive(Self.request(7), from: 2)
        #expect(Self.isGranted(bench.takeMessages(to: 2).last) == true)
    }

    @Test func `thesis 4_2_3 a server that starts may have promised silence just before`() {
        var bench = RaftBench()
        bench.receive(Self.request(7), from: 2)
        #expect(Self.isGranted(bench.takeMessages(to: 2).last) == false)
    }

    @Test func `thesis 6_2 a leader steps down when no majority answers for a timeout`() {
        var bench = RaftBench()
        bench.win()
        for _ in 0..<4 { bench.advance(.milliseconds(50)) }
        #expect(bench.raft.standing == .leader(Term(rawValue: 1)))
        for _ in 0..<2 { bench.advance(.milliseconds(50)) }
        #expect(bench.raft.standing == .follower(Term(rawValue: 1), leader: nil))
    }

    @Test func `thesis 3_10 a transfer's candidate is voted for although the leader is heard`() {
        var bench = RaftBench()
        bench.append(term: 2, after: .zero, from: 3)
        _ = bench.take()
        bench.receive(Self.request(3, isTransfer: true), from: 2)
        #expect(Self.isGranted(bench.takeMessages(to: 2).last) == true)
    }

    @Test func `thesis 3_10 the leader stops taking requests and waits until the target's log matches`() throws {
        var bench = RaftBench()
        bench.win()
        try bench.transfer(to: 2)
        #expect(!bench.take().contains(.send(.timeoutNow(Term(rawValue: 1)), to: RaftBench.peer(2))))
        #expect(throws: ProposalRefusal.transferring) { try bench.propose("late", id: 1) }
        bench.matched(1, from: 2)
        #expect(bench.take().contains(.send(.timeoutNow(Term(rawValue: 1)), to: RaftBench.peer(2))))
    }

    @Test func `thesis 3_10 a transfer that takes longer than a timeout is given up`() throws {
        var bench = RaftBench()
        bench.win()
        try bench.transfer(to: 2)
        for _ in 0..<6 {
            bench.advance(.milliseconds(45))
            bench.matched(1, from: 3)
        }
        #expect(bench.take().contains(.transferEnded(isSuccess: false)))
        try bench.propose("again", id: 1)
    }

    @Test func `a single server leads itself at once`() {
        var bench = RaftBench(voters: 1)
        bench.advance(.zero)
        #expect(bench.raft.standing == .leader(Term(rawValue: 1)))
        #expect(bench.raft.commit == 1)
    }

    @Test func `of two that ask with equal logs the lower peer ID goes on`() {
        var bench = RaftBench()
        bench.timeOut()
        bench.receive(.preVoteRequest(VoteRequest(term: Term(rawValue: 1), last: .zero)), from: 2)
        #expect(Self.isGranted(bench.takeMessages(to: 2).last) == false)
    }

    @Test func `a damaged member neither votes nor stands`() {
        var bench = Self.lonely()
        let now = bench.now
        bench.carryOut { $0.abstain(at: now) }
        bench.receive(Self.request(4), from: 2)
        #expect(Self.isGranted(bench.takeMessages(to: 2).last) == false)
        #expect(bench.raft.deadline == nil)
    }
}
