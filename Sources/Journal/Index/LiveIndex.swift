package import Causality

/// What a node holds in memory: every key, and of every live record its name and place in the log.
///
/// Keys stand in slots of one cache line, found by hash and listed in key order; records are also listed by peer
/// and sequence, for conversations and change feeds. Values stay in the log. The index knows no causality: the
/// journal decides which record replaces which. Nothing observable depends on the order of a hash table.
///
/// What is lent to a closure MUST NOT be changed from within it; that is found out and stops the program.
package final class LiveIndex {
    var slots = KeySlots()
    var table: KeyHash
    var order = KeyOrder()
    /// The keys with several records that readers see.
    var conflicts = KeyOrder()
    var ledger: RecordLedger
    /// The states that are read in the order of keys.
    var keyCuts: [KeyCut] = []
    /// What of each segment is live.
    let usage: SegmentUsage

    /// Keys with at least one record that is not a tombstone.
    package internal(set) var keyCount = 0

    /// An empty index.
    ///
    /// - Parameter hashSeed: a random number, so that nobody can choose keys that collide. It has no effect that
    ///   can be observed except in time.
    package init(hashSeed: UInt64 = 0) {
        self.table = KeyHash(seed: hashSeed)
        self.usage = SegmentUsage()
        self.ledger = RecordLedger(usage: self.usage)
    }

    /// Live records, tombstones among them.
    package var recordCount: Int {
        self.ledger.recordCount
    }

    /// Live records that are tombstones: deletes, and what ``popExpired(upTo:maximum:)`` has noted as expired.
    package var tombstoneCount: Int {
        self.ledger.tombstoneCount
    }

    /// Keys with more than one record that is not a tombstone.
    package var conflictCount: Int {
        self.conflicts.count
    }

    /// Replaced records that are still kept for the tails.
    package var retiredCount: Int {
        self.ledger.retiredCount
    }

    /// Replaced records that are kept for what reads an earlier state.
    package var heldCount: Int {
        self.ledger.heldCount
    }

    /// Two independent sums over (dot, checksum) of all live records that time alone will not end: equal for
    /// equal sets, on every node. Tombstones and what expires are left out, for they are collected at
    /// different times.
    package var liveHash: (UInt64, UInt64) {
        let sums = self.ledger.sums
        return (sums.first, sums.second)
    }

    /// Roughly how much memory the index takes, in bytes.
    ///
    /// - Complexity: O(n) in the peers.
    package var approximateBytes: Int {
        let placed = self.slots.approximateBytes + self.table.approximateBytes
        return placed + self.order.allocatedBytes + self.conflicts.allocatedBytes + self.ledger.approximateBytes
    }

    /// Returns the key's slot; nil if no record of it is live.
    package func find(_ key: Span<UInt8>) -> SlotID? {
        let id = unsafe key.withUnsafeBytes { bytes in
            unsafe self.table.find(bytes, hash: self.table.hash(bytes), in: self.slots)
        }
        return id.map { SlotID(rawValue: $0) }
    }

    /// Whether the number names a slot that holds a key now. Everything below requires that.
    package func isLive(_ slot: SlotID) -> Bool {
        self.slots.isOccupied(slot.rawValue)
    }

    package func key(of slot: SlotID) -> [UInt8] {
        unsafe Array(self.slots.key(slot.rawValue))
    }

    /// Lends the key's bytes without copying them.
    package func withKey<Result, Failure: Error>(
        of slot: SlotID, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try self.slots.withKey(slot.rawValue, body)
    }

    /// Returns the slot's records in the order of their dots.
    package func records(of slot: SlotID) -> [LiveRecord] {
        var records: [LiveRecord] = []
        self.slots.forEachRecord(slot.rawValue) { records.append($0) }
        return records
    }

    /// Returns the slot's record with the lowest dot: the record, if there is only one. Does not allocate.
    package func first(of slot: SlotID) -> LiveRecord {
        self.slots.first(slot.rawValue)
    }

    package func recordCount(of slot: SlotID) -> Int {
        self.slots.recordCount(slot.rawValue)
    }

    /// Returns how many of the slot's records are not tombstones, as ``LiveRecord/isTombstone`` has it.
    package func visibleCount(of slot: SlotID) -> Int {
        self.slots.visibleCount(slot.rawValue)
    }

    /// Calls `body` with the slot's records in the order of their dots. Does not allocate.
    package func forEachRecord<Failure: Error>(
        of slot: SlotID, _ body: (LiveRecord) throws(Failure) -> Void
    ) throws(Failure) {
        try self.slots.forEachRecord(slot.rawValue, body)
    }

    /// Returns the slot's record of that dot. The slot need not be live.
    package func record(_ dot: Dot, in slot: SlotID) -> LiveRecord? {
        self.slots.record(dot, in: slot.rawValue)
    }

    /// Returns the explicit context of a live or retired record; empty if it has none.
    package func context(of record: LiveRecord) -> CausalContext {
        self.ledger.context(of: record)
    }

    /// Returns the expiry of a live or retired record, in milliseconds since 1970; nil for never.
    package func expiry(of record: LiveRecord) -> UInt64? {
        self.ledger.expiry(of: record)
    }
}
