import Causality
import DataModel
import Journal
import TestSupport
import Testing

struct LiveIndexTests {
    private static func numbered(_ number: Int) -> [UInt8] {
        let digits = Array(String(number).utf8)
        return Array("key:".utf8) + [UInt8](repeating: 0x30, count: 12 - digits.count) + digits
    }

    enum Arrival: CaseIterable {
        case ascending, descending, random, twoStreams
    }

    /// Enough keys for many runs of the order, growth and shrinking of the table, and several blocks of slots.
    @Test(arguments: Arrival.allCases)
    func `many keys stay in order while they come and go`(arrival: Arrival) {
        let count = 6000
        var numbers = Array(0..<count)
        var random = SeededGenerator(seed: 5)
        switch arrival {
        case .ascending: break
        case .descending: numbers.reverse()
        case .random: numbers.shuffle(using: &random)
        case .twoStreams: numbers = (0..<count / 2).flatMap { [$0, $0 + count / 2] }
        }
        let index = LiveIndex(hashSeed: 1)
        for number in numbers {
            index.insert(sampleRecord(peer: 1, sequence: UInt64(number + 1)), key: Self.numbered(number))
        }
        #expect(index.keyCount == count)
        #expect(index.keys() == (0..<count).map(Self.numbered))
        let full = index.approximateBytes
        numbers.shuffle(using: &random)
        for number in numbers where number % 10 != 0 {
            guard let slot = index.find(Self.numbered(number)) else {
                Issue.record("\(number) is not found")
                continue
            }
            index.remove(Dot(peer: PeerID(rawValue: 1), sequence: UInt64(number + 1)), from: slot)
        }
        let left = stride(from: 0, to: count, by: 10).map(Self.numbered)
        #expect(index.keys() == left)
        #expect(index.keys(descending: true) == left.reversed())
        #expect(index.keys(from: .excluding(left[7]), to: .including(left[300])) == Array(left[8...300]))
        #expect(index.approximateBytes < full * 3 / 4)
        var sequences: [UInt64] = []
        index.forEachTail(of: PeerID(rawValue: 1), in: 2001...4000) { sequence, _ in
            sequences.append(sequence)
            return true
        }
        #expect(sequences == stride(from: 2001, through: 4000, by: 10).map { UInt64($0) })
    }

    @Test func `keys of sixty-four kibibytes that differ in the last byte are told apart`() {
        let index = LiveIndex()
        let start = [UInt8](repeating: 0xFF, count: DataLimits.keyLength - 1)
        for byte: UInt8 in [9, 0, 255, 4] {
            index.insert(sampleRecord(peer: 1, sequence: UInt64(byte) + 1), key: start + [byte])
        }
        index.insert(sampleRecord(peer: 1, sequence: 1000), key: start)
        #expect(index.keys().map { $0.count == start.count ? -1 : Int($0[start.count]) } == [-1, 0, 4, 9, 255])
        guard let slot = index.find(start + [4]) else {
            Issue.record("the key is not found")
            return
        }
        #expect(index.withKey(of: slot) { $0.count } == DataLimits.keyLength)
        index.remove(Dot(peer: PeerID(rawValue: 1), sequence: 5), from: slot)
        #expect(index.find(start + [4]) == nil && index.find(start + [9]) != nil)
        #expect(index.keyCount == 4)
    }

    @Test func `the empty key is a key`() {
        let index = LiveIndex()
        let slot = index.insert(sampleRecord(peer: 1, sequence: 1), key: [])
        index.insert(sampleRecord(peer: 1, sequence: 2), key: [0])
        #expect(index.find([]) == slot && index.key(of: slot) == [])
        #expect(index.keys() == [[], [0]])
        #expect(index.keys(from: .excluding([])) == [[0]])
        #expect(index.keys(to: .excluding([])) == [])
    }

