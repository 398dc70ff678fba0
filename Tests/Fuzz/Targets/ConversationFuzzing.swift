import AntiEntropy
import ByteCoding
import Causality
import Platform

/// What peers send each other.
enum ConversationFuzzing {
    static let secret = Array("a secret".utf8)

    /// The first byte says what the rest is: bytes of a connection, the script of a peer that a node talks
    /// to, or what befalls the frames between two nodes.
    static func run(_ bytes: [UInt8]) throws {
        var input = FuzzInput(bytes)
        let control = input.byte()
        switch control % 4 {
        case 0: try self.decode(Array(input.rest), expectsPreamble: control & 4 != 0, seed: control >> 3)
        case 1: try PeerScript.run(&input, hasSecret: control & 4 != 0)
        default: try TamperedExchange.run(&input, hasSecret: control & 4 != 0)
        }
    }

    /// Frames are the same however their bytes arrive, and a message that can be read is written the same.
    private static func decode(_ bytes: [UInt8], expectsPreamble: Bool, seed: UInt8) throws {
        let whole = self.frames(in: [bytes], expectsPreamble)
        let pieces = self.frames(in: FuzzInput.pieces(of: bytes, seed: max(seed, 1)), expectsPreamble)
        try FuzzFinding.unless(whole == pieces, "whole \(whole), in pieces \(pieces)")
        // The same bytes as the payload of each kind, so that no checksum stands before the messages.
        for kind in MessageKind.allCases {
            try self.readAndWrite(PeerFrame(kind: kind, partition: 0, payload: bytes))
        }
        for frame in whole.frames { try self.readAndWrite(frame) }
    }

    private struct Frames: Equatable {
        var frames: [PeerFrame] = []
        var error: FrameError?
    }

    private static func frames(in pieces: [[UInt8]], _ expectsPreamble: Bool) -> Frames {
        var decoder = FrameDecoder(expectsPreamble: expectsPreamble)
        var found = Frames()
        for piece in pieces {
            decoder.append(piece.span)
            do throws(FrameError) {
                while let frame = try decoder.next() { found.frames.append(frame) }
            } catch {
                found.error = error
                return found
            }
        }
        return found
    }

    private static func readAndWrite(_ frame: PeerFrame) throws {
        guard let message = try? ConversationMessage(frame) else { return }
        var decoder = FrameDecoder(expectsPreamble: false)
        decoder.liftLimit()
        decoder.append(self.encoded(message).span)
        guard let again = try decoder.next() else { throw FuzzFinding("\(message) is written as no frame") }
        try FuzzFinding.unless(try ConversationMessage(again) == message, "\(message) comes back as another")
        // Only a greeting may hold more than is understood, and a refusal a code that is not.
        switch frame.kind {
        case .greeting, .refusal: return
        case .proof, .digest, .records, .credit, .closing, .settled, .goodbye, .membership, .leadership:
            try FuzzFinding.unless(again.payload == frame.payload, "\(message) is written as other bytes")
        }
    }

    static func encoded(_ message: ConversationMessage) -> [UInt8] {
        var writer = ByteWriter()
        message.encode(partition: 0, into: &writer)
        return writer.bytes
    }

    /// A frame with a right checksum.
    static func encoded(_ frame: PeerFrame) -> [UInt8] {
        var writer = ByteWriter()
        writer.write(UInt32(frame.payload.count))
        writer.write(UInt32(0))
        writer.write(frame.kind.rawValue)
        writer.write(frame.partition)
        writer.write(frame.payload)
        let bytes = writer.bytes
        let checksum = Checksum.crc32c(
            Checksum.crc32c(0, bytes.span.extracting(0..<4)), bytes.span.extracting(8..<bytes.count))
        writer.overwrite(checksum, at: 4)
        return writer.bytes
    }
}
