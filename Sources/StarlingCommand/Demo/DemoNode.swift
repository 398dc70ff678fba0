import Platform
import PosixPlatform
import RESP

/// One node of a demonstration: a process of its own, and a client's connection to it.
final class DemoNode {
    let name: String
    let cluster: String
    let address: NetworkAddress
    /// Its data; the file of its diagnostics is beside it.
    let directory: String
    private(set) var process: ChildProcess
    private var client: NodeClient?

    init(name: String, cluster: String, address: NetworkAddress, directory: String, process: ChildProcess) {
        self.name = name
        self.cluster = cluster
        self.address = address
        self.directory = directory
        self.process = process
    }

    /// Where its diagnostics are.
    var tracePath: String { self.directory + ".trace" }

    /// What the process last said; empty if nothing.
    var lastWords: String {
        let bytes = (try? LocalFiles.read(self.tracePath, limit: 16 << 20)) ?? []
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").last.map(String.init) ?? ""
    }

    /// Kills the process without warning and waits until it is gone.
    func kill() {
        self.client?.connection.close()
        self.client = nil
        self.process.kill()
        _ = self.process.wait()
    }

    /// Takes over a new process for the same directory and port.
    func replace(_ process: ChildProcess) {
        self.process = process
    }

    /// Waits until the process answers.
    ///
    /// - Returns: how it ended, if it did instead.
    func awaitReady(within delay: Delay) throws(CommandError) -> ChildProcess.Ending? {
        let deadline = Clocks.now + delay
        while Clocks.now < deadline {
            if let ending = self.process.ending() { return ending }
            if let client = self.connected() {
                self.client = client
                return nil
            }
            Clocks.pause(.milliseconds(5))
        }
        throw CommandError(
            .no,
            "\(self.name) did not answer on \(self.address) within \(PlainText.time(nanoseconds: delay.nanoseconds)).")
    }

    /// A connection to the node; nil while it does not answer, or if another node has its port.
    private func connected() -> NodeClient? {
        guard let connection = try? NodeConnection(to: self.address, timeout: .seconds(10)) else { return nil }
        let client = NodeClient(connection)
        if let report = (try? client.askStarling(["STATUS"])).flatMap({ NodeReport($0) }),
            report.name == self.name, report.cluster == self.cluster
        {
            return client
        }
        connection.close()
        return nil
    }

    /// Sends a request and returns its reply; an error in reply is thrown.
    func ask(_ arguments: [String]) throws(CommandError) -> RESPValue {
        guard let client = self.client else { throw CommandError(.no, "\(self.name) is not running.") }
        return try client.ask(arguments)
    }

    /// Writes a key.
    func set(_ key: String, _ value: String) throws(CommandError) {
        _ = try self.ask(["SET", key, value])
    }

    /// Writes `count` keys with one round trip.
    func setMany(prefix: String, _ range: Range<Int>) throws(CommandError) {
        guard let client = self.client else { throw CommandError(.no, "\(self.name) is not running.") }
        for reply in try client.connection.pipeline(range.map { ["SET", "\(prefix)\($0)", "value \($0)"] }) {
            if case .error(let text) = reply {
                throw CommandError(.no, "\(self.name) refused a write: \(text)")
            }
        }
    }

    /// What readers see of a key; nil if nothing.
    func value(_ key: String) throws(CommandError) -> String? {
        try self.ask(["GET", key]).text
    }

    /// The values of a key's siblings, sorted.
    func siblings(_ key: String) throws(CommandError) -> [String] {
        let siblings = ReplyFields(try self.ask(["STARLING", "SIBLINGS", key]))?.list("siblings") ?? []
        return siblings.compactMap { ReplyFields($0)?["value"]?.text }.sorted()
    }

    /// The keys in conflict.
    func conflicts() throws(CommandError) -> [String] {
        let elements = try self.ask(["STARLING", "CONFLICTS"]).elements ?? []
        return elements.compactMap { ConflictReport($0).map { String(decoding: $0.key, as: UTF8.self) } }
    }

    /// Leader mode as it sees it.
    func mode() throws(CommandError) -> ModeReport {
        guard let report = ModeReport(try self.ask(["STARLING", "TOPOLOGY"])) else {
            throw CommandError(.no, "\(self.name) answered STARLING TOPOLOGY in an unknown form.")
        }
        return report
    }

    /// The digest over everything it holds.
    func digest() throws(CommandError) -> String {
        try self.ask(["STARLING", "DIGEST"]).text ?? ""
    }

    /// The addresses of the peers it reaches.
    func reachablePeers() throws(CommandError) -> [String] {
        let elements = try self.ask(["STARLING", "PEERS"]).elements ?? []
        return elements.compactMap { NodeReport.Peer($0) }.filter(\.isReachable).map(\.address)
    }

    /// Cuts or heals its link to another.
    func setLink(to other: DemoNode, isCut: Bool) throws(CommandError) {
        _ = try self.ask(["STARLING", "LINK", isCut ? "CUT" : "HEAL", other.address.description])
    }
}
