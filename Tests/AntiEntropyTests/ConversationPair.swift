import AntiEntropy
import ByteCoding
import Causality
import Platform

/// Two conversations joined by a wire of encoded bytes, with a store each, and a transcript of it all.
final class ConversationPair {
    struct Side {
        var conversation: Conversation
        var store: StoreModel
        var actions: [Conversation.Action] = []
        var decoder: FrameDecoder
        var inbox: [UInt8] = []
        var outcome: ConversationOutcome?
        var heard: [MembershipMessage] = []
        var wantsSnapshot = false
        var learned: [CausalContext] = []
        var deadline: Instant?
        /// Answers to these are kept back, to be given by the test.
        var holdsIngest = false
        var holdsJoin = false
        var heldBytes = 0
        var answersDigests: Refusal?
        var isCut = false
    }

    var sides: [Side]
    var now = Instant(nanoseconds: 1_000_000_000)
    private(set) var transcript: [String] = []
    /// Messages that may still be delivered before the connection breaks.
    var messagesLeft = Int.max
    /// When no messages are left, leaves both sides as they are rather than breaking the connection.
    var stopsInsteadOfBreaking = false

    static func configuration(
        _ peer: UInt64, _ name: String, cluster: String = "tour", secret: String? = nil, incarnation: UInt64? = nil,
        limits: ConversationLimits = ConversationLimits()
    ) -> ConversationConfiguration {
        let greeting = Greeting(
            cluster: cluster, peer: PeerID(rawValue: peer), incarnation: incarnation ?? peer, name: name,
            advertised: NetworkAddress(host: "", port: 9000), challenge: UInt128(peer) << 64 | 99)
        return ConversationConfiguration(greeting: greeting, secret: secret.map { Array($0.utf8) }, limits: limits)
    }

    init(
        _ a: ConversationConfiguration = ConversationPair.configuration(1, "a"),
        _ b: ConversationConfiguration = ConversationPair.configuration(2, "b")
    ) {
        self.sides = [
            Side(
                conversation: Conversation(role: .initiator, configuration: a),
                store: StoreModel(a.greeting.peer.rawValue), decoder: FrameDecoder(expectsPreamble: false)),
            Side(
                conversation: Conversation(role: .acceptor, configuration: b),
                store: StoreModel(b.greeting.peer.rawValue), decoder: FrameDecoder(expectsPreamble: true)),
        ]
    }

    var text: String {
        self.transcript.joined(separator: "\n")
    }

    func clearTranscript() {
        self.transcript = []
    }

    func open() throws {
        for side in 0...1 { self.sides[side].actions += self.sides[side].conversation.opened(at: self.now) }
        try self.run()
    }

    /// Calls one side's conversation and queues what it asks for.
    func tell(_ side: Int, _ input: (inout Conversation, Instant) -> [Conversation.Action]) throws {
        self.sides[side].actions += input(&self.sides[side].conversation, self.now)
        try self.run()
    }

    func write(_ side: Int, _ count: Int = 1) throws {
        self.sides[side].store.write(count)
        try self.tell(side) { $0.news(at: $1) }
    }

    /// Lets time pass, reaching each side's deadline in turn.
    func advance(_ delay: Delay) throws {
        self.now = self.now + delay
        for side in 0...1 {
            guard let deadline = self.sides[side].deadline, deadline <= self.now else { continue }
            self.sides[side].deadline = nil
            self.sides[side].actions += self.sides[side].conversation.deadlineReached(at: self.now)
        }
        try self.run()
    }

    /// Carries out actions and delivers bytes until nothing is left to do.
    func run() throws {
        while true {
            if !self.sides[0].actions.isEmpty {
                try self.carryOut(0)
            } else if !self.sides[1].actions.isEmpty {
                try self.carryOut(1)
            } else if try !self.deliver(to: 1), try !self.deliver(to: 0) {
                return
            }
        }
    }

    private func deliver(to side: Int) throws -> Bool {
        if !self.sides[side].inbox.isEmpty {
            let heard = self.sides[side].inbox
            self.sides[side].decoder.append(heard.span)
            self.sides[side].inbox = []
        }
        guard !self.sides[side].isCut else { return false }
        do throws(FrameError) {
            if self.messagesLeft == 0, self.stopsInsteadOfBreaking { return false }
            guard let frame = try self.sides[side].decoder.next() else { return false }
            guard self.messagesLeft > 0 else {
                self.breakConnection()
                return true
            }
            self.messagesLeft -= 1
            self.sides[side].actions += self.sides[side].conversation.receive(frame, at: self.now)
        } catch {
            self.sides[side].actions += self.sides[side].conversation.receive(error, at: self.now)
        }
        return true
    }

    func breakConnection() {
        for side in 0...1 {
            self.sides[side].isCut = true
            self.sides[side].actions += self.sides[side].conversation.closedByPeer(at: self.now)
        }
    }

