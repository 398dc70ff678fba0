import Causality
import Leadership
import Platform
import Testing

/// What each promise waits for, and what becomes of it when leadership is lost.
@Suite struct AcknowledgementTests {
    private static func leader(voters: Int) -> RaftBench {
        var bench = RaftBench(voters: voters)
        bench.win()
        for voter in 2...UInt64(voters) { bench.matched(1, from: voter) }
        bench.holdsWrites = true
        _ = bench.take()
        return bench
    }

    private static func acknowledged(_ bench: inout RaftBench) -> [UInt64] {
        bench.take().flatMap { action in
            if case .acknowledge(let ids) = action { ids } else { [] as [UInt64] }
        }
    }

    @Test func `each promise is kept when its disks have the write, and not before`() throws {
        var bench = Self.leader(voters: 5)
        for (id, kind) in Acknowledgement.allCases.enumerated() { try bench.propose("x", id: UInt64(id), kind) }
        #expect(Self.acknowledged(&bench) == [])
        bench.releaseWrites()
        #expect(Self.acknowledged(&bench) == [0], "asynchronous: the leader's disk")
        bench.matched(5, from: 2)
        #expect(Self.acknowledged(&bench) == [1], "semi-synchronous: one follower's too")
        bench.matched(5, from: 3)
        #expect(Self.acknowledged(&bench) == [2], "majority")
        bench.matched(5, from: 4)
        #expect(Self.acknowledged(&bench) == [])
        bench.matched(5, from: 5)
        #expect(Self.acknowledged(&bench) == [3], "synchronous: all")
    }

    @Test func `a majority write is not answered with OK by a leader that reaches no majority`() throws {
        var bench = Self.leader(voters: 5)
        try bench.propose("x", id: 7)
        bench.releaseWrites()
        bench.matched(2, from: 2)
        for _ in 0..<6 { bench.advance(.milliseconds(50)) }
        let actions = bench.take()
        #expect(!actions.contains(.acknowledge([7])))
        #expect(actions.contains(.unresolved([7])), "it may still be applied, or not")
    }

    @Test func `a follower answers who leads`() throws {
        var bench = RaftBench()
        bench.append(term: 1, after: .zero, from: 2)
        #expect(throws: ProposalRefusal.notLeader(RaftBench.peer(2))) { try bench.propose("x", id: 1) }
        #expect(throws: ProposalRefusal.notLeader(RaftBench.peer(2))) { try bench.read(1) }
    }

    @Test func `entries flow ahead of their answers as far as the credit goes`() throws {
        var bench = Self.leader(voters: 3)
        let text = String(repeating: "x", count: 1 << 20)
        for id in 1...8 as ClosedRange<UInt64> { try bench.propose(text, id: id) }
        #expect(bench.takeMessages(to: 2).count == 4, "four times a mebibyte fill the window")
        bench.matched(2, from: 2)
        #expect(bench.takeMessages(to: 2).count == 1)
    }

    @Test func `what is not answered is sent again`() throws {
        var bench = Self.leader(voters: 3)
        try bench.propose("x", id: 1)
        _ = bench.take()
        for _ in 0..<4 {
            bench.advance(.milliseconds(50))
            bench.matched(1, from: 3)
        }
        let requests = bench.take().filter {
            if case .sendEntries(_, 2, RaftBench.peer(2)) = $0 { true } else { false }
        }
        #expect(!requests.isEmpty)
    }
}
