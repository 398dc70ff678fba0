import Causality

/// A binary heap of expiries, earliest first, equal ones by dot.
///
/// Entries of records that were replaced stay until they come up or are swept out; the owner tells them apart.
struct ExpiryHeap {
    struct Entry: Comparable {
        /// Milliseconds since 1970.
        let expiry: UInt64
        let dot: Dot
        let slot: UInt32

        static func < (left: Entry, right: Entry) -> Bool {
            left.expiry == right.expiry ? left.dot < right.dot : left.expiry < right.expiry
        }
    }

    private(set) var entries: [Entry] = []

    var count: Int {
        self.entries.count
    }

    var first: Entry? {
        self.entries.first
    }

    /// - Complexity: O(log n).
    mutating func insert(_ entry: Entry) {
        self.entries.append(entry)
        var child = self.entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard self.entries[child] < self.entries[parent] else { return }
            self.entries.swapAt(child, parent)
            child = parent
        }
    }

    /// - Complexity: O(log n).
    mutating func removeFirst() {
        guard let last = self.entries.popLast(), !self.entries.isEmpty else { return }
        self.entries[0] = last
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < self.entries.count else { return }
            if child + 1 < self.entries.count, self.entries[child + 1] < self.entries[child] { child += 1 }
            guard self.entries[child] < self.entries[parent] else { return }
            self.entries.swapAt(child, parent)
            parent = child
        }
    }
}
