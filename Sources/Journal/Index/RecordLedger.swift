import Causality

/// What is kept of records beside the slots: counts, hash, tails, contexts, expiries, and the retired.
///
/// All that one record's coming and going changes is changed here in one go.
struct RecordLedger {
    private(set) var recordCount = 0
    private(set) var tombstoneCount = 0
    private(set) var sums = LiveHash()
    private(set) var tails = PeerTails()
    private var retired = RetiredRecords()
    /// What cuts have still to read.
    var held = HeldRecords()
    /// The explicit contexts and the expiries of live and retired records; only ever looked up.
    private var contexts: [Dot: CausalContext] = [:]
    private var expiries: [Dot: UInt64] = [:]
    private var heap = ExpiryHeap()
    private let usage: SegmentUsage
    /// How many live records have an expiry that has not been noted yet.
    private var expiringCount = 0

    init(usage: SegmentUsage) {
        self.usage = usage
    }

    var retiredCount: Int {
        self.retired.count
    }

    /// Replaced records that are kept for cuts.
    var heldCount: Int {
        self.held.count
    }

    var approximateBytes: Int {
        let contexts = self.contexts.capacity * 40 + self.contexts.count * 96
        let expiries = self.expiries.capacity * 40 + self.heap.count * 32
        return self.tails.approximateBytes + contexts + expiries + self.retired.count * 80
            + self.held.count * 128
    }

    /// The explicit context of a live or retired record.
    func context(of record: LiveRecord) -> CausalContext {
        guard record.hasContext else { return CausalContext() }
        return self.contexts[record.dot] ?? CausalContext()
    }

    /// The expiry of a live or retired record.
    func expiry(of record: LiveRecord) -> UInt64? {
        record.hasExpiry ? self.expiries[record.dot] : nil
    }

    /// Notes that a retired or held record lies elsewhere now; false if there is none of that dot.
    mutating func relocateRetired(_ dot: Dot, to lsn: UInt64) -> Bool {
        self.retired.relocate(dot, to: lsn) || self.held.relocate(dot, to: lsn)
    }

    mutating func retiredRecord(_ dot: Dot) -> LiveRecord? {
        self.retired.record(dot)
    }

    /// Enters a record that a slot has taken in.
    mutating func add(
        _ record: LiveRecord, context: CausalContext, expiry: UInt64?, slot: UInt32, in slots: borrowing KeySlots
    ) {
        self.tails.insert(record.dot, slot)
        self.load(record, context: context, expiry: expiry, slot: slot, in: slots)
    }

    /// Enters a record of a snapshot, which is not found by its dot before ``loadTails(_:)``.
    mutating func load(
        _ record: LiveRecord, context: CausalContext, expiry: UInt64?, slot: UInt32, in slots: borrowing KeySlots
    ) {
        self.recordCount += 1
        if record.isTombstone { self.tombstoneCount += 1 }
        if record.isHashed { self.sums.add(record.dot, checksum: record.checksum) }
        self.usage.add(record)
        if record.hasContext { self.contexts[record.dot] = context }
        if let expiry {
            self.expiries[record.dot] = expiry
            self.expiringCount += 1
            self.heap.insert(ExpiryHeap.Entry(expiry: expiry, dot: record.dot, slot: slot))
            if self.heap.count > self.expiringCount * 2 + 64 { self.sweep(in: slots) }
        }
    }

    /// Makes records found by their dots that were loaded.
    mutating func loadTails(_ loading: consuming TailLoading) {
        for (peer, pairs) in loading.peers {
            for pair in TailLoading.sorted(pairs) {
                self.tails.insert(Dot(peer: peer, sequence: pair.sequence), pair.slot)
            }
        }
    }

    /// Strikes a record that has left its slot; it stays findable until `lsn` is synced, if that is named.
    mutating func remove(_ record: LiveRecord, retiringUntil lsn: UInt64?) {
        self.recordCount -= 1
        if record.isTombstone { self.tombstoneCount -= 1 }
        if record.hasExpiry, !record.isExpired { self.expiringCount -= 1 }
        if record.isHashed { self.sums.remove(record.dot, checksum: record.checksum) }
        self.usage.noteDeath(at: record.lsn)
        if let lsn { self.retired.append(record, until: lsn) } else { self.forget(record) }
    }

    /// Forgets the retired records that were to be kept no further than `lsn`, but for those that cuts hold.
    mutating func releaseRetired(through lsn: UInt64) {
        while let record = self.retired.release(through: lsn) {
            if self.held.cuts.isEmpty || !self.held.take(record) { self.forget(record) }
        }
    }

    /// Forgets some of the records that were held for cuts that are closed.
    mutating func letGo(maximum: Int) {
        for record in self.held.letGo(maximum: maximum) { self.forget(record) }
    }

    /// Whether an expiry that has not been noted, or was replaced since, is past at `now`.
    func mayHaveExpired(by now: UInt64) -> Bool {
        self.heap.count > 0 && self.heap.entries[0].expiry <= now
    }

    /// Returns the earliest expiry not noted yet.
    mutating func nextExpiry(in slots: borrowing KeySlots) -> ExpiryHeap.Entry? {
        while let first = self.heap.first {
            if self.isCurrent(first, in: slots) { return first }
            self.heap.removeFirst()
        }
        return nil
    }

    /// Notes that the record of the first entry has expired. `wasTombstone` says whether it counted as one before.
    mutating func noteExpired(wasTombstone: Bool) {
        self.heap.removeFirst()
        self.expiringCount -= 1
        if !wasTombstone { self.tombstoneCount += 1 }
    }

    private mutating func forget(_ record: LiveRecord) {
        self.usage.remove(record)
        self.tails.remove(record.dot)
        if record.hasContext { self.contexts[record.dot] = nil }
        if record.hasExpiry { self.expiries[record.dot] = nil }
    }

    /// Drops the entries of records that were replaced, once they are most of the heap.
    private mutating func sweep(in slots: borrowing KeySlots) {
        var kept = ExpiryHeap()
        swap(&kept, &self.heap)
        for entry in kept.entries where self.isCurrent(entry, in: slots) { self.heap.insert(entry) }
    }

    private func isCurrent(_ entry: ExpiryHeap.Entry, in slots: borrowing KeySlots) -> Bool {
        guard let record = slots.record(entry.dot, in: entry.slot) else { return false }
        return record.hasExpiry && !record.isExpired && self.expiries[entry.dot] == entry.expiry
    }
}
