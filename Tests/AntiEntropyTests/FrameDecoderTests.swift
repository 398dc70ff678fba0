import AntiEntropy
import ByteCoding
import TestSupport
import Testing

@Suite struct FrameDecoderTests {
    private static func frame(_ message: ConversationMessage, partition: UInt16 = 0) -> [UInt8] {
        var writer = ByteWriter()
        message.encode(partition: partition, into: &writer)
        return writer.bytes
    }

    private static func all(_ decoder: inout FrameDecoder) throws -> [PeerFrame] {
        var frames: [PeerFrame] = []
        while let frame = try decoder.next() { frames.append(frame) }
        return frames
    }

    @Test(arguments: [1, 2, 3, 7, 64, 4096])
    func `frames are the same however the bytes arrive`(chunk: Int) throws {
        let messages = MessageSamples.all
        let bytes = MessageFormat.preamble + messages.flatMap { FrameDecoderTests.frame($0, partition: 7) }
        var decoder = FrameDecoder(expectsPreamble: true)
        var frames: [PeerFrame] = []
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            let part = Array(bytes[start..<min(start + chunk, bytes.count)])
            decoder.append(part.span)
            frames += try FrameDecoderTests.all(&decoder)
        }
        #expect(frames.map(\.kind) == messages.map(\.kind))
        #expect(frames.allSatisfy { $0.partition == 7 })
        #expect(decoder.unread == 0)
        for (frame, message) in zip(frames, messages) { #expect(try ConversationMessage(frame) == message) }
    }

    @Test func `a wrong preamble is told at its first wrong byte`() {
        var decoder = FrameDecoder(expectsPreamble: true)
        let start: [UInt8] = [0xF5, UInt8(ascii: "X")]
        decoder.append(start.span)
        #expect(throws: FrameError.preamble) { try decoder.next() }
    }

    @Test func `a length beyond the limit is refused before its payload has come`() throws {
        var header = FrameDecoderTests.frame(.goodbye)
        header[2] = 2
        var decoder = FrameDecoder(expectsPreamble: false)
        decoder.append(header.span)
        #expect(throws: FrameError.tooLarge(length: 2 << 16)) { try decoder.next() }
        #expect(throws: FrameError.tooLarge(length: 2 << 16)) { try decoder.next() }
        decoder.append(header.span)
        #expect(decoder.unread == 0)
        decoder = FrameDecoder(expectsPreamble: false)
        decoder.liftLimit()
        decoder.append(header.span)
        #expect(try decoder.next() == nil)
        header[3] = 0xFF
        decoder = FrameDecoder(expectsPreamble: false)
        decoder.liftLimit()
        decoder.append(header.span)
        #expect(throws: FrameError.self) { try decoder.next() }
    }

    @Test func `every single flipped bit of a frame is found`() throws {
        let bytes = FrameDecoderTests.frame(MessageSamples.all[0], partition: 1)
        for bit in 0..<(bytes.count * 8) {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            var decoder = FrameDecoder(expectsPreamble: false)
            decoder.append(damaged.span)
            // A longer length only waits for more.
            if let frame = try? decoder.next() { Issue.record("bit \(bit) was not found: \(frame.kind)") }
        }
    }

    @Test(arguments: 0..<50 as Range<UInt64>) func `random bytes never crash the decoder`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var decoder = FrameDecoder(expectsPreamble: seed % 2 == 0)
        let preamble = MessageFormat.preamble
        if seed % 2 == 0 { decoder.append(preamble.span) }
        for _ in 0..<20 {
            let part = (0..<random.below(40)).map { _ in UInt8(truncatingIfNeeded: random.next() >> 60) }
            decoder.append(part.span)
            _ = try? FrameDecoderTests.all(&decoder)
        }
        #expect(decoder.unread <= 800)
    }
}
