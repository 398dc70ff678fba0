import ByteCoding
import DataModel
import Journal
import Replication

/// The entries of a range in key order: one state, that of when the first of them is asked for.
///
/// Writers go on meanwhile; what they replace is kept until it has been read. A range that fits into one page costs
/// nothing for that.
public struct NodeEntries: AsyncSequence, Sendable {
    /// A key and what readers see of it.
    public typealias Element = Entry
    /// What ends the sequence early.
    public typealias Failure = NodeError

    let node: Node
    let range: KeyRange
    let descending: Bool
    let limit: Int
    let consistency: ReadConsistency

    /// Begins at the first key of the range.
    public func makeAsyncIterator() -> Iterator {
        Iterator(reading: EntryReading(self), remaining: self.limit)
    }

    /// A place in the range.
    public struct Iterator: AsyncIteratorProtocol {
        /// Entries asked for at once.
        static let pageCount = 256

        let reading: EntryReading
        var remaining: Int
        /// The page, its next entry last.
        var page: [Entry] = []
        var isAtEnd = false

        /// The next entry; nil at the end of the range.
        public mutating func next() async throws(NodeError) -> Entry? {
            try await self.next(isolation: nil)
        }

        /// The next entry; nil at the end of the range.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(NodeError) -> Entry? {
            guard self.remaining > 0 else { return nil }
            while self.page.isEmpty, !self.isAtEnd {
                let page = try await self.reading.page(count: Swift.min(Self.pageCount, self.remaining))
                self.isAtEnd = page.isLast
                self.page = page.entries.reversed()
            }
            guard let entry = self.page.popLast() else { return nil }
            self.remaining -= 1
            if self.remaining == 0 { self.reading.end() }
            return entry
        }
    }
}

extension KeyRange {
    /// The bounds of what is left of the range behind `last`.
    func bounds(after last: Key?, descending: Bool) -> (lower: KeyBound, upper: KeyBound) {
        var lower = self.lower.map { KeyBound.including($0.bytes) } ?? .unbounded
        var upper = self.upper.map { KeyBound.excluding($0.bytes) } ?? .unbounded
        if let last {
            if descending { upper = .excluding(last.bytes) } else { lower = .excluding(last.bytes) }
        }
        return (lower, upper)
    }
}
