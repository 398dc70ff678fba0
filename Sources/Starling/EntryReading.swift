import Journal
import PosixPlatform
import Replication

/// One reader's place in a range, as long as it lives.
///
/// Sendable because its state is only touched under the lock.
final class EntryReading: @unchecked Sendable {
    /// Bytes of keys and values after which a page ends.
    private static let pageLength = 1024 * 1024

    private let node: Node
    private let range: KeyRange
    private let descending: Bool
    private let consistency: ReadConsistency
    private let lock = Lock()
    /// The scan on the node's thread, once there is one.
    private var scan: UInt64?

    init(_ entries: NodeEntries) {
        self.node = entries.node
        self.range = entries.range
        self.descending = entries.descending
        self.consistency = entries.consistency
    }

    deinit { self.end() }

    /// The next entries, at most `count`, and whether there are no more.
    func page(count: Int) async throws(NodeError) -> (entries: [Entry], isLast: Bool) {
        try await self.node.perform { [self] loop in
            let known = self.lock.withLock { self.scan }
            let scan: UInt64
            if let known {
                scan = known
            } else {
                try loop.replica.admitRead(isLocal: self.consistency == .local)
                let bounds = self.range.bounds(after: nil, descending: self.descending)
                scan = try loop.replica.openScan(from: bounds.lower, to: bounds.upper, descending: self.descending)
                self.lock.withLock { self.scan = scan }
            }
            let page = try loop.replica.readScan(scan, count: count, maximumBytes: Self.pageLength)
            if page.isLast {
                loop.replica.closeScan(scan)
                self.lock.withLock { self.scan = nil }
            }
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

    /// Nothing more will be read.
    func end() {
        let scan = self.lock.withLock {
            defer { self.scan = nil }
            return self.scan
        }
        guard let scan else { return }
        self.node.post { loop in
            loop.replica.closeScan(scan)
            return true
        }
    }
}
