import Causality
import DataModel
import Journal
import Leadership
import Platform
import Replication
import Simulation
import Testing

/// Leader mode over real logs: what was answered with OK is on every member, and all are equal.
@Suite struct LeadershipMemberTests {
    @Test(arguments: 1...24 as ClosedRange<UInt64>)
    func `members that crash and are cut off end up equal with every acknowledged write`(seed: UInt64) throws {
        let cluster = try MemberCluster(seed: seed)
        try cluster.run(2500)
        cluster.heal()
        try cluster.run(1500)
        cluster.hasClients = false
        try cluster.run(800)
        #expect(cluster.violations == [])
        #expect(cluster.acknowledged.count > 20)
        let journals = cluster.nodes.compactMap(\.journal)
        #expect(Set(journals.map { $0.liveHash.0 }).count == 1, "seed \(seed)")
        #expect(journals.allSatisfy { $0.context == journals[0].context })
        for request in cluster.acknowledged {
            for place in 0..<3 where place != cluster.lost {
                let values = try cluster.values(request.key, on: place)
                #expect(values == [request.value], "\(request.key) on node \(place)")
            }
        }
    }

    private static func single(_ disk: SimulatedFileSystem) throws -> (RecordJournal, LeadershipMember) {
        let journal = try RecordJournal.open(
            at: "data", files: disk, configuration: JournalConfiguration(cluster: "test", segmentLength: 16 * 1024),
            random: { 1 })
        let now = Instant(nanoseconds: 1_000_000_000)
        let member =
            try LeadershipMember(restoring: journal, seed: 1, at: now)
            ?? LeadershipMember(
                founding: Electorate(voters: [PeerID(rawValue: 1)]) ?? .empty, journal: journal, seed: 1, at: now)
        return (journal, member)
    }

    private static func settle(_ disk: SimulatedFileSystem, _ journal: RecordJournal, _ member: LeadershipMember) {
        for _ in 0..<12 {
            member.advance(at: Instant(nanoseconds: 1_000_000_001))
            if let job = journal.takeFlush(sync: true) { disk.submit(job) }
            if let job = journal.takeBackgroundJob() { disk.submit(job) }
            disk.runJobs()
            for completion in disk.takeCompletions() { journal.stored(completion.id, completion.result) }
        }
    }

    @Test func `a single member leads, answers when it is on disk, and goes on after a crash`() throws {
        let disk = SimulatedFileSystem(seed: 1)
        var (journal, member) = try Self.single(disk)
        let now = Instant(nanoseconds: 1_000_000_001)
        Self.settle(disk, journal, member)
        let key = Array("key".utf8)
        for id in 1...3 as ClosedRange<UInt64> {
            let write = Write(key: key, value: Array("\(id)".utf8))
            try member.propose([write], id: id, acknowledgement: .majority, wall: 5, at: now)
        }
        #expect(member.isPending(Key("key")))
        #expect(journal.index.find(key.span) == nil, "nothing is applied before it is decided")
        Self.settle(disk, journal, member)
        var effects: [LeadershipEffect] = []
        member.takeEffects(into: &effects)
        #expect(effects.contains(.acknowledge([1, 2, 3])))
        #expect(!member.isPending(Key("key")))
        let found = journal.index.find(key.span)
        let slot = try #require(found)
        #expect(journal.index.recordCount(of: slot) == 1, "each replaces the one before, though all were under way")
        #expect(journal.context == CausalContext((1...3).map { Dot(peer: PeerID(rawValue: 1), sequence: $0) }))
        let hash = journal.liveHash
        disk.crash()
        (journal, member) = try Self.single(disk)
        #expect(journal.liveHash == hash && member.applied.index == 4)
        Self.settle(disk, journal, member)
        #expect(member.raft.standing == .leader(Term(rawValue: 2)))
    }

