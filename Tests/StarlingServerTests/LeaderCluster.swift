import Journal
import Leadership
import Platform
import RESP
import Replication
import Simulation
import StarlingServer

/// Three nodes with their faces on simulated machines, n1 to n3 on 10.0.0.1 to 10.0.0.3, and clients on a fourth.
final class LeaderCluster {
    /// A client's connection to one node.
    final class Connection {
        fileprivate let stream: StreamID
        fileprivate var received: [UInt8] = []
        fileprivate(set) var isClosed = false

        fileprivate init(_ stream: StreamID) {
            self.stream = stream
        }
    }

    let scheduler: SimulationScheduler
    let fabric: NetworkFabric
    private(set) var machines: [SimulatedMachine] = []
    /// The running replicas; nil where none runs.
    private(set) var replicas: [Replica?] = []
    private let clients: SimulatedNetwork
    private let adjusting: (inout ReplicaConfiguration, inout ServerConfiguration) -> Void

    init(
        seed: UInt64, count: Int = 3,
        adjusting: @escaping (inout ReplicaConfiguration, inout ServerConfiguration) -> Void = { _, _ in }
    ) throws {
        self.scheduler = SimulationScheduler(seed: seed)
        self.fabric = NetworkFabric(scheduler: self.scheduler)
        self.clients = self.fabric.attach(host: "10.0.0.9")
        self.adjusting = adjusting
        for index in 1...count {
            self.machines.append(
                SimulatedMachine(
                    name: "n\(index)", host: "10.0.0.\(index)", scheduler: self.scheduler, fabric: self.fabric))
            self.replicas.append(nil)
        }
        for index in 1...count { try self.start(index) }
        self.run(milliseconds: 1_500)
    }

    func start(_ number: Int) throws {
        let machine = self.machines[number - 1]
        try machine.start { environment throws in
            let listen = NetworkAddress(host: "10.0.0.\(number)", port: 9000)
            let journal = JournalConfiguration(cluster: "tests", segmentLength: 64 * 1024)
            var configuration = ReplicaConfiguration(
                name: machine.name, cluster: "tests", listen: listen, journal: journal)
            configuration.peers = self.machines.filter { $0 !== machine }
                .map { NetworkAddress(host: "10.0.0.\($0.name.dropFirst())", port: 9000) }
            configuration.allowsFaults = true
            var server = ServerConfiguration(version: "0.1.0", name: machine.name, port: 9000, dataPath: "/data")
            self.adjusting(&configuration, &server)
            let replica = Replica(
                configuration: configuration,
                journal: try RecordJournal.open(
                    at: "/data", files: environment.files, configuration: configuration.journalOpening,
                    random: { environment.random() }),
                random: { [unowned environment] in environment.random() }, now: environment.now,
                wallNow: environment.wallNow)
            let driver = ReplicaDriver(environment: environment, replica: replica)
            driver.makeSession = ServerFaces(configuration: server).makeSessionFactory(replica: replica)
            try driver.listen()
            driver.begin()
            self.replicas[number - 1] = replica
            return {
                driver.turn()
                return driver.deadline
            }
        }
    }

    func kill(_ number: Int) {
        self.machines[number - 1].kill()
        self.replicas[number - 1] = nil
    }

    func run(milliseconds: UInt64) {
        self.scheduler.run(for: .milliseconds(milliseconds))
    }

    /// Lets the world go on until the condition holds; false if it does not within the time.
    func run(within seconds: UInt64 = 20, until condition: () -> Bool) -> Bool {
        let end = self.scheduler.now + .seconds(seconds)
        while !condition() {
            guard self.scheduler.now < end else { return false }
            self.scheduler.run(for: .milliseconds(1))
        }
        return true
    }

    /// The number of the node that leads; nil if none or several think so.
    var leader: Int? {
        let leading = self.replicas.indices.filter { index in
            guard case .leader(let standing, _, _)? = self.replicas[index]?.mode, case .leader = standing else {
                return false
            }
            return true
        }
        return leading.count == 1 ? leading[0] + 1 : nil
    }

    /// Has node 1 enter leader mode, and waits until all three have a vote.
    func lead() -> Bool {
        let connection = self.connect(1)
        guard self.ask(connection, "STARLING MODE LEADER") == "+OK|" else { return false }
        return self.run {
            self.replicas.allSatisfy { replica in
                guard let replica, case .leader(_, let voters, _) = replica.mode else { return false }
                return voters.count == self.machines.count && replica.leader != nil
            }
        }
    }

    func connect(_ number: Int) -> Connection {
        Connection(self.clients.connect(to: NetworkAddress(host: "10.0.0.\(number)", port: 9000)))
    }

    func hangUp(_ connection: Connection) {
        self.clients.close(connection.stream)
    }

    /// Sends bytes, and waits for a reply that is complete; its line ends shown as `|`.
    func ask(_ connection: Connection, bytes: [UInt8], replies: Int = 1, within seconds: UInt64 = 20) -> String {
        var unsent = bytes
        connection.received = []
        _ = self.run(within: seconds) {
            if !unsent.isEmpty, case .accepted(let count) = self.clients.write(connection.stream, unsent.span) {
                unsent.removeFirst(count)
            }
            self.read(connection)
            return connection.isClosed || Self.count(connection.received) >= replies
        }
        return String(decoding: connection.received, as: UTF8.self).replacing("\r\n", with: "|")
    }

    /// Sends a request of the Redis protocol, its words parted by spaces.
    func ask(_ connection: Connection, _ request: String, within seconds: UInt64 = 20) -> String {
        self.ask(connection, bytes: TestClient.encode(request), within: seconds)
    }

    private func read(_ connection: Connection) {
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            var destination = buffer.mutableSpan
            switch self.clients.read(connection.stream, into: &destination) {
            case .bytes(let count): connection.received += buffer[..<count]
            case .wouldBlock: return
            case .end, .failed:
                connection.isClosed = true
                return
            }
        }
    }

    /// How many whole replies there are; a line of text counts as one.
    private static func count(_ bytes: [UInt8]) -> Int {
        guard let first = bytes.first, "*$+-:%".utf8.contains(first) else {
            return bytes.count { $0 == UInt8(ascii: "\n") }
        }
        var count = 0
        var rest = bytes
        while !rest.isEmpty {
            var parser = RESPReplyParser()
            guard case .complete(_, let next) = parser.parse(rest.span, from: 0) else { break }
            rest.removeFirst(next)
            count += 1
        }
        return count
    }
}
