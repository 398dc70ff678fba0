import ByteCoding
import Causality
import DataModel
import TestSupport
import Testing

struct ContextCodingTests {
    private static func encoded(_ context: CausalContext) -> [UInt8] {
        var writer = ByteWriter()
        writer.write(context)
        return writer.bytes
    }

    private static func encoded(_ vector: VersionVector) -> [UInt8] {
        var writer = ByteWriter()
        writer.write(vector)
        return writer.bytes
    }

    private static func context(_ bytes: [UInt8]) throws(DecodingError) -> CausalContext {
        var reader = ByteReader(bytes)
        let context = try reader.readContext()
        try reader.finish()
        return context
    }

    private static func vector(_ bytes: [UInt8]) throws(DecodingError) -> VersionVector {
        var reader = ByteReader(bytes)
        let vector = try reader.readVector()
        try reader.finish()
        return vector
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `contexts and vectors are read back, and every truncation is refused`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let context = RandomRecords.context(&generator)
        let bytes = Self.encoded(context)
        #expect(try Self.context(bytes) == context)
        let vectorBytes = Self.encoded(context.vector)
        #expect(try Self.vector(vectorBytes) == context.vector)
        for length in 0..<bytes.count {
            #expect(throws: DecodingError.truncated) { try Self.context(Array(bytes[..<length])) }
        }
        for length in 0..<vectorBytes.count {
            #expect(throws: DecodingError.truncated) { try Self.vector(Array(vectorBytes[..<length])) }
        }
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `flipped bits are refused or make another canonical value`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let context = RandomRecords.context(&generator)
        let bytes = Self.encoded(context)
        for bit in 0..<(8 * bytes.count) {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            if let other = try? Self.context(flipped) { #expect(Self.encoded(other) == flipped) }
        }
        let vectorBytes = Self.encoded(context.vector)
        for bit in 0..<(8 * vectorBytes.count) {
            var flipped = vectorBytes
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            if let other = try? Self.vector(flipped) { #expect(Self.encoded(other) == flipped) }
        }
    }

    /// A context of one peer, 0, from its varints.
    private static func onePeer(_ contiguous: UInt64, _ ranges: [(gap: UInt64, extent: UInt64)]) -> [UInt8] {
        var writer = ByteWriter([1])
        writer.write(0 as UInt64)
        writer.writeVarint(contiguous)
        writer.writeCount(ranges.count)
        for range in ranges {
            writer.writeVarint(range.gap)
            writer.writeVarint(range.extent)
        }
        return writer.bytes
    }

    @Test func `another form of a context is refused`() throws {
        #expect(try Self.context(Self.onePeer(3, [(2, 0)])).entries[0].sequences.ranges == [1...3, 5...5])
        let refused = [
            Self.onePeer(0, []), Self.onePeer(3, [(1, 0)]), Self.onePeer(3, [(0, 0)]), Self.onePeer(.max, []),
            Self.onePeer(.max - 1, [(2, 0)]), Self.onePeer(1, [(2, .max)]), Self.onePeer(1, [(.max - 1, 0)]),
            Self.onePeer(1, [(2, 0), (.max, 0)]),
        ]
        for bytes in refused {
            #expect(throws: DecodingError.malformed) { try Self.context(bytes) }
        }
        // Two peers out of order, and one peer twice.
        let peer = [UInt8](repeating: 0, count: 8)
        for first in [1, 2] as [UInt8] {
            let bytes = [2, first] + peer[1...] + [1, 0, 1] + peer[1...] + [1, 0]
            #expect(throws: DecodingError.malformed) { try Self.context(bytes) }
            let vector = [2, first] + peer[1...] + [1, 1] + peer[1...] + [1]
            #expect(throws: DecodingError.malformed) { try Self.vector(vector) }
        }
        #expect(throws: DecodingError.malformed) { try Self.vector([1] + peer + [0]) }
    }

    @Test func `contexts and vectors have bounds`() throws {
        var writer = ByteWriter()
        writer.writeCount(DataLimits.contextPeers + 1)
        #expect(throws: DecodingError.tooLarge) { try Self.context(writer.bytes) }
        #expect(throws: DecodingError.tooLarge) { try Self.vector(writer.bytes) }
        var set = SequenceSet()
        for step in 1...UInt64(DataLimits.contextRanges) { set.insert(3 * step) }
        var context = CausalContext()
        for range in set.ranges { context.insert(range, of: PeerID(rawValue: 1)) }
        #expect(try Self.context(Self.encoded(context)) == context)
        context.insert(Dot(peer: PeerID(rawValue: 2), sequence: 9))
        #expect(throws: DecodingError.tooLarge) { try Self.context(Self.encoded(context)) }
    }

    @Test func `the largest context that is read has room in its bound`() {
        // Per peer an identity and two numbers, per range two more; a number takes ten bytes at most.
        let largest = 3 + DataLimits.contextPeers * (8 + 10 + 3) + DataLimits.contextRanges * (10 + 10)
        #expect(largest <= DataLimits.contextLength)
    }
}
