import ByteCoding
package import Platform

/// One exchange over one connection, in which two peers leave with everything either knew before.
///
/// After greetings, and proofs where a secret is set, come rounds. In a round each side opens with a
/// digest, streams the records that the other's digest lacks, closes with its context, and settles
/// the other's closing once it is durable: DESIGN section 3, "Exchange". After a round the two linger;
/// either may open another, so that a busy cluster keeps its connections. A conversation never
/// retries: if it breaks, the records that arrived are kept, nothing is joined, and
/// ``ConversationSchedule`` arranges another.
///
/// Legal transitions:
/// - `idle → greeting` when the connection is there
/// - `greeting → exchanging`, or `→ proving` with a secret, on an acceptable greeting
/// - `proving → exchanging` on the right proof
/// - `exchanging → lingering`, or `→ exchanging` with news, when both streams are settled
/// - `lingering → exchanging` on news or the other side's digest
/// - `lingering → parting` on the deadline; `exchanging → parting` when the floor has moved
/// - any state `→ finished` on a refusal, a deadline, the end of the connection, or a goodbye
///
/// - Invariant: `settled` is sent only after the owner has said that the join is durable, and a join is
///   asked for only after the owner has taken in every record of the stream.
package struct Conversation: Sendable {
    enum State: Sendable {
        case idle
        /// The other side's greeting is awaited.
        case greeting
        /// The other side's proof is awaited.
        case proving
        case exchanging(ConversationRound)
        case lingering(since: Instant)
        /// Goodbye has been said and its answer is awaited.
        case parting(ConversationOutcome.Ending)
        case finished
    }

    /// This side's part in the connection.
    package let role: ConversationRole
    /// What this side was told of itself.
    package let configuration: ConversationConfiguration
    var state = State.idle
    /// The other side's greeting, once it has been accepted; its proof may still be missing.
    package internal(set) var peer: Greeting?
    /// The protocol version that both speak, once the greeting has been accepted.
    package internal(set) var version: UInt16?
    var window: CreditWindow
    /// Whether the connection is kept while it is heard of now and then, whatever else the limits say: leader mode
    /// needs it. The other side SHOULD keep it too.
    package var isKept = false
    var hasNews = false
    /// The other side wants a snapshot in the round that it opens next.
    var peerWantsSnapshot = false
    var rounds: UInt64 = 0
    var recordsSent: UInt64 = 0
    var recordsReceived: UInt64 = 0
    var bytesSent: UInt64 = 0
    var bytesReceived: UInt64 = 0
    var openedAt = Instant(nanoseconds: 0)
    /// When something last moved, here or there.
    var progressAt = Instant(nanoseconds: 0)
    /// The deadline the driver has been given and that has not been reached.
    private var armed: Instant?

    /// A conversation that waits for ``opened(at:)``.
    package init(role: ConversationRole, configuration: ConversationConfiguration) {
        self.role = role
        self.configuration = configuration
        self.window = CreditWindow(size: configuration.limits.window)
    }

    /// Whether nothing more will come of this conversation.
    package var isFinished: Bool {
        switch self.state {
        case .finished: true
        case .idle, .greeting, .proving, .exchanging, .lingering, .parting: false
        }
    }

    /// Whether greetings and proofs are done and a round is under way or could begin.
    package var isEstablished: Bool {
        switch self.state {
        case .exchanging, .lingering: true
        case .idle, .greeting, .proving, .parting, .finished: false
        }
    }

    /// The connection is there.
    package mutating func opened(at now: Instant) -> [Action] {
        switch self.state {
        case .idle:
            self.openedAt = now
            self.progressAt = now
            self.state = .greeting
            let greet: [Action] = [.sendPreamble, .send(.greeting(self.configuration.greeting))]
            return self.armed(self.role == .initiator ? greet : [])
        case .greeting, .proving, .exchanging, .lingering, .parting, .finished:
            return []
        }
    }

    /// A frame has come. Decodes it and takes in what it says.
    package mutating func receive(_ frame: PeerFrame, at now: Instant) -> [Action] {
        guard frame.partition == self.configuration.partition else {
            return self.refuse(Refusal(.limit, "partition \(frame.partition) is not held here"), at: now)
        }
        do throws(DecodingError) {
            return self.receive(try ConversationMessage(frame), at: now)
        } catch {
            return self.refuse(Refusal(.malformed, "a \(frame.kind) cannot be read: \(error)"), at: now)
        }
    }

    /// What came cannot be cut into frames.
    package mutating func receive(_ error: FrameError, at now: Instant) -> [Action] {
        switch error {
        case .tooLarge(let length):
            self.refuse(Refusal(.limit, "a frame of \(length) bytes is too large"), at: now)
        case .preamble, .checksum, .kind:
            self.refuse(Refusal(.malformed, "a frame cannot be read: \(error)"), at: now)
        }
    }

    /// Bytes have come, perhaps only part of a frame: the other side is alive.
    package mutating func heard(at now: Instant) {
        self.progressAt = max(self.progressAt, now)
    }

    /// The other side has said something.
    package mutating func receive(_ message: ConversationMessage, at now: Instant) -> [Action] {
        self.heard(at: now)
        let actions: [Action]
        switch self.state {
        case .idle: actions = self.refuse(.unexpected(message), at: now)
        case .greeting: actions = self.receiveInGreeting(message, at: now)
        case .proving: actions = self.receiveInProving(message, at: now)
        case .exchanging(let round): actions = self.receive(message, in: round, at: now)
        case .lingering: actions = self.receiveInLingering(message, at: now)
        case .parting(let ending): actions = self.receiveInParting(message, ending, at: now)
        case .finished: actions = []
        }
        return self.armed(actions)
    }

    /// The connection is gone.
    package mutating func closedByPeer(at now: Instant) -> [Action] {
        switch self.state {
        case .finished: []
        case .parting(let ending): self.finish(ending, at: now)
        case .idle, .greeting, .proving, .exchanging, .lingering: self.finish(.lost, at: now)
        }
    }

    /// The owner, or this conversation itself, will not go on.
    package mutating func refuse(_ refusal: Refusal, at now: Instant) -> [Action] {
        switch self.state {
        case .finished: return []
        case .parting(let ending): return self.finish(ending, at: now)
        case .idle, .greeting, .proving, .exchanging, .lingering:
            return [.send(.refusal(refusal))] + self.finish(.refusing(refusal), at: now)
        }
    }

    /// This node is stopping.
    package mutating func stop(at now: Instant) -> [Action] {
        switch self.state {
        case .finished: return []
        case .parting, .idle: return self.finish(.stopped, at: now)
        case .greeting, .proving:
            return [.send(.refusal(Refusal(.closing, "the node is stopping")))] + self.finish(.stopped, at: now)
        case .exchanging, .lingering:
            return [.send(.goodbye)] + self.finish(.stopped, at: now)
        }
    }

    /// The time asked for by ``Action/setDeadline(_:)`` has come.
    package mutating func deadlineReached(at now: Instant) -> [Action] {
        self.armed = nil
        guard let deadline = self.deadline, deadline <= now else { return self.armed([]) }
        switch self.state {
        case .greeting, .proving: return self.finish(.handshakeTimeout, at: now)
        case .exchanging: return self.finish(.silence, at: now)
        case .lingering: return self.armed(self.part(.parted, at: now))
        case .parting(let ending): return self.finish(ending, at: now)
        case .idle, .finished: return []
        }
    }

    /// When this conversation wants ``deadlineReached(at:)``; nil if it waits for its owner only.
    package var deadline: Instant? {
        let limits = self.configuration.limits
        switch self.state {
        case .idle, .finished: return nil
        case .greeting, .proving: return self.openedAt + limits.handshake
        case .exchanging(let round):
            return round.awaitsPeer(ingesting: self.window.pending > 0) ? self.progressAt + limits.progress : nil
        case .lingering(let since): return self.isKept ? self.progressAt + limits.kept : since + limits.linger
        case .parting: return self.progressAt + limits.parting
        }
    }

    /// Adds a new deadline if it is earlier than the one the driver has. A later one can wait until that
    /// is reached, which saves setting a timer for each message.
    mutating func armed(_ actions: [Action]) -> [Action] {
        guard let deadline = self.deadline, self.armed.map({ deadline < $0 }) ?? true else { return actions }
        self.armed = deadline
        return actions + [.setDeadline(deadline)]
    }

    /// Says goodbye and waits for the answer, so that the connection is closed when both have read all.
    mutating func part(_ ending: ConversationOutcome.Ending, at now: Instant) -> [Action] {
        self.progressAt = now
        if case .exchanging = self.state { self.hasNews = true }
        self.state = .parting(ending)
        return [.send(.goodbye)]
    }

    mutating func finish(_ ending: ConversationOutcome.Ending, at now: Instant) -> [Action] {
        if case .exchanging = self.state { self.hasNews = true }
        if self.rounds == 0 { self.hasNews = true }
        self.state = .finished
        let outcome = ConversationOutcome(
            ending: ending, rounds: self.rounds, recordsSent: self.recordsSent, recordsReceived: self.recordsReceived,
            bytesSent: self.bytesSent, bytesReceived: self.bytesReceived, duration: now.since(self.openedAt),
            hasNews: self.hasNews)
        return [.finish(outcome)]
    }

    /// Both have said goodbye, or the other's came first and is answered.
    mutating func answerGoodbye(at now: Instant) -> [Action] {
        [.send(.goodbye)] + self.finish(.parted, at: now)
    }

    private mutating func receiveInParting(
        _ message: ConversationMessage, _ ending: ConversationOutcome.Ending, at now: Instant
    ) -> [Action] {
        switch message {
        case .refusal(let refusal) where ending.isRefusing && refusal.code == .forgotten:
            self.finish(.refused(refusal), at: now)
        case .goodbye, .refusal:
            self.finish(ending, at: now)
        case .digest, .greeting, .proof, .records, .credit, .closing, .settled, .membership, .leadership:
            []
        }
    }
}

extension Refusal {
    /// The refusal of a message that does not belong there.
    static func unexpected(_ message: ConversationMessage) -> Refusal {
        Refusal(.malformed, "a \(message.kind) was not expected now")
    }
}
