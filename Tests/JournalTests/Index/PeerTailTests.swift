import Causality
import Journal
import TestSupport
import Testing

/// One peer's records by sequence, as the index lists them.
struct PeerTailTests {
    enum Arrival: CaseIterable {
        case ascending, descending, random, sparse
    }

    @Test(arguments: Arrival.allCases, 1...3 as ClosedRange<UInt64>)
    func `a tail lists exactly the live sequences, whatever the order of arrival`(arrival: Arrival, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var sequences = (1...2500).map { UInt64($0) }
        switch arrival {
        case .ascending: break
        case .descending: sequences.reverse()
        case .random: sequences.shuffle(using: &random)
        case .sparse:
            sequences = sequences.map { $0 << UInt64(random.below(40)) }
            sequences = Set(sequences).sorted()
            sequences.shuffle(using: &random)
        }
        let index = LiveIndex(hashSeed: seed)
        let peer = PeerID(rawValue: 6)
        var live: Set<UInt64> = []
        for sequence in sequences {
            index.insert(sampleRecord(peer: 6, sequence: sequence), key: [UInt8(truncatingIfNeeded: sequence % 200)])
            live.insert(sequence)
            // Most are taken out again, so that runs shrink and join.
            if random.chance(70), let found = index.nextTail(of: peer, atOrAfter: sequence / 2) {
                index.remove(Dot(peer: peer, sequence: found.sequence), from: found.slot)
                live.remove(found.sequence)
            }
        }
        let sorted = live.sorted()
        for _ in 0..<20 {
            let ends = [sequences[random.below(sequences.count)], sequences[random.below(sequences.count)]].sorted()
            var found: [UInt64] = []
            index.forEachTail(of: peer, in: ends[0]...ends[1]) { sequence, slot in
                #expect(index.record(Dot(peer: peer, sequence: sequence), in: slot) != nil)
                found.append(sequence)
                return true
            }
            #expect(found == sorted.filter { $0 >= ends[0] && $0 <= ends[1] })
            #expect(index.nextTail(of: peer, atOrAfter: ends[0])?.sequence == sorted.first { $0 >= ends[0] })
        }
    }
}
