import Causality
import DataModel
import Journal
import Leadership
import Platform
import Replication
import Simulation
import TestSupport

/// Members in leader mode with logs on disks that crash, and messages that are lost and overtake each other.
final class MemberCluster {
    struct Node {
        let disk: SimulatedFileSystem
        var journal: RecordJournal?
        var member: LeadershipMember?
        var restartAt: UInt64 = 0
    }

    struct Request {
        let key: String
        let value: String
    }

    var nodes: [Node] = []
    private(set) var voters: [PeerID] = []
    var random: SeededGenerator
    /// Milliseconds.
    private(set) var time: UInt64 = 0
    private var messages: [(due: UInt64, from: Int, to: Int, RaftMessage)] = []
    private var isCut = Array(repeating: Array(repeating: false, count: 3), count: 3)
    private(set) var isHealed = false
    var hasClients = true
    private var requests: UInt64 = 0
    private var open: [UInt64: Request] = [:]
    /// What was answered with OK, by key.
    private(set) var acknowledged: [Request] = []
    /// Records given up by a leader and not proposed again yet.
    private var revived: [[UInt8]] = []
    private(set) var revivedCount = 0
    private(set) var crashes = 0
    /// The node that has lost its peer ID, if one has.
    private(set) var lost: Int?
    private(set) var elections = 0
    private(set) var violations: [String] = []

    init(seed: UInt64) throws {
        self.random = SeededGenerator(seed: seed)
        for place in 0..<3 {
            let disk = SimulatedFileSystem(seed: seed &* 8 &+ UInt64(place))
            self.nodes.append(Node(disk: disk))
            // A crash right after the first start costs the peer ID: the cluster is founded by those that have kept it.
            var random = self.random
            var journal = try Self.journal(on: disk, random: { random.next() })
            repeat {
                try journal.close()
                disk.crash()
                journal = try Self.journal(on: disk, random: { random.next() })
            } while journal.opening.minted != nil
            self.random = random
            self.voters.append(journal.identity.peer)
            self.nodes[place].journal = journal
        }
        for place in 0..<3 { try self.start(place) }
    }

    private static func journal(on disk: SimulatedFileSystem, random: () -> UInt64) throws -> RecordJournal {
        let configuration = JournalConfiguration(cluster: "test", segmentLength: 16 * 1024)
        return try RecordJournal.open(at: "data", files: disk, configuration: configuration, random: random)
    }

    private var now: Instant { Instant(nanoseconds: (self.time + 1000) * 1_000_000) }

    private func start(_ place: Int) throws {
        guard let journal = self.nodes[place].journal else { return }
        let seed = self.random.next()
        // A founder that crashed before it had written anything founds again.
        self.nodes[place].member =
            try LeadershipMember(restoring: journal, seed: seed, at: self.now)
            ?? LeadershipMember(
                founding: Electorate(voters: self.voters) ?? .empty, journal: journal, seed: seed, at: self.now)
    }

    private func restart(_ place: Int) throws {
        var random = self.random
        let journal = try Self.journal(on: self.nodes[place].disk, random: { random.next() })
        self.random = random
        guard journal.opening.minted == nil else {
            // Whoever has taken a new peer ID votes no more. Of three one may.
            self.lost = place
            self.nodes[place].restartAt = .max
            return
        }
        self.nodes[place].journal = journal
        try self.start(place)
    }

    /// Runs so many milliseconds.
    func run(_ duration: UInt64) throws {
        let end = self.time + duration
        while self.time < end {
            self.time += 1 + UInt64(self.random.below(4))
            if !self.isHealed, self.random.chance(1) { self.breakSomething() }
            for place in self.nodes.indices
            where self.nodes[place].member == nil && self.nodes[place].restartAt <= self.time {
                try self.restart(place)
            }
            self.deliver()
            if self.hasClients, self.random.chance(30) { self.askSomething() }
            for place in self.nodes.indices { self.turn(place) }
        }
    }

    func heal() {
        self.isHealed = true
        for place in 0..<3 { self.isCut[place] = [false, false, false] }
        for place in 0..<3 where place != self.lost { self.nodes[place].restartAt = 0 }
    }

