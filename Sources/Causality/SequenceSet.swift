/// A set of sequences of one peer, exact, as a contiguous prefix and detached ranges above it.
///
/// - Invariant: `detached` is sorted, its ranges neither touch nor overlap, and the first starts
///   above `contiguous + 1`. So equal sets have equal representations.
public struct SequenceSet: Hashable, Sendable {
    /// The highest n such that 1...n are all in the set; 0 if 1 is not.
    public private(set) var contiguous: UInt64
    /// What is in the set above the prefix.
    public private(set) var detached: [ClosedRange<UInt64>]

    /// The empty set.
    public init() {
        self.contiguous = 0
        self.detached = []
    }

    /// The set 1...`contiguous`.
    public init(through contiguous: UInt64) {
        self.contiguous = contiguous
        self.detached = []
    }

    /// Adds a range above all members that does not touch them: how a canonical encoding lists them.
    ///
    /// - Precondition: at least one sequence is left out between ``highest`` and the range.
    /// - Complexity: amortised O(1).
    package mutating func append(_ range: ClosedRange<UInt64>) {
        precondition(range.lowerBound > self.highest && range.lowerBound - self.highest > 1, "\(range) is no gap away")
        self.detached.append(range)
    }

    /// Whether nothing is in this set.
    public var isEmpty: Bool {
        self.contiguous == 0 && self.detached.isEmpty
    }

    /// The largest member; 0 if there is none.
    public var highest: UInt64 {
        self.detached.last?.upperBound ?? self.contiguous
    }

    /// All members as sorted ranges that do not touch.
    public var ranges: [ClosedRange<UInt64>] {
        self.contiguous == 0 ? self.detached : [1...self.contiguous] + self.detached
    }

    /// Whether `sequence` is a member. 0 never is.
    ///
    /// - Complexity: O(1) within the prefix, else O(log n) in the detached ranges.
    public func contains(_ sequence: UInt64) -> Bool {
        if sequence <= self.contiguous { return sequence > 0 }
        if self.detached.isEmpty { return false }
        let index = self.firstDetached(endingAtOrAfter: sequence)
        return index < self.detached.count && self.detached[index].lowerBound <= sequence
    }

    /// Whether every member of `range` is a member.
    ///
    /// By the invariant a range lies wholly in the prefix, wholly in one detached range, or has a gap.
    public func contains(_ range: ClosedRange<UInt64>) -> Bool {
        if range.upperBound <= self.contiguous { return range.lowerBound > 0 }
        let index = self.firstDetached(endingAtOrAfter: range.upperBound)
        return index < self.detached.count && self.detached[index].lowerBound <= range.lowerBound
    }

    /// Whether every member of `other` is a member.
    public func isSuperset(of other: SequenceSet) -> Bool {
        if other.highest <= self.contiguous { return true }
        return other.contiguous <= self.contiguous && other.detached.allSatisfy { self.contains($0) }
    }

    /// Adds one sequence; 0 is ignored.
    public mutating func insert(_ sequence: UInt64) {
        guard sequence > self.contiguous else { return }
        if sequence - self.contiguous == 1, self.detached.isEmpty {
            self.contiguous = sequence
        } else {
            self.insert(sequence...sequence)
        }
    }

    /// Adds a range; sequence 0 in it is ignored.
    ///
    /// - Complexity: O(n) in the detached ranges.
    public mutating func insert(_ range: ClosedRange<UInt64>) {
        guard range.upperBound > self.contiguous else { return }
        var lower = max(range.lowerBound, self.contiguous + 1)
        var upper = range.upperBound
        let first = self.firstDetached(endingAtOrAfter: lower - 1)
        var end = first
        while end < self.detached.count, self.detached[end].lowerBound <= (upper == .max ? upper : upper + 1) {
            lower = min(lower, self.detached[end].lowerBound)
            upper = max(upper, self.detached[end].upperBound)
            end += 1
        }
        if lower == self.contiguous + 1 {
            self.contiguous = upper
            self.detached.removeSubrange(first..<end)
        } else {
            self.detached.replaceSubrange(first..<end, with: CollectionOfOne(lower...upper))
        }
    }

    /// Joins: adds every member of `other`.
    ///
    /// - Complexity: O(n) in the detached ranges of both.
    public mutating func formUnion(_ other: SequenceSet) {
        if other.contiguous > self.contiguous {
            self.insert(1...other.contiguous)
        }
        if other.detached.count <= 2 {
            for range in other.detached { self.insert(range) }
            return
        }
        // One by one, every range would shift all those above it: quadratic when two sets interleave.
        var result = SequenceSet(through: self.contiguous)
        result.detached.reserveCapacity(self.detached.count + other.detached.count)
        var mine = self.detached[...]
        var theirs = other.detached[...]
        while let left = mine.first, let right = theirs.first {
            if left.lowerBound <= right.lowerBound {
                result.insert(left)
                mine.removeFirst()
            } else {
                result.insert(right)
                theirs.removeFirst()
            }
        }
        for range in mine { result.insert(range) }
        for range in theirs { result.insert(range) }
        self = result
    }

    /// Returns the members of both.
    ///
    /// - Complexity: O(n log n) in the ranges of both.
    public func intersection(_ other: SequenceSet) -> SequenceSet {
        var result = SequenceSet()
        let mine = self.ranges
        let theirs = other.ranges
        var i = 0
        var j = 0
        while i < mine.count, j < theirs.count {
            let lower = max(mine[i].lowerBound, theirs[j].lowerBound)
            let upper = min(mine[i].upperBound, theirs[j].upperBound)
            if lower <= upper { result.insert(lower...upper) }
            if mine[i].upperBound < theirs[j].upperBound { i += 1 } else { j += 1 }
        }
        return result
    }

    /// The members that `other` lacks, as sorted ranges that do not touch.
    public func subtracting(_ other: SequenceSet) -> [ClosedRange<UInt64>] {
        // As a rule there are no gaps, and nothing or a few newer ones are missing.
        if self.highest <= other.contiguous { return [] }
        if self.detached.isEmpty, other.detached.isEmpty { return [(other.contiguous + 1)...self.contiguous] }
        var result: [ClosedRange<UInt64>] = []
        let holes = other.ranges
        var next = 0
        for range in self.ranges {
            var lower = range.lowerBound
            while next < holes.count, holes[next].upperBound < lower { next += 1 }
            var hole = next
            while hole < holes.count, holes[hole].lowerBound <= range.upperBound {
                if holes[hole].lowerBound > lower { result.append(lower...(holes[hole].lowerBound - 1)) }
                if holes[hole].upperBound >= range.upperBound {
                    lower = 0
                    break
                }
                lower = holes[hole].upperBound + 1
                hole += 1
            }
            if lower > 0 { result.append(lower...range.upperBound) }
        }
        return result
    }

    private func firstDetached(endingAtOrAfter sequence: UInt64) -> Int {
        self.detached.partitionPoint { $0.upperBound < sequence }
    }
}
