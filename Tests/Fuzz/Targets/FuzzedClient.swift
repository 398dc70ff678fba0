import Platform

@testable import Replication

/// A client of a ``FuzzedNode``: bytes in, bytes out, as the driver would carry them.
final class FuzzedClient {
    private let connection: ClientConnection
    private let session: (any ClientSession)?
    private let node: FuzzedNode
    private var unread: [UInt8] = []
    /// Everything that was sent back.
    private(set) var received: [UInt8] = []
    private(set) var isFinished = false

    init(_ connection: ClientConnection, _ session: (any ClientSession)?, _ node: FuzzedNode) {
        self.connection = connection
        self.session = session
        self.node = node
        self.isFinished = session == nil
    }

    /// Shows the session more bytes, and carries on until it wants still more.
    func send(_ bytes: [UInt8]) throws {
        self.unread += bytes
        // Each round takes something in or waits for something; a session that only turns has hung.
        for _ in 0..<(100 + self.unread.count) {
            guard !self.isFinished else { return }
            let outputBefore = self.connection.output.bytes.count
            var consumed = 0
            let progress =
                self.session?.receive(
                    self.unread.span, consumed: &consumed, on: self.connection, replica: self.node.replica) ?? .finished
            try FuzzFinding.unless(
                (0...self.unread.count).contains(consumed), "took in \(consumed) of \(self.unread.count) bytes")
            self.unread.removeFirst(consumed)
            self.connection.progress = progress
            let hasReplied = self.connection.output.bytes.count > outputBefore
            switch progress {
            case .ready:
                try self.takeReplies()
                if consumed == 0 && !hasReplied || self.unread.isEmpty { return }
            case .blocked:
                try self.node.sync()
                try self.takeReplies()
            case .suspended:
                try self.waitForResumption()
            case .finished:
                try self.node.sync()
                try self.takeReplies()
                self.isFinished = true
            }
        }
        throw FuzzFinding("a session goes round in circles with \(self.unread.count) bytes unread")
    }

    func close() {
        self.session?.closed()
    }

    /// Lets time pass until the session has what it waits for, or the client would be patient no more.
    private func waitForResumption() throws {
        for milliseconds: UInt64 in [0, 1, 10, 100, 1_000, 10_000, 100_000, 4_000_000] {
            guard self.connection.progress == .suspended else { return }
            try self.node.advance(milliseconds: milliseconds)
        }
        if self.connection.progress == .suspended { self.isFinished = true }
    }

    private func takeReplies() throws {
        for _ in 0..<2 {
            let output = self.connection.output
            let count = self.connection.output.sendableLength(self.node.replica.acknowledged)
            try FuzzFinding.unless((0...output.unsentLength).contains(count), "\(count) bytes may leave")
            self.received += output.bytes[output.sentLength..<(output.sentLength + count)]
            self.connection.output.sent(count)
            if self.connection.output.isEmpty { return }
            try self.node.sync()
        }
        throw FuzzFinding("a reply is held though everything is synced")
    }
}
