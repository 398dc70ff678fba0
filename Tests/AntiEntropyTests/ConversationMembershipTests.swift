import AntiEntropy
import ByteCoding
import Causality
import Platform
import Testing

/// What is said beside rounds about who belongs to the cluster.
@Suite struct ConversationMembershipTests {
    @Test(arguments: MessageSamples.membership)
    func `every word about membership is the same after the wire`(message: MembershipMessage) throws {
        var writer = ByteWriter()
        ConversationMessage.membership(message).encode(partition: 0, into: &writer)
        let payload = Array(writer.bytes.dropFirst(MessageFormat.headerLength))
        let frame = PeerFrame(kind: .membership, partition: 0, payload: payload)
        #expect(try ConversationMessage(frame) == .membership(message))
        for length in payload.indices {
            let cut = PeerFrame(kind: .membership, partition: 0, payload: Array(payload.prefix(length)))
            #expect(throws: DecodingError.self) { try ConversationMessage(cut) }
        }
    }

    @Test func `it is heard within a round and after it, and changes nothing in it`() throws {
        let pair = ConversationPair()
        pair.sides[0].store.write(3)
        try pair.open()
        try pair.tell(1) { $0.tell(.forgetQuery(attempt: 4), at: $1) }
        try pair.tell(0) { $0.news(at: $1) + $0.tell(.forgetEnd(attempt: 4), at: $1) }
        try pair.advance(.seconds(1))
        #expect(pair.sides[0].heard == [.forgetQuery(attempt: 4)])
        #expect(pair.sides[1].heard == [.forgetEnd(attempt: 4)])
        #expect(pair.sides[0].outcome?.ending == .parted)
        #expect(pair.sides[0].outcome?.rounds == 2)
    }

    @Test func `nothing of it is said to a node that speaks only the first version, nor taken from it`() throws {
        var old = ConversationPair.configuration(1, "a").greeting
        old.maximumVersion = 1
        let pair = ConversationPair(ConversationConfiguration(greeting: old))
        pair.sides[1].wantsSnapshot = true
        try pair.open()
        #expect(!pair.sides[0].conversation.speaksOfMembership)
        var conversation = pair.sides[1].conversation
        let words = conversation.tell(.forgetQuery(attempt: 1), at: pair.now)
        #expect(words == [])
        #expect(!pair.text.contains("snapshot"))
        let actions = conversation.receive(.membership(.forgetQuery(attempt: 1)), at: pair.now)
        #expect(actions.contains { if case .finish = $0 { true } else { false } })
    }

    @Test func `who asks for a snapshot gets one though its digest needs none`() throws {
        let pair = ConversationPair()
        pair.sides[0].store.write(3)
        pair.sides[1].store.write(2)
        pair.sides[1].wantsSnapshot = true
        try pair.open()
        #expect(pair.text.contains("b > snapshot wanted"))
        #expect(pair.text.contains("a streams a snapshot"))
        #expect(pair.text.contains("b joins a snapshot"))
        #expect(!pair.text.contains("a joins a snapshot"))
        #expect(pair.sides[0].store.context == pair.sides[1].store.context)
        pair.sides[1].wantsSnapshot = false
        pair.clearTranscript()
        pair.sides[0].store.write(1)
        try pair.tell(0) { $0.news(at: $1) }
        #expect(!pair.text.contains("snapshot"))
        #expect(pair.sides[0].store.context == pair.sides[1].store.context)
    }

    @Test func `it is asked for once a round, and before the digest`() throws {
        let pair = ConversationPair()
        try pair.open()
        var conversation = pair.sides[0].conversation
        let first = conversation.receive(.membership(.snapshotWanted), at: pair.now)
        #expect(first == [])
        let actions = conversation.receive(.membership(.snapshotWanted), at: pair.now)
        #expect(actions.contains { if case .finish = $0 { true } else { false } })
    }
}
