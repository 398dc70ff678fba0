import ByteCoding
import DataModel
import Journal
import Replication

/// The entries of a range in key order.
public struct NodeEntries: AsyncSequence, Sendable {
    /// A key and what readers see of it.
    public typealias Element = Entry
    /// What ends the sequence early.
    public typealias Failure = NodeError

    let node: Node
    let range: KeyRange
    let descending: Bool
    let limit: Int

    /// Begins at the first key of the range.
    public func makeAsyncIterator() -> Iterator {
        Iterator(entries: self, remaining: self.limit)
    }

    /// A place in the range.
    public struct Iterator: AsyncIteratorProtocol {
        /// Entries asked for at once.
        static let pageCount = 256
        /// Bytes of values after which a page ends.
        static let pageLength = 1024 * 1024

        let entries: NodeEntries
        var remaining: Int
        /// The page, its next entry last.
        var page: [Entry] = []
        var lastKey: Key?
        var isAtEnd = false

        /// The next entry; nil at the end of the range.
        public mutating func next() async throws(NodeError) -> Entry? {
            try await self.next(isolation: nil)
        }

        /// The next entry; nil at the end of the range.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(NodeError) -> Entry? {
            guard self.remaining > 0 else { return nil }
            if self.page.isEmpty, !self.isAtEnd {
                let page = try await self.entries.page(
                    after: self.lastKey, count: Swift.min(Self.pageCount, self.remaining))
                self.isAtEnd = page.isLast
                self.page = page.entries.reversed()
            }
            guard let entry = self.page.popLast() else { return nil }
            self.remaining -= 1
            self.lastKey = entry.key
            return entry
        }
    }

    private func page(after last: Key?, count: Int) async throws(NodeError) -> (entries: [Entry], isLast: Bool) {
        let (range, descending) = (self.range, self.descending)
        return try await self.node.perform { loop in
            let bounds = range.bounds(after: last, descending: descending)
            let page = try loop.replica.page(
                from: bounds.lower, to: bounds.upper, descending: descending, count: count,
                maximumBytes: Iterator.pageLength)
            var entries: [Entry] = []
            for entry in page.entries {
                guard let value = entry.value else {
                    throw NodeError.undecided(Key(entry.key), entry.undecidedSiblings)
                }
                entries.append(Entry(key: Key(entry.key), value: Value(value)))
            }
            return Held((entries, page.isLast), until: page.heldUntil)
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
