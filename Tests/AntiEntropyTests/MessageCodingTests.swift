import AntiEntropy
import ByteCoding
import Causality
import TestSupport
import Testing

@Suite struct MessageCodingTests {
    private static func frame(_ message: ConversationMessage) throws -> PeerFrame {
        var writer = ByteWriter()
        message.encode(partition: 0, into: &writer)
        return PeerFrame(
            kind: message.kind, partition: 0, payload: Array(writer.bytes.dropFirst(MessageFormat.headerLength)))
    }

    @Test func `every kind has a sample`() {
        #expect(MessageSamples.all.map(\.kind) == MessageKind.allCases)
    }

    @Test(arguments: MessageSamples.all) func `a message is the same after the wire`(message: ConversationMessage)
        throws
    {
        #expect(try ConversationMessage(try MessageCodingTests.frame(message)) == message)
    }

    @Test(arguments: MessageSamples.all) func `no truncated message is accepted`(message: ConversationMessage) throws {
        let frame = try MessageCodingTests.frame(message)
        for length in 0..<frame.payload.count {
            var cut = frame
            cut.payload = Array(frame.payload.prefix(length))
            #expect(throws: DecodingError.self) { try ConversationMessage(cut) }
        }
    }

    @Test(arguments: MessageSamples.all)
    func `bytes after the end are refused, but in a greeting`(message: ConversationMessage) throws {
        var frame = try MessageCodingTests.frame(message)
        frame.payload.append(0)
        if frame.kind == .greeting {
            #expect(try ConversationMessage(frame) == message)
        } else {
            #expect(throws: DecodingError.self) { try ConversationMessage(frame) }
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>) func `damaged and random payloads never crash`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for message in MessageSamples.all {
            var frame = try MessageCodingTests.frame(message)
            if seed % 4 == 0 {
                frame.payload = (0..<random.below(60)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            } else {
                for _ in 0...random.below(4) where !frame.payload.isEmpty {
                    let index = random.below(frame.payload.count)
                    frame.payload[index] = random.below(3) == 0 ? 0xFF : UInt8(truncatingIfNeeded: random.next())
                }
            }
            guard let decoded = try? ConversationMessage(frame) else { continue }
            // What is accepted has one meaning: it is the same after the wire again.
            #expect(try ConversationMessage(try MessageCodingTests.frame(decoded)) == decoded)
            if case .settled(var context) = decoded { context.insert(Dot(peer: PeerID(rawValue: 3), sequence: 1)) }
        }
    }

    @Test(arguments: [MessageKind.records, .settled, .digest])
    func `a huge count is refused without being believed`(kind: MessageKind) {
        let huge: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]
        for prefix in 0..<3 {
            let payload = [UInt8](repeating: 0, count: prefix) + huge
            #expect(throws: DecodingError.self) {
                try ConversationMessage(PeerFrame(kind: kind, partition: 0, payload: payload))
            }
        }
    }

    @Test func `a floor may reach beyond what its context covers`() throws {
        var closing = MessageSamples.closing
        closing.floor.raise(PeerID(rawValue: 3), to: 1_000_000)
        #expect(!closing.context.covers(closing.floor))
        #expect(try ConversationMessage(try MessageCodingTests.frame(.closing(closing))) == .closing(closing))
        var digest = MessageSamples.digest
        digest.floor = closing.floor
        #expect(try ConversationMessage(try MessageCodingTests.frame(.digest(digest))) == .digest(digest))
    }

    @Test func `a name with a line break is refused`() throws {
        var greeting = MessageSamples.greeting
        greeting.name = "two\nlines"
        let frame = try MessageCodingTests.frame(.greeting(greeting))
        #expect(throws: DecodingError.malformed) { try ConversationMessage(frame) }
    }

    @Test func `a digest keeps within its bounds, whatever it is given`() throws {
        let names = (0..<300).map { "\($0)" + String(repeating: "x", count: 100) }
        var digest = MessageSamples.digest
        digest = Digest(
            context: digest.context, floor: digest.floor, lastOwn: digest.lastOwn, liveHash: 0,
            timestamp: digest.timestamp, resolvers: names,
            peers: [PeerAnnouncement](repeating: digest.peers[0], count: 100))
        #expect(digest.peers.count == MessageLimits.announcedPeers)
        #expect(digest.resolvers.reduce(0) { $0 + $1.utf8.count } <= MessageLimits.resolverBytes)
        #expect(try ConversationMessage(try MessageCodingTests.frame(.digest(digest))) == .digest(digest))
    }

    @Test func `a refusal's text is cut at its bound`() throws {
        let refusal = Refusal(.other, String(repeating: "é", count: 2000))
        #expect(refusal.text.utf8.count == MessageLimits.refusalText)
        #expect(try ConversationMessage(try MessageCodingTests.frame(.refusal(refusal))) == .refusal(refusal))
    }

    @Test func `the state hash tells states apart and nothing else`() {
        let digest = MessageSamples.digest
        let same = Digest(
            context: digest.context, floor: digest.floor, lastOwn: LastOwnRecord(sequence: 0, checksum: 0),
            liveHash: digest.liveHash, timestamp: digest.timestamp)
        #expect(same.stateHash == digest.stateHash)
        #expect(Digest.stateHash(context: digest.context, liveHash: 1) != digest.stateHash)
        #expect(
            Digest.stateHash(context: CausalContext(), liveHash: digest.liveHash)
                != digest.stateHash)
    }
}
