import AntiEntropy
import Causality
import Platform
import Testing

@Suite struct ConversationFlowTests {
    private static func limits(window: Int, batch: Int) -> ConversationLimits {
        var limits = ConversationLimits()
        limits.window = window
        limits.batch = batch
        return limits
    }

    private static func pair(window: Int, batch: Int) -> ConversationPair {
        let limits = ConversationFlowTests.limits(window: window, batch: batch)
        return ConversationPair(
            ConversationPair.configuration(1, "a", limits: limits),
            ConversationPair.configuration(2, "b", limits: limits))
    }

    @Test func `a sender stops at the window until credit comes`() throws {
        let pair = ConversationFlowTests.pair(window: 4000, batch: 1000)
        pair.sides[0].store.write(300, valueLength: 30)
        pair.sides[1].holdsIngest = true
        try pair.open()
        let held = pair.sides[1].heldBytes
        #expect(held > 2000)
        #expect(held <= 4000)
        #expect(!pair.transcript.contains { $0.hasPrefix("a > closing") })
        pair.sides[1].holdsIngest = false
        try pair.tell(1) { $0.ingested(byteCount: held, at: $1) }
        #expect(pair.sides[1].store.dots.count == 300)
        #expect(pair.transcript.contains("a > closing {1:300}"))
    }

    @Test func `news that the closing still covers needs no further round`() throws {
        let pair = ConversationFlowTests.pair(window: 4000, batch: 1000)
        pair.sides[0].store.write(300, valueLength: 30)
        pair.sides[1].holdsIngest = true
        try pair.open()
        try pair.write(0)
        let held = pair.sides[1].heldBytes
        pair.sides[1].holdsIngest = false
        try pair.tell(1) { $0.ingested(byteCount: held, at: $1) }
        #expect(pair.sides[1].store.dots.count == 301)
        try pair.advance(.seconds(1))
        #expect(pair.sides[0].outcome?.rounds == 1)
        #expect(pair.sides[0].outcome?.hasNews == false)
    }

    @Test func `a record larger than the window travels alone`() throws {
        let pair = ConversationFlowTests.pair(window: 1000, batch: 250)
        pair.sides[0].store.write(5, valueLength: 30)
        pair.sides[0].store.write(1, valueLength: 5000)
        pair.sides[0].store.write(5, valueLength: 30)
        try pair.open()
        #expect(pair.sides[1].store.dots == pair.sides[0].store.dots)
        #expect(pair.sides[1].store.ingestedMessages > 2)
    }

    @Test func `more records than there is credit for are malformed`() throws {
        let pair = ConversationPair(
            ConversationPair.configuration(1, "a"),
            ConversationPair.configuration(2, "b", limits: ConversationFlowTests.limits(window: 1000, batch: 250)))
        pair.sides[0].store.write(300, valueLength: 5000)
        pair.sides[1].holdsIngest = true
        try pair.open()
        #expect(pair.transcript.contains("b > refusal malformed"))
        #expect(pair.sides[0].outcome?.isSuccess == false)
    }

    @Test func `credit that is not owed is malformed`() throws {
        let pair = ConversationPair()
        try pair.open()
        try pair.write(0)
        pair.sides[1].holdsJoin = true
        try pair.write(0)
        try pair.tell(0) { $0.receive(.credit(1), at: $1) }
        #expect(pair.transcript.contains("a > refusal malformed"))
    }

    @Test func `the join waits until every record has been taken in`() throws {
        let pair = ConversationPair()
        pair.sides[0].store.write(3)
        pair.sides[1].holdsIngest = true
        try pair.open()
        #expect(pair.transcript.contains("a > closing {1:3}"))
        #expect(!pair.transcript.contains("b joins"))
        let held = pair.sides[1].heldBytes
        try pair.tell(1) { $0.ingested(byteCount: held, at: $1) }
        #expect(pair.transcript.contains("b joins"))
    }