    /// Begins anew with the same stores.
    func reconnect() {
        for side in 0...1 {
            let old = self.sides[side].conversation
            let conversation = Conversation(role: old.role, configuration: old.configuration)
            var store = self.sides[side].store
            store.streamed = []
            self.sides[side] = Side(
                conversation: conversation, store: store, decoder: FrameDecoder(expectsPreamble: side == 1))
        }
        self.messagesLeft = .max
    }

    private func carryOut(_ side: Int) throws {
        let action = self.sides[side].actions.removeFirst()
        self.note(action, of: side)
        var answer: [Conversation.Action] = []
        switch action {
        case .sendPreamble: self.sides[1 - side].inbox += MessageFormat.preamble
        case .send(let message):
            var writer = ByteWriter()
            message.encode(partition: 0, into: &writer)
            self.sides[1 - side].inbox += writer.bytes
        case .liftFrameLimit: self.sides[side].decoder.liftLimit()
        case .learned: break
        case .openRound:
            let digest = self.sides[side].store.digest
            answer = self.sides[side].conversation.digestReady(
                digest, wantsSnapshot: self.sides[side].wantsSnapshot, at: self.now)
        case .learnedDigest:
            if let refusal = self.sides[side].answersDigests {
                answer = self.sides[side].conversation.refuse(refusal, at: self.now)
            }
        case .beginStream(let context, let snapshot):
            self.sides[side].store.beginStream(missingFrom: context, snapshot: snapshot)
        case .fetch(let maximumBytes):
            let (records, closing) = self.sides[side].store.fetch(maximumBytes: maximumBytes)
            answer = self.sides[side].conversation.batchReady(records, closing: closing, at: self.now)
        case .ingest(let records):
            try self.sides[side].store.ingest(records)
            if self.sides[side].holdsIngest {
                self.sides[side].heldBytes += records.byteCount
            } else {
                answer = self.sides[side].conversation.ingested(byteCount: records.byteCount, at: self.now)
            }
        case .join(let closing):
            self.sides[side].store.join(closing)
            if !self.sides[side].holdsJoin {
                answer = self.sides[side].conversation.joined(self.sides[side].store.context, at: self.now)
            }
        case .learnedContext(let context): self.sides[side].learned.append(context)
        case .learnedMembership(let message): self.sides[side].heard.append(message)
        case .learnedLeadership: break
        case .setDeadline(let deadline): self.sides[side].deadline = deadline
        case .finish(let outcome):
            self.sides[side].outcome = outcome
            self.sides[1 - side].actions += self.closeAfterDelivery(1 - side)
        }
        self.sides[side].actions += answer
    }

    /// The other side reads what was sent before the connection was closed, then sees the end.
    private func closeAfterDelivery(_ side: Int) -> [Conversation.Action] {
        var actions: [Conversation.Action] = []
        let heard = self.sides[side].inbox
        self.sides[side].decoder.append(heard.span)
        self.sides[side].inbox = []
        while !self.sides[side].isCut, let frame = try? self.sides[side].decoder.next() {
            actions += self.sides[side].conversation.receive(frame, at: self.now)
        }
        self.sides[side].isCut = true
        return actions + self.sides[side].conversation.closedByPeer(at: self.now)
    }

    private func note(_ action: Conversation.Action, of side: Int) {
        let name = side == 0 ? "a" : "b"
        switch action {
        case .send(let message): self.transcript.append("\(name) > \(self.describe(message))")
        case .beginStream(_, let snapshot): if snapshot { self.transcript.append("\(name) streams a snapshot") }
        case .join(let closing): self.transcript.append("\(name) joins\(closing.isSnapshot ? " a snapshot" : "")")
        case .finish(let outcome): self.transcript.append("\(name) ends: \(self.describe(outcome.ending))")
        case .sendPreamble, .liftFrameLimit, .learned, .openRound, .learnedDigest, .fetch, .ingest, .learnedContext,
            .learnedMembership, .learnedLeadership, .setDeadline:
            break
        }
    }

    private func describe(_ context: CausalContext) -> String {
        "{" + context.entries.map { "\($0.peer.rawValue):\($0.sequences.highest)" }.joined(separator: " ") + "}"
    }

    private func describe(_ message: ConversationMessage) -> String {
        switch message {
        case .greeting(let greeting): "greeting \(greeting.name)"
        case .proof: "proof"
        case .digest(let digest): "digest \(digest.round) \(self.describe(digest.context))"
        case .records(let records): "records \(records.count)"
        case .credit: "credit"
        case .closing(let closing): "closing \(self.describe(closing.context))"
        case .settled(let context): "settled \(self.describe(context))"
        case .goodbye: "goodbye"
        case .refusal(let refusal): "refusal \(refusal.code)"
        case .membership(.snapshotWanted): "snapshot wanted"
        case .membership: "membership"
        case .leadership(let bytes): "leadership \(bytes)"
        }
    }

    private func describe(_ ending: ConversationOutcome.Ending) -> String {
        switch ending {
        case .refused(let refusal): "refused \(refusal.code)"
        case .refusing(let refusal): "refusing \(refusal.code)"
        case .parted, .stopped, .lost, .handshakeTimeout, .silence, .floorMoved: "\(ending)"
        }
    }
}
