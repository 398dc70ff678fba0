import Platform
import PosixPlatform
import Testing

/// An environment and what it has reported so far.
final class Party {
    let environment: PosixEnvironment
    var events: [Event] = []

    init() throws {
        self.environment = try PosixEnvironment { _ in }
    }

    var network: PosixNetwork { self.environment.network }
    var files: PosixFileSystem { self.environment.files }

    /// Listens on a free port of the IPv4 loopback address.
    func listen() throws -> NetworkAddress {
        try self.network.listen(on: NetworkAddress(host: "127.0.0.1", port: 0))
    }

    var accepted: [StreamID] {
        self.events.compactMap { if case .accepted(let id, _) = $0 { id } else { nil } }
    }

    var connected: [StreamID] {
        self.events.compactMap { if case .connected(let id) = $0 { id } else { nil } }
    }

    var closed: [StreamID: SystemCallError?] {
        var closed: [StreamID: SystemCallError?] = [:]
        for case .closed(let id, let error) in self.events {
            closed[id] = .some(error)
        }
        return closed
    }

    var datagrams: [(bytes: [UInt8], from: NetworkAddress)] {
        self.events.compactMap { if case .datagram(let bytes, let from) = $0 { (bytes, from) } else { nil } }
    }

    var resolved: [UInt64: Result<[NetworkAddress], SystemCallError>] {
        var resolved: [UInt64: Result<[NetworkAddress], SystemCallError>] = [:]
        for case .resolved(let token, let result) in self.events {
            resolved[token] = result
        }
        return resolved
    }

    var stored: [(id: UInt64, result: Result<Void, SystemCallError>)] {
        self.events.compactMap { if case .stored(let id, let result) = $0 { (id, result) } else { nil } }
    }

    func isReadable(_ stream: StreamID) -> Bool {
        self.events.contains { if case .readable(stream) = $0 { true } else { false } }
    }

    func isWritable(_ stream: StreamID) -> Bool {
        self.events.contains { if case .writable(stream) = $0 { true } else { false } }
    }

    /// Takes a turn without waiting.
    func turn() {
        self.environment.takeEvents(into: &self.events)
    }

    /// Writes bytes and returns how many were taken.
    func write(_ stream: StreamID, _ bytes: [UInt8]) throws -> Int {
        switch self.network.write(stream, bytes.span) {
        case .accepted(let count): return count
        case .failed(let error): throw error
        }
    }

    /// Reads once, up to `limit` bytes.
    func read(_ stream: StreamID, limit: Int = 65_536) -> (result: ReadResult, bytes: [UInt8]) {
        var buffer = [UInt8](repeating: 0, count: limit)
        var span = buffer.mutableSpan
        let result = self.network.read(stream, into: &span)
        if case .bytes(let count) = result {
            return (result, Array(buffer[..<count]))
        }
        return (result, [])
    }
}

/// Gives each party turns until the condition holds; fails the test if that takes more than ten seconds.
func take(_ parties: Party..., until condition: () -> Bool, _ location: SourceLocation = #_sourceLocation) {
    let start = parties[0].environment.now
    let limit = start + Delay.seconds(10)
    while parties[0].environment.now < limit {
        for party in parties {
            party.environment.wait(until: party.environment.now + Delay.microseconds(200))
            party.turn()
        }
        if condition() { return }
    }
    Issue.record("what was waited for did not happen", sourceLocation: location)
}

/// Two parties with one stream between them: the caller's end and the listener's.
func connectedPair() throws -> (caller: Party, near: StreamID, listener: Party, far: StreamID) {
    let caller = try Party()
    let listener = try Party()
    let near = caller.network.connect(to: try listener.listen())
    take(caller, listener, until: { !caller.connected.isEmpty && !listener.accepted.isEmpty })
    let far = try #require(listener.accepted.first)
    caller.events = []
    listener.events = []
    return (caller, near, listener, far)
}
