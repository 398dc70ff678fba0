import Causality
import DataModel
import Journal
import Platform
import RESP
import Simulation
import StarlingServer

@testable import Replication

/// A replica on a simulated disk, with the faces in front of it and clients that are driven by hand.
final class TestServer {
    let disk: SimulatedFileSystem
    let replica: Replica
    let factory: SessionFactory
    private(set) var now = Instant(nanoseconds: 1_000_000_000_000)
    /// 2026-01-01 in UTC.
    private(set) var wallNow = WallTime(milliseconds: 1_767_225_600_000)
    private var connections: UInt64 = 0

    init(
        segmentLength: Int = 16 * 1024, durability: Durability = .always, limits: ReplicaLimits = ReplicaLimits(),
        disk: SimulatedFileSystem? = nil, healsDamage: Bool = false,
        adjusting: (inout ReplicaConfiguration, inout ServerConfiguration) -> Void = { _, _ in }
    ) throws {
        self.disk = disk ?? SimulatedFileSystem(seed: 1)
        var random: UInt64 = 0x1234_5678
        var opening = JournalConfiguration(cluster: "tests", segmentLength: segmentLength)
        opening.healsDamage = healsDamage
        let journal = opening
        var configuration = ReplicaConfiguration(
            name: "n1", cluster: "tests", listen: NetworkAddress(host: "127.0.0.1", port: 9000), journal: journal)
        configuration.durability = durability
        configuration.limits = limits
        var server = ServerConfiguration(version: "0.1.0", name: "n1", port: 9000, dataPath: "/data")
        server.durability = durability
        adjusting(&configuration, &server)
        let draw: () -> UInt64 = {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return random
        }
        self.replica = Replica(
            configuration: configuration,
            journal: try RecordJournal.open(at: "/data", files: self.disk, configuration: journal, random: draw),
            random: draw, now: self.now, wallNow: self.wallNow)
        self.factory = ServerFaces(configuration: server).makeSessionFactory(replica: self.replica)
        self.replica.clock = { [unowned self] in self.now }
        self.prepare()
    }

    /// Does what is due and stores it, as the driver does, so many turns long of a millisecond each.
    func turn(_ count: Int = 1) {
        for _ in 0..<count {
            self.advance(milliseconds: 1)
            self.replica.advance()
            var effects: [Effect] = []
            self.replica.exchange.takeEffects(into: &effects)
            for case .event(let event) in effects { self.replica.onEvent(event) }
            self.sync()
        }
    }

    /// Has this node, which is alone, lead itself.
    func lead() throws {
        self.sync()
        try self.replica.enterLeaderMode()
        self.turn(1_000)
    }

    func connect(firstByte: Character = "*", host: String = "127.0.0.1") -> TestClient {
        self.connections += 1
        let connection = ClientConnection(
            number: self.connections, stream: StreamID(slot: UInt32(self.connections), generation: 1),
            remote: NetworkAddress(host: host, port: UInt16(40_000 + self.connections)), openedAt: self.now,
            wake: { _ in })
        // Every test passes an ASCII character.
        let session = self.factory(firstByte.asciiValue ?? 0, connection)
        return TestClient(connection, session, self)
    }

    /// Lets time pass.
    func advance(milliseconds: UInt64) {
        self.now = self.now + .milliseconds(milliseconds)
        self.wallNow = WallTime(milliseconds: self.wallNow.milliseconds + milliseconds)
        self.replica.beginTurn(now: self.now, wallNow: self.wallNow)
    }

    /// Writes and syncs what the log holds, and prepares room for more.
    func sync() {
        if let job = self.replica.journal.takeFlush(sync: true) { self.disk.submit(job) }
        self.finishJobs()
        self.prepare()
    }

    /// Starts the preparation of a segment if the log wants one, and finishes it.
    func prepare() {
        while let job = self.replica.journal.takeBackgroundJob() {
            self.disk.submit(job)
            self.finishJobs()
        }
    }

    private func finishJobs() {
        self.disk.runJobs()
        for completion in self.disk.takeCompletions() {
            self.replica.journal.stored(completion.id, completion.result)
        }
    }

    /// Gives a key two siblings, the second by a writer that had seen nothing.
    func makeConflict(_ key: String, _ first: String, _ second: String) throws {
        let nothing = CausalContext()
        try self.replica.put(Array(key.utf8).span, Array(first.utf8).span)
        try self.replica.put(Array(key.utf8).span, Array(second.utf8).span, after: nothing)
    }
}