    @Test func `numbers of any size come back as they were`() {
        let index = LiveIndex()
        let peers: [UInt64] = [0, 1, .max]
        let sequences: [UInt64] = [1, 1 << 47, (1 << 48) - 1, 1 << 48, .max]
        for (count, sequence) in sequences.enumerated() {
            for peer in peers {
                var record = sampleRecord(peer: peer, sequence: sequence, lsn: sequence, clock: sequence)
                record.recordLength = .max
                record.valueLength = .max
                record.checksum = .max
                let key = [UInt8(count), UInt8(truncatingIfNeeded: peer)]
                let slot = index.insert(record, key: key)
                #expect(index.first(of: slot) == record && index.records(of: slot) == [record])
                #expect(index.find(record.dot)?.record == record)
            }
        }
        #expect(index.tailPeers == peers.map { PeerID(rawValue: $0) })
        #expect(index.nextTail(of: PeerID(rawValue: 1), atOrAfter: (1 << 48) + 1)?.sequence == .max)
    }

    @Test func `records of more peers than a slot can number are kept as well`() {
        let index = LiveIndex()
        let count = 65_540
        for peer in 1...count {
            index.insert(
                sampleRecord(peer: UInt64(peer), sequence: 1), key: [UInt8(peer & 255), UInt8(peer >> 8 & 255)])
        }
        for peer in [1, 65_535, 65_536, 65_537, count] {
            let record = sampleRecord(peer: UInt64(peer), sequence: 1)
            #expect(index.find(record.dot)?.record == record)
        }
        #expect(index.recordCount == count && index.conflictCount == count - 65_536)
    }

    @Test func `a walk by slot numbers meets every key that stays, whatever comes and goes`() {
        let index = LiveIndex()
        for number in 0..<500 {
            index.insert(sampleRecord(peer: 1, sequence: UInt64(number + 1)), key: Self.numbered(number))
        }
        var met: Set<[UInt8]> = []
        var next: UInt32 = 0
        var sequence: UInt64 = 1000
        while let slot = index.nextSlot(atOrAfter: next) {
            met.insert(index.key(of: slot))
            next = slot.rawValue + 1
            // Odd keys come and go; even keys are only overwritten.
            sequence += 2
            let number = Int(sequence * 7 % 500)
            index.insert(sampleRecord(peer: 1, sequence: sequence), key: Self.numbered(number))
            if let slot = index.find(Self.numbered(number)) {
                for record in index.records(of: slot) where number % 2 == 1 || record.dot.sequence != sequence {
                    index.remove(record.dot, from: slot)
                }
            }
        }
        for number in stride(from: 0, to: 500, by: 2) { #expect(met.contains(Self.numbered(number))) }
        #expect(index.slotEnd >= 500)
    }

    @Test func `the live hash names the set, not the way to it`() {
        let one = LiveIndex(hashSeed: 1)
        let two = LiveIndex(hashSeed: 2)
        for sequence in 1...50 as ClosedRange<UInt64> {
            one.insert(sampleRecord(peer: 1, sequence: sequence), key: [UInt8(sequence)])
        }
        for sequence in stride(from: 60, through: 1, by: -1) as StrideThrough<UInt64> {
            two.insert(sampleRecord(peer: 1, sequence: sequence), key: [UInt8(sequence)])
        }
        #expect(one.liveHash != two.liveHash)
        for sequence in 51...60 as ClosedRange<UInt64> {
            guard let found = two.find(Dot(peer: PeerID(rawValue: 1), sequence: sequence)) else { continue }
            two.retire(found.record.dot, from: found.slot, until: 1)
        }
        #expect(one.liveHash == two.liveHash)
        var other = sampleRecord(peer: 1, sequence: 50)
        other.checksum ^= 1
        two.insert(other, key: [50])
        #expect(one.liveHash.0 != two.liveHash.0 && one.liveHash.1 != two.liveHash.1)
    }

    /// The sums are compared between nodes of different versions: this test must never need a new number.
    @Test func `the live hash of one record is what it always was`() {
        let index = LiveIndex()
        var record = sampleRecord(peer: 0x0123_4567_89AB_CDEF, sequence: 42)
        record.checksum = 0xDEAD_BEEF
        index.insert(record, key: [1])
        #expect(index.liveHash == (1_302_587_197_428_485_976, 5_210_564_828_450_474_528))
    }
}
