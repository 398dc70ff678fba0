import ByteCoding
import Causality
import DataModel
import TestSupport
import Testing

struct CounterValueTests {
    private static func dot(_ peer: UInt64, _ sequence: UInt64) -> Dot {
        Dot(peer: PeerID(rawValue: peer), sequence: sequence)
    }

    private static func sibling(_ dot: Dot, _ operation: Operation, _ value: [UInt8]) -> Sibling {
        Sibling(dot: dot, clock: 0, timestamp: HybridTimestamp(rawValue: 0), operation: operation, value: value)
    }

    private static func random(_ generator: inout SeededGenerator) -> CounterValue {
        var counter = CounterValue()
        for _ in 0..<Int.random(in: 0...6, using: &generator) {
            let dot = Self.dot(
                UInt64.random(in: 1...3, using: &generator), UInt64.random(in: 1...3, using: &generator))
            counter.add(Int64.random(in: -100...100, using: &generator), opening: dot, continuing: nil)
        }
        return counter
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `entries are read back, and damage is refused or canonical`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let counter = Self.random(&generator)
        let bytes = counter.encoded
        #expect(try CounterValue(decoding: bytes) == counter)
        for length in 0..<bytes.count {
            #expect(throws: DecodingError.truncated) { try CounterValue(decoding: Array(bytes[..<length])) }
        }
        for bit in 0..<(8 * bytes.count) {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            if let other = try? CounterValue(decoding: flipped) { #expect(other.encoded == flipped) }
        }
        #expect(throws: DecodingError.malformed) { try CounterValue(decoding: bytes + [0]) }
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `joining is commutative and idempotent`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let siblings = (1...3).map { sequence in
            Self.sibling(Self.dot(9, sequence), .count, Self.random(&generator).encoded)
        }
        let joined = CounterValue(joining: siblings)
        #expect(CounterValue(joining: siblings.reversed()) == joined)
        #expect(CounterValue(joining: siblings + siblings) == joined)
        let partly = Self.sibling(Self.dot(9, 4), .count, CounterValue(joining: Array(siblings[..<2])).encoded)
        #expect(CounterValue(joining: [partly, siblings[2]]) == joined)
    }

    @Test func `a plain number counts under its own dot, and anything else as nothing`() {
        var counter = CounterValue()
        counter.add(3, opening: Self.dot(1, 1), continuing: nil)
        let siblings = [
            Self.sibling(Self.dot(1, 2), .put, Array("40".utf8)),
            Self.sibling(Self.dot(1, 3), .put, Array("-1".utf8)),
            Self.sibling(Self.dot(1, 4), .put, Array("forty".utf8)),
            Self.sibling(Self.dot(1, 5), .put, Array("+5".utf8)),
            Self.sibling(Self.dot(1, 6), .count, [0xFF]),
            Self.sibling(Self.dot(1, 1), .count, counter.encoded),
        ]
        let joined = CounterValue(joining: siblings)
        #expect(joined.total == 42 && joined.decimal == Array("42".utf8))
        #expect(joined.entries.map(\.dot.sequence) == [1, 2, 3])
        #expect(joined.holds(Self.dot(1, 2)) && !joined.holds(Self.dot(1, 4)))
    }

    @Test func `an entry is continued or opened`() {
        var counter = CounterValue()
        counter.add(5, opening: Self.dot(1, 1), continuing: nil)
        counter.add(-2, opening: Self.dot(1, 2), continuing: Self.dot(1, 1))
        #expect(counter.entries.map(\.dot) == [Self.dot(1, 1)])
        #expect(counter.entries[0].added == 5 && counter.entries[0].taken == 2)
        counter.add(1, opening: Self.dot(1, 3), continuing: nil)
        #expect(counter.entries.map(\.dot) == [Self.dot(1, 1), Self.dot(1, 3)] && counter.total == 4)
    }

    @Test func `sums stop at the bounds instead of trapping`() {
        var counter = CounterValue()
        for sequence in 1...4 as ClosedRange<UInt64> {
            counter.add(.max, opening: Self.dot(1, 1), continuing: nil)
            counter.add(.max, opening: Self.dot(2, sequence), continuing: nil)
        }
        #expect(counter.entries[0].added == .max)
        #expect(counter.total == .max)
        for sequence in 1...12 as ClosedRange<UInt64> {
            counter.add(.min, opening: Self.dot(3, sequence), continuing: nil)
        }
        #expect(counter.total == .min)
        let least = Self.sibling(Self.dot(1, 1), .put, Array(String(Int64.min).utf8))
        #expect(CounterValue(joining: [least]).total == .min)
    }
}