    @Test func `what is forgotten is left out by compactions, and the rest is found again`() throws {
        let disk = SimulatedFileSystem(seed: 2)
        var (journal, member) = try Self.single(disk)
        let now = Instant(nanoseconds: 1_000_000_001)
        Self.settle(disk, journal, member)
        func write(_ ids: ClosedRange<UInt64>, forgetting: Bool) throws {
            for id in ids {
                let write = Write(key: Array("key\(id % 3)".utf8), value: Array(repeating: 7, count: 200))
                try member.propose([write], id: id, acknowledgement: .majority, wall: 5, at: now)
                guard id % 10 == 0 else { continue }
                Self.settle(disk, journal, member)
                if forgetting { #expect(member.forget(entriesThrough: member.applied.index - 2)) }
            }
        }
        try write(1...300, forgetting: false)
        let grown = journal.segmentCount
        try write(301...400, forgetting: true)
        for _ in 0..<20 { Self.settle(disk, journal, member) }
        #expect(journal.segmentCount < grown / 2)
        let hash = journal.liveHash
        disk.crash()
        (journal, member) = try Self.single(disk)
        #expect(journal.liveHash == hash)
        #expect(member.raft.outline.base.index == 399 && member.raft.outline.last.index == 401)
    }

    @Test func `a leader sends nothing that is not on its own disk, so that no dot gets a second content`() throws {
        let disk = SimulatedFileSystem(seed: 4)
        let other = PeerID(rawValue: 2)
        let electorate = Electorate(voters: [PeerID(rawValue: 1), other]) ?? .empty
        let journal = try RecordJournal.open(
            at: "data", files: disk, configuration: JournalConfiguration(cluster: "test", segmentLength: 16 * 1024),
            random: { 1 })
        let start = Instant(nanoseconds: 500_000_000)
        let member = LeadershipMember(founding: electorate, journal: journal, seed: 1, at: start)
        let now = Instant(nanoseconds: 1_000_000_001)
        Self.settle(disk, journal, member)
        let vote = VoteAnswer(term: .zero, requested: Term(rawValue: 1), isGranted: true)
        member.receive(.preVoteAnswer(vote), from: other, at: now)
        Self.settle(disk, journal, member)
        member.receive(.voteAnswer(vote), from: other, at: now)
        Self.settle(disk, journal, member)
        for index in [0, 1] as [UInt64] {
            let matched = AppendAnswer(term: Term(rawValue: 1), round: 1, outcome: .matched(index))
            member.receive(.appendAnswer(matched), from: other, at: now)
            Self.settle(disk, journal, member)
        }
        func sent() -> [UInt64] {
            var effects: [LeadershipEffect] = []
            member.takeEffects(into: &effects)
            return effects.flatMap { effect in
                if case .send(.append(let request), _) = effect {
                    request.entries.map(\.position.index)
                } else {
                    [] as [UInt64]
                }
            }
        }
        #expect(sent() == [1])
        let write = Write(key: [1], value: [2])
        try member.propose([write], id: 1, acknowledgement: .majority, wall: 5, at: now)
        member.advance(at: now)
        #expect(sent() == [])
        Self.settle(disk, journal, member)
        #expect(sent() == [2])
    }

    @Test func `own sequences of entries that were given up and forgotten are not used again`() throws {
        let disk = SimulatedFileSystem(seed: 5)
        var (journal, member) = try Self.single(disk)
        let now = Instant(nanoseconds: 1_000_000_001)
        Self.settle(disk, journal, member)
        try member.propose(
            [Write(key: [1], value: [2])], id: 1, acknowledgement: .majority, wall: 5, at: now)
        Self.settle(disk, journal, member)
        journal.keepFree(ownSequencesThrough: 9)
        #expect(member.forget(entriesThrough: member.applied.index))
        Self.settle(disk, journal, member)
        disk.crash()
        (journal, member) = try Self.single(disk)
        #expect(journal.ownSequence == 9 && journal.context[PeerID(rawValue: 1)].highest == 1)
    }

    @Test func `a member whose disk refuses a sync neither leads nor acknowledges`() throws {
        let disk = SimulatedFileSystem(seed: 3)
        let (journal, member) = try Self.single(disk)
        Self.settle(disk, journal, member)
        disk.failNextSync(50)
        let write = Write(key: [1], value: [2])
        try member.propose(
            [write], id: 9, acknowledgement: .asynchronous, wall: 5, at: Instant(nanoseconds: 1_000_000_001))
        Self.settle(disk, journal, member)
        var effects: [LeadershipEffect] = []
        member.takeEffects(into: &effects)
        #expect(!effects.contains(.acknowledge([9])))
        #expect(effects.contains(.unresolved([9])))
        #expect(member.failure != nil && member.raft.leader == nil)
    }
}
