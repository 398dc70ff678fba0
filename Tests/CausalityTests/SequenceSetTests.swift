import Causality
import TestSupport
import Testing

struct SequenceSetTests {
    /// A random set of small sequences, built by singles and ranges in random order, and its oracle.
    private static func random(
        _ generator: inout SeededGenerator, below limit: UInt64 = 40
    ) -> (set: SequenceSet, oracle: Set<UInt64>) {
        var set = SequenceSet()
        var oracle: Set<UInt64> = []
        for _ in 0..<Int.random(in: 0...12, using: &generator) {
            let lower = UInt64.random(in: 0..<limit, using: &generator)
            if Bool.random(using: &generator) {
                set.insert(lower)
                oracle.insert(lower)
            } else {
                let upper = lower + UInt64.random(in: 0...6, using: &generator)
                set.insert(lower...upper)
                oracle.formUnion(lower...upper)
            }
        }
        oracle.remove(0)
        return (set, oracle)
    }

    private static func members(of ranges: [ClosedRange<UInt64>]) -> Set<UInt64> {
        Set(ranges.flatMap { Array($0) })
    }

    /// The one representation that the invariant allows for these members.
    private static func canonical(_ members: Set<UInt64>) -> [ClosedRange<UInt64>] {
        var ranges: [ClosedRange<UInt64>] = []
        for member in members.sorted() {
            if let last = ranges.last, last.upperBound + 1 == member {
                ranges[ranges.count - 1] = last.lowerBound...member
            } else {
                ranges.append(member...member)
            }
        }
        return ranges
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `a set holds what a plain set would hold`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let (set, oracle) = Self.random(&generator)
        #expect(set.ranges == Self.canonical(oracle))
        #expect(set.isEmpty == oracle.isEmpty)
        #expect(set.highest == oracle.max() ?? 0)
        #expect(set.contiguous == (0...50).first { !oracle.contains($0 + 1) })
        #expect(set.detached.first.map { $0.lowerBound > set.contiguous + 1 } ?? true)
        for sequence in 0...50 as ClosedRange<UInt64> {
            #expect(set.contains(sequence) == oracle.contains(sequence))
            let upper = sequence + UInt64.random(in: 0...5, using: &generator)
            #expect(set.contains(sequence...upper) == (sequence...upper).allSatisfy(oracle.contains))
        }
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `two sets join, meet and differ as plain sets do`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let (left, leftOracle) = Self.random(&generator)
        let (right, rightOracle) = Self.random(&generator)
        var union = left
        union.formUnion(right)
        #expect(union.ranges == Self.canonical(leftOracle.union(rightOracle)))
        #expect(left.intersection(right).ranges == Self.canonical(leftOracle.intersection(rightOracle)))
        #expect(left.subtracting(right) == Self.canonical(leftOracle.subtracting(rightOracle)))
        #expect(left.isSuperset(of: right) == leftOracle.isSuperset(of: rightOracle))
        #expect(union.isSuperset(of: left) && union.isSuperset(of: right))
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `the order of insertion leaves no trace`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let (set, oracle) = Self.random(&generator)
        var shuffled = SequenceSet()
        for member in oracle.sorted().shuffled(using: &generator) { shuffled.insert(member) }
        #expect(shuffled == set)
        #expect(shuffled.hashValue == set.hashValue)
        var byRanges = SequenceSet()
        for range in set.ranges.shuffled(using: &generator) { byRanges.insert(range) }
        #expect(byRanges == set)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `joining is commutative, associative, idempotent and only grows`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let a = Self.random(&generator).set
        let b = Self.random(&generator).set
        let c = Self.random(&generator).set
        #expect(Self.joined(a, b) == Self.joined(b, a))
        #expect(Self.joined(Self.joined(a, b), c) == Self.joined(a, Self.joined(b, c)))
        #expect(Self.joined(a, a) == a)
        #expect(Self.joined(a, SequenceSet()) == a)
        #expect(Self.joined(SequenceSet(), a) == a)
    }

    @Test func `sequence zero is never a member`() {
        var set = SequenceSet()
        set.insert(0)
        set.insert(0...0)
        #expect(set.isEmpty && set == SequenceSet())
        set.insert(0...3)
        #expect(set == SequenceSet(through: 3))
        #expect(!set.contains(0) && !set.contains(0...1))
    }

    @Test func `ranges that touch become one`() {
        var set = SequenceSet()
        set.insert(5...6)
        set.insert(9...10)
        #expect(set.detached == [5...6, 9...10])
        set.insert(7...8)
        #expect(set.detached == [5...10])
        set.insert(2...4)
        #expect(set.detached == [2...10])
        set.insert(1)
        #expect(set == SequenceSet(through: 10))
    }

    @Test func `the largest sequences neither trap nor wrap`() {
        var set = SequenceSet()
        set.insert(.max)
        set.insert(.max - 2)
        #expect(set.contains(.max) && !set.contains(.max - 1) && set.highest == .max)
        set.insert(.max - 1)
        #expect(set.detached == [(.max - 2)...(.max)])
        set.insert(.max)
        var full = SequenceSet(through: .max)
        full.insert(.max)
        full.insert(1)
        full.insert(0)
        full.insert(5...(.max))
        full.formUnion(set)
        #expect(full == SequenceSet(through: .max))
        #expect(full.contains(.max) && full.isSuperset(of: set))
        #expect(full.subtracting(set) == [1...(.max - 3)])
        #expect(set.subtracting(full).isEmpty)
        #expect(full.intersection(set) == set)
        set.insert(1...(.max - 3))
        #expect(set == full)
    }

    @Test func `interleaved sets of many ranges join in linear time`() {
        var even = SequenceSet()
        var odd = SequenceSet()
        for step in 1...20_000 as ClosedRange<UInt64> {
            even.insert(4 * step)
            odd.insert(4 * step + 2)
        }
        var joined = even
        joined.formUnion(odd)
        #expect(joined.detached.count == 40_000)
        #expect(joined.isSuperset(of: even) && joined.isSuperset(of: odd))
    }

    private static func joined(_ left: SequenceSet, _ right: SequenceSet) -> SequenceSet {
        var result = left
        result.formUnion(right)
        return result
    }
}
