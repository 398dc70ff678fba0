import AntiEntropy
import ByteCoding
import Causality
import DataModel
import Journal
import Platform

/// One direction of a conversation between two nodes, in steps: both deciders are real, what they ask
/// for is carried out on the sender's and the receiver's journals, and messages pass by value.
///
/// A conversation streams both ways; of the way back nothing is taken in here, since the model knows
/// of one way at a time. Records are applied only when nothing else is left to do, as on a node whose
/// log has no room just then: who asks for the join before they are in is found out.
final class ReplayExchange {
    /// How it ended.
    enum Outcome {
        /// The receiver has joined the closing.
        case joined
        /// The sender's floor had moved: nothing was joined.
        case floorMoved
    }

    private enum Side {
        case receiver
        case sender
    }

    private(set) var outcome: Outcome?
    /// Whether the sender streams all that is live.
    private(set) var isSnapshot = false
    private let receiver: ReplayNode
    private let sender: ReplayNode
    private var receiving: Conversation
    private var sending: Conversation
    private var cursor: TailCursor?
    /// Whether the sender's conversation waits for records.
    private var isFetching = false
    /// Dots that the receiver was sent.
    private var streamed = CausalContext()
    private var queue: [(side: Side, action: Conversation.Action)] = []
    private let now = Instant(nanoseconds: 0)

    /// Holds the greetings and the digests.
    init(receiver: ReplayNode, sender: ReplayNode, number: UInt64) throws {
        self.receiver = receiver
        self.sender = sender
        self.receiving = Self.conversation(.initiator, receiver, number)
        self.sending = Self.conversation(.acceptor, sender, number)
        self.add(self.sending.opened(at: self.now), of: .sender)
        self.add(self.receiving.opened(at: self.now), of: .receiver)
        try self.run()
        guard self.cursor != nil, self.isFetching else { throw ReplayError.unexpected("no stream was begun") }
    }

    private static func conversation(_ role: ConversationRole, _ node: ReplayNode, _ number: UInt64) -> Conversation {
        let peer = node.journal.identity.peer
        return Conversation(
            role: role,
            configuration: ConversationConfiguration(
                greeting: Greeting(
                    cluster: "model", peer: peer, incarnation: peer.rawValue, name: "\(peer)",
                    advertised: NetworkAddress(host: "", port: 9000), challenge: UInt128(number),
                    predecessors: node.journal.identity.predecessors)))
    }

    /// Streams `count` records, or those that are left and the closing. Returns their dots in order.
    func stream(_ count: Int) throws -> [Dot] {
        guard self.isFetching, var cursor = self.cursor else { throw ReplayError.unexpected("no records are wanted") }
        var writer = ByteWriter()
        var closing: Closing?
        let before = cursor.visited
        while closing == nil, cursor.visited - before < count {
            // One byte is less than any record, so that each call brings one.
            switch try self.sender.journal.readTail(&cursor, maximumBytes: 1, into: &writer) {
            case .more: break
            case .finished(let context): closing = self.closing(of: self.sender, context)
            case .floorMoved:
                self.outcome = .floorMoved
                return []
            }
        }
        self.cursor = cursor
        self.isFetching = false
        let records = EncodedRecords(writer.bytes, count: cursor.visited - before, isSnapshot: cursor.isSnapshot)
        self.add(self.sending.batchReady(records, closing: closing, at: self.now), of: .sender)
        try self.run()
        return try Self.dots(in: records)
    }

    private static func dots(in records: EncodedRecords) throws -> [Dot] {
        var dots: [Dot] = []
        try records.forEachRecord { range in
            var reader = ByteReader(records.bytes, range)
            dots.append(try reader.readRecordLayout().head.dot)
        }
        return dots
    }

    private func closing(of node: ReplayNode, _ context: CausalContext) -> Closing {
        let own = node.journal.syncedOwn
        return Closing(
            context: context, floor: node.journal.syncedFloor,
            lastOwn: LastOwnRecord(sequence: own.sequence, checksum: own.checksum))
    }

    private func digest(of node: ReplayNode) -> Digest {
        let own = node.journal.syncedOwn
        let (high, low) = node.journal.syncedLiveHash
        return Digest(
            context: node.journal.syncedContext, floor: node.journal.syncedFloor,
            lastOwn: LastOwnRecord(sequence: own.sequence, checksum: own.checksum),
            liveHash: UInt128(high) << 64 | UInt128(low), timestamp: node.journal.latestTimestamp)
    }

    private func add(_ actions: [Conversation.Action], of side: Side) {
        for action in actions { self.queue.append((side, action)) }
    }

    /// Carries out what is asked for until both sides wait.
    private func run() throws {
        var held: [EncodedRecords] = []
        while true {
            if !self.queue.isEmpty {
                let (side, action) = self.queue.removeFirst()
                if side == .receiver, case .ingest(let records) = action {
                    held.append(records)
                } else {
                    try self.carryOut(action, of: side)
                }
            } else if !held.isEmpty {
                let records = held.removeFirst()
                try self.ingest(records)
                self.add(self.receiving.ingested(byteCount: records.byteCount, at: self.now), of: .receiver)
            } else {
                return
            }
        }
    }

    private func carryOut(_ action: Conversation.Action, of side: Side) throws {
        switch (action, side) {
        case (.send(let message), .receiver):
            self.add(self.sending.receive(message, at: self.now), of: .sender)
        case (.send(let message), .sender):
            self.add(self.receiving.receive(message, at: self.now), of: .receiver)
        case (.openRound, .receiver):
            self.add(self.receiving.digestReady(self.digest(of: self.receiver), at: self.now), of: .receiver)
        case (.openRound, .sender):
            self.add(self.sending.digestReady(self.digest(of: self.sender), at: self.now), of: .sender)
        case (.beginStream(let context, let isSnapshot), .sender):
            self.isSnapshot = isSnapshot
            self.cursor = self.sender.journal.tailCursor(after: context, isSnapshot: isSnapshot)
        case (.fetch, .sender):
            self.isFetching = true
        case (.fetch, .receiver):
            // The way back: nothing but a closing, which the sender's side then need not join.
            let closing = self.closing(of: self.receiver, self.receiver.journal.syncedContext)
            self.add(self.receiving.batchReady(.none, closing: closing, at: self.now), of: .receiver)
        case (.join(let closing), .receiver):
            try self.receiver.join(
                closing.context, snapshotFloor: closing.isSnapshot ? closing.floor : nil, streamed: self.streamed)
            self.outcome = .joined
        case (.finish(let outcome), _):
            try self.finish(outcome.ending)
        case (.ingest, _), (.beginStream, .receiver), (.join, .sender), (.sendPreamble, _), (.liftFrameLimit, _),
            (.learned, _), (.learnedDigest, _), (.learnedContext, _), (.learnedMembership, _),
            (.learnedLeadership, _), (.setDeadline, _):
            break
        }
    }

    private func ingest(_ records: EncodedRecords) throws {
        var slices: [ArraySlice<UInt8>] = []
        records.forEachRecord { slices.append(records.bytes[$0]) }
        for dot in try self.receiver.receive(slices) { self.streamed.insert(dot) }
    }

    private func finish(_ ending: ConversationOutcome.Ending) throws {
        switch ending {
        case .floorMoved: self.outcome = .floorMoved
        case .parted where self.outcome != nil: break
        case .parted:
            // The sender's goodbye in place of a closing; its own side says why.
            self.outcome = .floorMoved
        case .stopped, .refused, .refusing, .lost, .handshakeTimeout, .silence:
            throw ReplayError.unexpected("a conversation ended: \(ending)")
        }
    }
}
