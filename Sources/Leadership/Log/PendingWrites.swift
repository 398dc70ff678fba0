/// Follows what has been written, but is perhaps not on disk, up to where it is.
///
/// Numbers, not positions: an entry can be written, given up and written again, and the end of the first
/// write says nothing of the second.
struct PendingWrites: Sendable {
    private struct Write: Sendable {
        let number: UInt64
        let ballot: Ballot?
        /// The last entry once this is on disk; less if later writes gave entries up.
        var last: UInt64
    }

    private var queue: [Write] = []
    private var issued: UInt64 = 0
    /// The ballot on disk.
    private(set) var ballot: Ballot
    /// Entries up to here are on disk, and stay there.
    private(set) var index: UInt64

    init(ballot: Ballot, index: UInt64) {
        self.ballot = ballot
        self.index = index
    }

    /// The number of the latest write.
    var latest: UInt64 { self.issued }

    /// Entries above `index` are given up by the write that follows.
    mutating func truncate(after index: UInt64) {
        self.index = min(self.index, index)
        for position in self.queue.indices {
            self.queue[position].last = min(self.queue[position].last, index)
        }
    }

    /// Returns the number of a write that ends with the entry `last`.
    mutating func issue(ballot: Ballot?, last: UInt64) -> UInt64 {
        self.issued += 1
        self.queue.append(Write(number: self.issued, ballot: ballot, last: last))
        return self.issued
    }

    /// Everything up to the write of this number is on disk. Returns whether that is news.
    mutating func finished(through number: UInt64) -> Bool {
        let count = self.queue.prefix { $0.number <= number }.count
        for write in self.queue.prefix(count) {
            self.ballot = write.ballot ?? self.ballot
            self.index = write.last
        }
        self.queue.removeFirst(count)
        return count > 0
    }
}
