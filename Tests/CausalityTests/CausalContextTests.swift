import Causality
import TestSupport
import Testing

struct CausalContextTests {
    @Test(arguments: 0..<300 as Range<UInt64>)
    func `a context holds what a plain set of dots would hold`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let (context, oracle) = RandomDots.context(&generator)
        #expect(Self.dots(of: context) == oracle)
        #expect(context.isEmpty == oracle.isEmpty)
        #expect(context == CausalContext(oracle.sorted().shuffled(using: &generator)))
        #expect(context.entries.map(\.peer) == Set(oracle.map(\.peer)).sorted())
        for peer in RandomDots.peers {
            for sequence in 0...16 as ClosedRange<UInt64> {
                let dot = Dot(peer: peer, sequence: sequence)
                #expect(context.contains(dot) == oracle.contains(dot))
            }
        }
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `two contexts join, meet and differ as plain sets do`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let (left, leftOracle) = RandomDots.context(&generator)
        let (right, rightOracle) = RandomDots.context(&generator)
        #expect(Self.dots(of: left.union(right)) == leftOracle.union(rightOracle))
        #expect(left.union(right) == CausalContext(leftOracle.union(rightOracle).sorted()))
        #expect(left.intersection(right) == CausalContext(leftOracle.intersection(rightOracle).sorted()))
        #expect(left.isSuperset(of: right) == leftOracle.isSuperset(of: rightOracle))
        let missing = leftOracle.subtracting(rightOracle)
        let ranges = left.subtracting(right)
        let listed = ranges.flatMap { peer, ranges in
            ranges.flatMap { $0.map { Dot(peer: peer, sequence: $0) } }
        }
        #expect(listed == missing.sorted())
        #expect(ranges.allSatisfy { !$0.ranges.isEmpty })
        #expect(left.count(missingFrom: right) == UInt64(missing.count))
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `joining is commutative, associative, idempotent and only grows`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let a = RandomDots.context(&generator).context
        let b = RandomDots.context(&generator).context
        let c = RandomDots.context(&generator).context
        #expect(a.union(b) == b.union(a))
        #expect(a.union(b).union(c) == a.union(b.union(c)))
        #expect(a.union(a) == a)
        #expect(a.union(CausalContext()) == a)
        #expect(a.union(b).isSuperset(of: a) && a.union(b).isSuperset(of: b))
        #expect(a.isSuperset(of: a.intersection(b)))
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `the vector is what is held without a gap`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let (context, oracle) = RandomDots.context(&generator)
        for peer in RandomDots.peers {
            let contiguous = (0...20).first { !oracle.contains(Dot(peer: peer, sequence: $0 + 1)) }
            #expect(context.vector[peer] == contiguous)
            #expect(context[peer].contiguous == contiguous)
        }
        #expect(context.covers(context.vector))
        #expect(context.isSuperset(of: CausalContext(context.vector)))
        var beyond = context.vector
        let peer = RandomDots.peers[Int(seed) % RandomDots.peers.count]
        beyond.raise(peer, to: context.vector[peer] + 1)
        #expect(!context.covers(beyond))
    }

    @Test func `sequence zero makes no entry`() {
        var context = CausalContext()
        context.insert(Dot(peer: PeerID(rawValue: 1), sequence: 0))
        context.insert(0...0, of: PeerID(rawValue: 2))
        #expect(context.isEmpty && context == CausalContext())
    }

    @Test func `the count of missing dots stops at the largest number`() {
        let one = PeerID(rawValue: 1)
        let two = PeerID(rawValue: 2)
        var context = CausalContext()
        context.insert(1...(.max), of: one)
        #expect(context.count(missingFrom: CausalContext()) == .max)
        context.insert(1...5, of: two)
        #expect(context.count(missingFrom: CausalContext()) == .max)
        context.insert(Dot(peer: one, sequence: .max))
        #expect(context[one] == SequenceSet(through: .max))
    }

    private static func dots(of context: CausalContext) -> Set<Dot> {
        Set(
            context.entries.flatMap { entry in
                entry.sequences.ranges.flatMap { $0.map { Dot(peer: entry.peer, sequence: $0) } }
            })
    }
}
