import Causality
import DataModel
import Journal

/// Returns a record that differs in every field from those of other dots and revisions.
func sampleRecord(
    peer: UInt64, sequence: UInt64, operation: Operation = .put, lsn: UInt64? = nil, clock: UInt64? = nil
) -> LiveRecord {
    let mark = UInt32(truncatingIfNeeded: peer &* 31 &+ sequence)
    return LiveRecord(
        dot: Dot(peer: PeerID(rawValue: peer), sequence: sequence), clock: clock ?? UInt64(mark % 100),
        timestamp: HybridTimestamp(rawValue: sequence &* 65_537), operation: operation,
        replacesAllEarlier: mark % 2 == 0, continuesBatch: mark % 3 == 0, lsn: lsn ?? sequence &* 100 % 1_000_000,
        recordLength: mark &+ 1, valueLength: mark &+ 2, checksum: mark &* 2_654_435_761)
}

extension LiveIndex {
    /// Inserts a record without context and expiry.
    @discardableResult
    func insert(_ record: LiveRecord, key: [UInt8]) -> SlotID {
        self.insert(record, context: CausalContext(), expiry: nil, key: key.span)
    }

    func find(_ key: [UInt8]) -> SlotID? {
        self.find(key.span)
    }

    /// Returns all keys as a scan finds them.
    func keys(
        from lower: KeyBound = .unbounded, to upper: KeyBound = .unbounded, descending: Bool = false
    ) -> [[UInt8]] {
        var keys: [[UInt8]] = []
        self.forEachSlot(from: lower, to: upper, descending: descending) { slot in
            keys.append(self.key(of: slot))
            return true
        }
        return keys
    }
}