    /// What a receiver that is at the point of hearing the closing says to each of these.
    @Test func `a closing that does not fit its stream is not joined`() throws {
        let pair = ConversationPair()
        pair.sides[0].store.write(1)
        pair.messagesLeft = 5
        pair.stopsInsteadOfBreaking = true
        try pair.open()
        #expect(pair.transcript.contains("a > records 1"))
        let peer = PeerID(rawValue: 1)
        func answer(_ change: (inout Closing) -> Void) -> [Conversation.Action] {
            var closing = pair.sides[0].store.closing
            closing.recordCount = 1
            change(&closing)
            var conversation = pair.sides[1].conversation
            return conversation.receive(.closing(closing), at: pair.now)
        }
        func isRefused(_ actions: [Conversation.Action]) -> Bool {
            guard case .send(.refusal(let refusal))? = actions.first else { return false }
            return refusal.code == .malformed
        }
        guard case .join? = answer({ _ in }).first else {
            Issue.record("the right closing was not joined")
            return
        }
        #expect(isRefused(answer { $0.recordCount = 2 }))
        #expect(isRefused(answer { $0.isSnapshot = true }))
        #expect(isRefused(answer { $0.context = CausalContext() }))
        let passed = answer {
            $0.context.insert(Dot(peer: peer, sequence: 2))
            $0.floor.raise(peer, to: 2)
        }
        #expect(passed.first == .send(.goodbye))
    }

    @Test(arguments: 0..<13) func `a connection lost after any message joins nothing unproved`(count: Int) throws {
        let pair = ConversationPair(
            ConversationPair.configuration(1, "a", secret: "s"), ConversationPair.configuration(2, "b", secret: "s"))
        pair.sides[0].store.write(2)
        pair.sides[1].store.write(1)
        pair.messagesLeft = count
        try pair.open()
        try pair.advance(.seconds(1))
        for side in 0...1 {
            let store = pair.sides[side].store
            let outcome = try #require(pair.sides[side].outcome)
            #expect(outcome.ending == .lost)
            // What the context claims is there.
            for entry in store.context.entries {
                for sequence in 1...entry.sequences.highest {
                    #expect(store.records[Dot(peer: entry.peer, sequence: sequence)] != nil)
                }
            }
            #expect(outcome.hasNews == (outcome.rounds == 0))
        }
        pair.reconnect()
        try pair.open()
        #expect(pair.sides[0].store.dots.count == 3)
        #expect(pair.sides[1].store.dots == pair.sides[0].store.dots)
    }

    @Test func `a handshake that takes too long ends`() throws {
        let pair = ConversationPair()
        try pair.tell(1) { $0.opened(at: $1) }
        try pair.advance(.milliseconds(4999))
        #expect(pair.sides[1].outcome == nil)
        try pair.advance(.milliseconds(1))
        #expect(pair.sides[1].outcome?.ending == .handshakeTimeout)
    }

    @Test func `trickling bytes do not prolong a handshake`() throws {
        let pair = ConversationPair()
        try pair.tell(1) { $0.opened(at: $1) }
        for _ in 0..<5 {
            pair.sides[1].conversation.heard(at: pair.now)
            try pair.advance(.seconds(1))
        }
        #expect(pair.sides[1].outcome?.ending == .handshakeTimeout)
    }

    @Test func `a peer that falls silent in a round is given up`() throws {
        let pair = ConversationPair()
        pair.sides[0].store.write()
        pair.sides[1].holdsJoin = true
        try pair.open()
        try pair.advance(.seconds(9))
        #expect(pair.sides[0].outcome == nil)
        pair.sides[0].conversation.heard(at: pair.now)
        try pair.advance(.seconds(9))
        #expect(pair.sides[0].outcome == nil)
        try pair.advance(.seconds(1))
        #expect(pair.sides[0].outcome?.ending == .silence)
        #expect(pair.sides[0].outcome?.hasNews == true)
    }

    @Test func `a slow disk of one's own is no reason to give up`() throws {
        let pair = ConversationPair()
        pair.sides[0].store.write()
        pair.sides[1].holdsJoin = true
        try pair.open()
        // Nothing is awaited from the other side: only the join.
        #expect(pair.sides[1].conversation.deadline == nil)
        let context = pair.sides[1].store.context
        pair.now = pair.now + .seconds(20)
        try pair.tell(1) { $0.joined(context, at: $1) }
        #expect(pair.sides[1].store.dots.count == 1)
        #expect(pair.sides[1].outcome == nil)
    }

    @Test func `a goodbye without an answer ends after a while`() throws {
        let pair = ConversationPair()
        try pair.open()
        pair.sides[1].isCut = true
        pair.sides[1].deadline = nil
        try pair.advance(.seconds(1))
        #expect(pair.sides[0].outcome == nil)
        try pair.advance(.seconds(1))
        #expect(pair.sides[0].outcome?.ending == .parted)
    }

    @Test func `news that comes while parting is told in the outcome`() throws {
        let pair = ConversationPair()
        try pair.open()
        pair.sides[1].isCut = true
        pair.sides[1].deadline = nil
        try pair.advance(.seconds(1))
        try pair.write(0)
        try pair.advance(.seconds(1))
        #expect(pair.sides[0].outcome?.hasNews == true)
    }
}
