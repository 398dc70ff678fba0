/// Which of the requests or faults of a run take place, by their ordinal numbers from 1: ranges, as in
/// `1..40,55`.
package struct OrdinalSet: Hashable, Sendable, CustomStringConvertible {
    /// A text with more numbers and ranges than this is refused.
    package static let rangeLimit = 100_000

    /// Ascending, and neither overlapping nor touching.
    private var ranges: [ClosedRange<Int>]

    /// The set of these numbers, in any order.
    package init(_ ordinals: some Sequence<Int>) {
        self.ranges = []
        for ordinal in ordinals.sorted() {
            if let last = self.ranges.last, ordinal <= last.upperBound + 1 {
                self.ranges[self.ranges.count - 1] = last.lowerBound...max(last.upperBound, ordinal)
            } else {
                self.ranges.append(ordinal...ordinal)
            }
        }
    }

    /// Reads `1..40,55`, or `none`. Nil if the text is anything else: descending, overlapping, or not
    /// positive numbers of at most nine digits.
    package init?(parsing text: String) {
        self.ranges = []
        guard text != "none" else { return }
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: ".", omittingEmptySubsequences: false)
            guard ends.count == 1 || (ends.count == 3 && ends[1].isEmpty), self.ranges.count < OrdinalSet.rangeLimit,
                let first = OrdinalSet.number(ends[0]), let last = OrdinalSet.number(ends[ends.count - 1]),
                first <= last, first > (self.ranges.last?.upperBound ?? 0)
            else { return nil }
            if let before = self.ranges.last, before.upperBound + 1 == first {
                self.ranges[self.ranges.count - 1] = before.lowerBound...last
            } else {
                self.ranges.append(first...last)
            }
        }
    }

    private static func number(_ text: Substring) -> Int? {
        guard text.count <= 9, text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(text), number > 0
        else { return nil }
        return number
    }

    /// How many numbers are in the set.
    package var count: Int { self.ranges.reduce(0) { $0 + $1.count } }

    /// Whether the number is in the set. O(log n) in the ranges.
    package func contains(_ ordinal: Int) -> Bool {
        var (low, high) = (0, self.ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if self.ranges[middle].upperBound < ordinal { low = middle + 1 } else { high = middle }
        }
        return low < self.ranges.count && self.ranges[low].lowerBound <= ordinal
    }

    /// The text that ``init(parsing:)`` reads.
    package var description: String {
        guard !self.ranges.isEmpty else { return "none" }
        return self.ranges.map { range in
            range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)..\(range.upperBound)"
        }.joined(separator: ",")
    }
}
