import AntiEntropy
import Causality
import DataModel
import Journal
import Platform
import Simulation
import StarlingServer

@testable import Replication

/// A replica on a simulated disk, with the part of a driver that it needs; the same one every time.
final class FuzzedNode {
    static let cluster = "fuzz"
    static let segmentLength = 16 * 1024

    let disk: SimulatedFileSystem
    let replica: Replica
    let factory: SessionFactory
    private(set) var now = Instant(nanoseconds: 1_000_000_000_000)
    private(set) var wallNow = WallTime(milliseconds: 1_767_225_600_000)
    private var connections: UInt64 = 0
    /// Connections to peers, in the order in which they were made; closed ones stay.
    private(set) var links: [FuzzedLink] = []
    /// Whether those that this node dials answer.
    var answersDials = false

    init(name: String = "n1", seed: UInt64 = 1, secret: [UInt8]? = nil) throws {
        self.disk = SimulatedFileSystem(seed: seed)
        var random = SimulationRandom(seed: seed)
        let listen = NetworkAddress(host: "10.0.0.\(seed)", port: 9000)
        var configuration = ReplicaConfiguration(
            name: name, cluster: Self.cluster, listen: listen, journal: Self.journalConfiguration)
        configuration.secret = secret
        configuration.discovery = MulticastGroup(address: NetworkAddress(host: "239.77.83.1", port: 9909))
        // Small, so that what is rare becomes common.
        configuration.limits.outputLength = 64 * 1024
        configuration.limits.linkOutputLength = 4 * 1024
        configuration.limits.recordsLength = 512
        configuration.allowsFaults = true
        let draw: () -> UInt64 = { random.next() }
        self.replica = Replica(
            configuration: configuration,
            journal: try RecordJournal.open(
                at: "/data", files: self.disk, configuration: Self.journalConfiguration, random: draw),
            random: draw, now: self.now, wallNow: self.wallNow)
        let server = ServerConfiguration(version: "0", name: name, port: 9000, dataPath: "/data")
        self.factory = ServerFaces(configuration: server).makeSessionFactory(replica: self.replica)
        self.replica.exchange.listen(on: listen, localHosts: [listen.host])
        self.replica.exchange.begin(now: self.now)
        try self.sync()
        // Clients are served once nobody has been heard for a while.
        try self.advance(milliseconds: 2_000)
    }

    static var journalConfiguration: JournalConfiguration {
        JournalConfiguration(cluster: cluster, segmentLength: segmentLength)
    }

    func connect(firstByte: UInt8) -> FuzzedClient {
        self.connections += 1
        let connection = ClientConnection(
            number: self.connections, stream: StreamID(slot: UInt32(self.connections), generation: 1),
            remote: NetworkAddress(host: "127.0.0.1", port: UInt16(40_000 + self.connections)), openedAt: self.now,
            wake: { _ in })
        return FuzzedClient(connection, self.factory(firstByte, connection), self)
    }

    /// Lets time pass, and has the replica do what is due then.
    func advance(milliseconds: UInt64) throws {
        self.now = self.now + .milliseconds(milliseconds)
        self.wallNow = WallTime(milliseconds: self.wallNow.milliseconds + milliseconds)
        self.replica.beginTurn(now: self.now, wallNow: self.wallNow)
        self.replica.advance()
        try self.sync()
    }

    /// Writes and syncs what the log holds, prepares room for more, and goes on with what waited for it.
    func sync() throws {
        if let job = self.replica.journal.takeFlush(sync: true) { self.disk.submit(job) }
        self.finishJobs()
        for _ in 0..<4 {
            guard let job = self.replica.journal.takeBackgroundJob() else { break }
            self.disk.submit(job)
            self.finishJobs()
        }
        try FuzzFinding.unless(self.replica.journal.failure == nil, "the log failed on a sound disk")
        self.replica.advance()
        try self.carryOutEffects()
    }

    /// Has a peer call this node.
    func acceptLink() throws -> FuzzedLink {
        let remote = NetworkAddress(host: "10.0.0.77", port: UInt16(50_000 + self.links.count % 1_000))
        let id = self.replica.exchange.accepted(from: remote, now: self.now)
        let link = FuzzedLink(id, role: .acceptor, of: self)
        self.links.append(link)
        try self.carryOutEffects()
        return link
    }

    /// Carries out what the exchange asks for, and what follows from that.
    func carryOutEffects() throws {
        while true {
            var effects: [Effect] = []
            self.replica.exchange.takeEffects(into: &effects)
            guard !effects.isEmpty else { return }
            for effect in effects {
                switch effect {
                case .connect(let id, _):
                    guard self.answersDials else {
                        self.replica.exchange.closed(id, "refused", now: self.now)
                        continue
                    }
                    self.links.append(FuzzedLink(id, role: .initiator, of: self))
                    self.replica.exchange.connected(id, now: self.now)
                case .send(let id, let bytes):
                    try self.links.first { $0.id == id }?.take(bytes)
                    self.replica.exchange.noteUnsent(0, on: id)
                case .close(let id, _): self.links.first { $0.id == id }?.closedByNode()
                case .resolve(let token, let host, let port):
                    let address = NetworkAddress(host: host, port: port)
                    self.replica.exchange.resolved(token, .success([address]), now: self.now)
                case .multicast, .trace, .event: continue
                }
            }
        }
    }

    private func finishJobs() {
        self.disk.runJobs()
        for completion in self.disk.takeCompletions() {
            self.replica.journal.stored(completion.id, completion.result)
        }
    }

    /// Has the node write, however little room there is at the moment.
    func put(_ key: [UInt8], _ value: [UInt8]) throws {
        for _ in 0..<8 {
            do throws(ReplicaError) {
                _ = try self.replica.put(key.span, value.span)
                return
            } catch {
                guard case .busy = error else { return }
            }
            try self.advance(milliseconds: 1_000)
        }
    }

    /// Throws unless a process that opens the directory now finds what this one holds.
    func checkReopening() throws {
        // What waits for the log at rest, such as a new peer ID, comes to its end first.
        for _ in 0..<3 { try self.advance(milliseconds: 10_000) }
        let journal = self.replica.journal
        guard journal.syncedLSN == journal.appendedLSN else { throw FuzzFinding("the log does not come to rest") }
        let before = try FuzzedState(journal)
        self.disk.killProcess()
        var random = SimulationRandom(seed: 99)
        let reopened = try RecordJournal.open(
            at: "/data", files: self.disk, configuration: Self.journalConfiguration, random: { random.next() })
        let after = try FuzzedState(reopened)
        try FuzzFinding.unless(before == after, "reopened, the store holds \(after) and not \(before)")
        try FuzzFinding.unless(
            reopened.identity.peer == journal.identity.peer, "reopening has minted: \(reopened.opening)")
    }
}
