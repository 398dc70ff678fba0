import AntiEntropy
import Causality
import Platform
import Testing

@Suite struct ConversationTests {
    @Test func `equal nodes exchange digests and part after lingering`() throws {
        let pair = ConversationPair()
        try pair.open()
        try pair.advance(.seconds(1))
        #expect(
            pair.text == """
                a > greeting a
                b > greeting b
                b > digest 1 {}
                a > digest 1 {}
                b > closing {}
                a > closing {}
                b joins
                b > settled {}
                a joins
                a > settled {}
                a > goodbye
                b > goodbye
                b ends: parted
                a ends: parted
                """)
        #expect(pair.sides[0].outcome?.rounds == 1)
        #expect(pair.sides[0].outcome?.hasNews == false)
        #expect(pair.sides[0].outcome?.duration == .seconds(1))
    }

    @Test func `one side's writes reach the other`() throws {
        let pair = ConversationPair()
        pair.sides[0].store.write(3)
        try pair.open()
        #expect(
            pair.text == """
                a > greeting a
                b > greeting b
                b > digest 1 {}
                a > digest 1 {1:3}
                b > closing {}
                a > records 3
                a > closing {1:3}
                b > credit
                b joins
                b > settled {1:3}
                a joins
                a > settled {1:3}
                """)
        #expect(pair.sides[1].store.dots == pair.sides[0].store.dots)
        #expect(pair.sides[0].learned == [pair.sides[0].store.context])
    }

    @Test func `both sides' writes cross in one round`() throws {
        let pair = ConversationPair()
        pair.sides[0].store.write(2)
        pair.sides[1].store.write(1)
        try pair.open()
        #expect(pair.sides[0].store.dots == pair.sides[1].store.dots)
        #expect(pair.sides[0].store.context == pair.sides[1].store.context)
        try pair.advance(.seconds(1))
        let outcome = try #require(pair.sides[0].outcome)
        #expect(outcome.isSuccess)
        #expect(outcome.recordsSent == 2)
        #expect(outcome.recordsReceived == 1)
        #expect(outcome.bytesSent == pair.sides[1].outcome?.bytesReceived)
    }

    @Test func `an uncovered floor makes the stream a snapshot`() throws {
        let pair = ConversationPair()
        pair.sides[0].store.write(3)
        pair.sides[1].store.write(1)
        // Collected before the other side ever saw it.
        pair.sides[0].store.collect(2)
        try pair.open()
        #expect(pair.transcript.contains("a streams a snapshot"))
        #expect(pair.transcript.contains("b joins a snapshot"))
        #expect(!pair.transcript.contains("b streams a snapshot"))
        #expect(pair.sides[0].store.dots == pair.sides[1].store.dots)
        #expect(pair.sides[1].store.floor == pair.sides[0].store.floor)
    }

    @Test func `a floor that rises during a tail ends the conversation without a join`() throws {
        let pair = ConversationPair()
        pair.sides[0].store.write(1)
        try pair.open()
        #expect(pair.sides[1].store.context == pair.sides[0].store.context)
        // The second round's digest of a is honest; its closing tells of a floor above what b has seen.
        let now = pair.now
        _ = pair.sides[0].conversation.news(at: now)
        var closing = pair.sides[0].store.closing
        closing.context.insert(Dot(peer: PeerID(rawValue: 1), sequence: 2))
        closing.floor.raise(PeerID(rawValue: 1), to: 2)
        let digest = pair.sides[0].store.digest
        _ = pair.sides[0].conversation.digestReady(digest, at: now)
        var theirs = digest
        theirs.round = 2
        _ = pair.sides[0].conversation.receive(.digest(theirs), at: now)
        let actions = pair.sides[0].conversation.batchReady(.none, closing: closing, at: now)
        #expect(actions.first == .send(.goodbye))
        let end = pair.sides[0].conversation.receive(.goodbye, at: now)
        guard case .finish(let outcome) = end.first else {
            Issue.record("not finished: \(end)")
            return
        }
        #expect(outcome.ending == .floorMoved)
        #expect(outcome.hasNews)
        #expect(!outcome.isSuccess)
    }

    @Test func `news while lingering begins another round on the same connection`() throws {
        let pair = ConversationPair()
        try pair.open()
        pair.clearTranscript()
        try pair.write(1)
        #expect(
            pair.text == """
                b > digest 2 {2:1}
                a > digest 2 {}
                a > closing {}
                b > records 1
                b > closing {2:1}
                b joins
                b > settled {2:1}
                a > credit
                a joins
                a > settled {2:1}
                """)
        pair.clearTranscript()
        try pair.write(0)
        #expect(pair.transcript.first == "a > digest 3 {1:1 2:1}")
        try pair.advance(.milliseconds(999))
        #expect(pair.sides[0].outcome == nil)
        try pair.advance(.milliseconds(1))
        #expect(pair.sides[0].outcome?.rounds == 3)
        #expect(pair.sides[0].store.dots == pair.sides[1].store.dots)
    }

    @Test func `both sides may begin the next round at once`() throws {
        let pair = ConversationPair()
        try pair.open()
        for side in 0...1 {
            pair.sides[side].store.write()
            pair.sides[side].actions += pair.sides[side].conversation.news(at: pair.now)
        }
        try pair.run()
        #expect(pair.sides[0].store.dots == pair.sides[1].store.dots)
        try pair.advance(.seconds(1))
        #expect(pair.sides[0].outcome?.rounds == 2)
        #expect(pair.sides[1].outcome?.isSuccess == true)
    }

    @Test func `news after the closing makes a further round follow at once`() throws {
        let pair = ConversationPair()
        pair.sides[1].holdsJoin = true
        try pair.open()
        pair.clearTranscript()
        try pair.write(0)
        #expect(pair.transcript == [])
        pair.sides[1].holdsJoin = false
        let context = pair.sides[1].store.context
        try pair.tell(1) { $0.joined(context, at: $1) }
        #expect(pair.transcript.prefix(2) == ["b > settled {}", "a > digest 2 {1:1}"])
        #expect(pair.sides[1].store.dots.count == 1)
    }

    @Test func `no further round begins after the last that is allowed`() throws {
        var limits = ConversationLimits()
        limits.rounds = 2
        let pair = ConversationPair(
            ConversationPair.configuration(1, "a", limits: limits), ConversationPair.configuration(2, "b"))
        try pair.open()
        try pair.write(0)
        #expect(pair.sides[0].outcome?.rounds == 2)
        #expect(pair.sides[0].outcome?.isSuccess == true)
        #expect(pair.sides[1].outcome?.isSuccess == true)
    }

    @Test func `a long conversation ends at a round's end`() throws {
        let pair = ConversationPair()
        try pair.open()
        for _ in 0..<700 where pair.sides[0].outcome == nil {
            try pair.advance(.milliseconds(500))
            try pair.write(0)
        }
        #expect(pair.sides[0].outcome?.isSuccess == true)
        #expect(pair.sides[0].outcome?.duration == .seconds(300))
    }

    @Test func `settled is sent only once the join is durable`() throws {
        let pair = ConversationPair()
        pair.sides[0].store.write()
        pair.sides[1].holdsJoin = true
        try pair.open()
        #expect(pair.transcript.contains("b joins"))
        #expect(!pair.transcript.contains { $0.hasPrefix("b > settled") })
        #expect(pair.sides[0].learned.isEmpty)
        let context = pair.sides[1].store.context
        try pair.tell(1) { $0.joined(context, at: $1) }
        #expect(pair.transcript.last == "b > settled {1:1}")
        #expect(pair.sides[0].learned == [context])
    }

    @Test func `stopping says goodbye`() throws {
        let pair = ConversationPair()
        try pair.open()
        try pair.tell(0) { $0.stop(at: $1) }
        #expect(pair.transcript.suffix(4) == ["a > goodbye", "a ends: stopped", "b > goodbye", "b ends: parted"])
        try pair.tell(0) { $0.stop(at: $1) }
        #expect(pair.sides[0].conversation.isFinished)
    }

    @Test func `the lower peer ID's connection is kept by both`() {
        let (low, high) = (PeerID(rawValue: 1), PeerID(rawValue: 2))
        #expect(ConversationRole.kept(own: low, peer: high) == .initiator)
        #expect(ConversationRole.kept(own: high, peer: low) == .acceptor)
    }
}