    private func breakSomething() {
        let place = self.random.below(3)
        switch self.random.below(4) {
        case 0, 1:
            guard self.nodes[place].member != nil else { return }
            self.crashes += 1
            // A tail that is torn costs the peer ID.
            if self.lost != nil || self.random.chance(50) { self.nodes[place].disk.runJobs() }
            self.nodes[place].disk.crash()
            self.nodes[place].journal = nil
            self.nodes[place].member = nil
            self.nodes[place].restartAt = self.time + UInt64(self.random.below(500))
        case 2:
            for other in 0..<3 where other != place {
                self.isCut[place][other] = true
                self.isCut[other][place] = self.random.chance(70)
            }
        default:
            for other in 0..<3 { self.isCut[other] = [false, false, false] }
        }
    }

    private func deliver() {
        let due = self.messages.filter { $0.due <= self.time }
        self.messages.removeAll { $0.due <= self.time }
        for message in due {
            self.nodes[message.to].member?.receive(message.3, from: self.voters[message.from], at: self.now)
        }
    }

    /// What a driver does in a turn, with a disk that takes its time.
    private func turn(_ place: Int) {
        guard let journal = self.nodes[place].journal, let member = self.nodes[place].member else { return }
        let disk = self.nodes[place].disk
        if self.random.chance(40) {
            disk.runJobs()
            for completion in disk.takeCompletions() { journal.stored(completion.id, completion.result) }
        }
        member.advance(at: self.now)
        if let failure = member.failure { self.violations.append("node \(place): \(failure)") }
        var effects: [LeadershipEffect] = []
        member.takeEffects(into: &effects)
        for effect in effects { self.carryOut(effect, from: place) }
        if let job = journal.takeFlush(sync: true) { disk.submit(job) }
        if let job = journal.takeBackgroundJob() { disk.submit(job) }
    }

    private func carryOut(_ effect: LeadershipEffect, from place: Int) {
        switch effect {
        case .send(let message, let peer):
            guard let to = self.voters.firstIndex(of: peer), !self.isCut[place][to],
                self.isHealed || !self.random.chance(4)
            else { return }
            self.messages.append((self.time + UInt64(self.random.below(self.isHealed ? 3 : 12)), place, to, message))
        case .acknowledge(let ids):
            for id in ids { if let request = self.open.removeValue(forKey: id) { self.acknowledged.append(request) } }
        case .unresolved(let ids): for id in ids { self.open[id] = nil }
        case .revive(let records):
            self.revivedCount += records.count
            self.revived += records
        case .becomes(.leader): self.elections += 1
        case .sendSnapshot: self.violations.append("nothing was forgotten, and a snapshot is wanted")
        case .splitBrain(let evidence):
            if evidence.fenced.term == evidence.standing.term { self.violations.append("two leaders in one term") }
        case .readable, .unreadable, .becomes, .transferEnded: break
        }
    }

    private func askSomething() {
        let leaders = self.nodes.compactMap(\.member).filter { $0.raft.leader == $0.raft.peer }
        guard !leaders.isEmpty else { return }
        let leader = leaders[self.random.below(leaders.count)]
        self.requests += 1
        if !self.revived.isEmpty {
            if (try? leader.propose(records: self.revived, id: self.requests, acknowledgement: .majority, at: self.now))
                != nil
            {
                self.revived = []
            }
            return
        }
        // A key of its own tells whether the write is there; a shared one is overwritten while it is under way.
        let request = Request(key: "own\(self.requests)", value: "\(self.requests)")
        let writes = [
            Write(key: Array(request.key.utf8), value: Array(request.value.utf8)),
            Write(key: Array("shared\(self.random.below(3))".utf8), value: Array(request.value.utf8)),
        ]
        let wall = self.time + UInt64(self.random.below(50))
        guard
            (try? leader.propose(writes, id: self.requests, acknowledgement: .majority, wall: wall, at: self.now))
                != nil
        else { return }
        self.open[self.requests] = request
    }

    /// The values of a key's live records on a node.
    func values(_ key: String, on place: Int) throws -> [String] {
        guard let journal = self.nodes[place].journal, let slot = journal.index.find(Array(key.utf8).span) else {
            return []
        }
        return try journal.index.records(of: slot).map { record in
            var bytes: [UInt8] = []
            try journal.readValue(record, into: &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}
