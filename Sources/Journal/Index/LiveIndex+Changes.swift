package import Causality

/// Putting records in and taking them out.
extension LiveIndex {
    /// Adds a record to the key's siblings and returns the key's slot, new if the key had none.
    ///
    /// A live record of the same dot and key is replaced: it is the same record at another place in the log.
    ///
    /// - Precondition: no other key has a live record of that dot, and no retired record has it.
    /// - Complexity: O(log n) for a new key, else O(1) while the key has few siblings.
    @discardableResult
    package func insert(
        _ record: LiveRecord, context: CausalContext, expiry: UInt64?, key: Span<UInt8>
    ) -> SlotID {
        let id = unsafe key.withUnsafeBytes { bytes in
            let hash = unsafe self.table.hash(bytes)
            if let id = unsafe self.table.find(bytes, hash: hash, in: self.slots) { return id }
            let id = unsafe self.slots.make(bytes)
            self.table.insert(id, hash: hash)
            self.order.insert(id, in: self.slots)
            return id
        }
        self.insert(record, context: context, expiry: expiry, into: SlotID(rawValue: id))
        return SlotID(rawValue: id)
    }

    /// Adds a record to the slot's; see ``insert(_:context:expiry:key:)``.
    package func insert(_ record: LiveRecord, context: CausalContext, expiry: UInt64?, into slot: SlotID) {
        let record = Self.marked(record, context: context, expiry: expiry)
        let before = self.slots.visibleCount(slot.rawValue)
        let old = self.slots.put(record, in: slot.rawValue)
        if let old { self.ledger.remove(old, retiringUntil: nil) }
        self.ledger.add(record, context: context, expiry: expiry, slot: slot.rawValue, in: self.slots)
        self.noteVisible(slot.rawValue, before: before)
    }

    /// Puts a record in the place of the slot's only one, which is retired if `retiringUntil` names an LSN.
    ///
    /// Does what inserting the one and removing or retiring the other would do, without a list of siblings
    /// in between. Returns the replaced record.
    ///
    /// - Precondition: the slot has exactly one record.
    @discardableResult
    package func replaceOnly(
        _ slot: SlotID, with record: LiveRecord, context: CausalContext, expiry: UInt64?,
        retiringUntil lsn: UInt64? = nil
    ) -> LiveRecord {
        let record = Self.marked(record, context: context, expiry: expiry)
        let old = self.slots.replaceOnly(in: slot.rawValue, with: record)
        if !self.keyCuts.isEmpty, old.dot != record.dot { self.noteReplaced(old.dot, slot.rawValue) }
        if old.dot == record.dot {
            self.ledger.remove(old, retiringUntil: nil)
            self.ledger.add(record, context: context, expiry: expiry, slot: slot.rawValue, in: self.slots)
        } else {
            self.ledger.add(record, context: context, expiry: expiry, slot: slot.rawValue, in: self.slots)
            self.ledger.remove(old, retiringUntil: lsn)
        }
        if old.isTombstone != record.isTombstone { self.keyCount += old.isTombstone ? 1 : -1 }
        return old
    }

    /// Puts a record in the place of some of the slot's, or of none, among others that stay.
    ///
    /// Does what inserting the one and removing the others would do, with the list of siblings changed once.
    ///
    /// - Precondition: all of `dropped` are the slot's, and none has the record's dot.
    package func exchange(
        _ dropped: [LiveRecord], for record: LiveRecord, context: CausalContext, expiry: UInt64?, in slot: SlotID
    ) {
        let record = Self.marked(record, context: context, expiry: expiry)
        let before = self.slots.visibleCount(slot.rawValue)
        let old = self.slots.exchange(dropped, for: record, in: slot.rawValue)
        if let old { self.ledger.remove(old, retiringUntil: nil) }
        self.ledger.add(record, context: context, expiry: expiry, slot: slot.rawValue, in: self.slots)
        for gone in dropped { self.ledger.remove(gone, retiringUntil: nil) }
        self.noteVisible(slot.rawValue, before: before)
    }

    /// Takes a record out and returns it; nil if the slot does not hold it. A slot without records is freed, so
    /// insert what replaces the record first.
    @discardableResult
    package func remove(_ dot: Dot, from slot: SlotID) -> LiveRecord? {
        self.takeOut(dot, slot.rawValue, retiringUntil: nil)
    }

    /// Takes a record out as ``remove(_:from:)`` does, but keeps it findable by its dot until the log is synced
    /// up to `lsn`, the end of its replacement's frame.
    ///
    /// A retired record counts nowhere. Records are released in the order in which they were retired.
    @discardableResult
    package func retire(_ dot: Dot, from slot: SlotID, until lsn: UInt64) -> LiveRecord? {
        self.takeOut(dot, slot.rawValue, retiringUntil: lsn)
    }

    /// Forgets the retired records whose replacement is synced now.
    package func releaseRetired(syncedThrough lsn: UInt64) {
        self.ledger.releaseRetired(through: lsn)
    }

    /// Notes which records have expired by `now`, in milliseconds since 1970, and returns at most `maximum` of them.
    ///
    /// They count as tombstones from here on. In the order of expiry, then of dots; each is returned once.
    package func popExpired(upTo now: UInt64, maximum: Int) -> [(slot: SlotID, dot: Dot)] {
        var result: [(slot: SlotID, dot: Dot)] = []
        guard self.ledger.mayHaveExpired(by: now) else { return result }
        while result.count < maximum, let first = self.ledger.nextExpiry(in: self.slots), first.expiry <= now,
            var record = self.slots.record(first.dot, in: first.slot)
        {
            let before = self.slots.visibleCount(first.slot)
            self.ledger.noteExpired(wasTombstone: record.isTombstone)
            record.isExpired = true
            _ = self.slots.put(record, in: first.slot)
            self.noteVisible(first.slot, before: before)
            result.append((SlotID(rawValue: first.slot), first.dot))
        }
        return result
    }

    /// Returns the earliest expiry that ``popExpired(upTo:maximum:)`` has not noted yet; nil if there is none.
    package func nextExpiry() -> UInt64? {
        self.ledger.nextExpiry(in: self.slots)?.expiry
    }

    /// Notes that the live, retired or held record of that dot lies elsewhere in the log now. Returns whether it is
    /// live; nil if it is neither.
    func relocate(_ dot: Dot, slotHint slot: SlotID, to lsn: UInt64) -> Bool? {
        if var record = self.slots.record(dot, in: slot.rawValue) {
            record.lsn = lsn
            if self.slots.recordCount(slot.rawValue) == 1 {
                self.slots.replaceAll(in: slot.rawValue, with: record)
            } else {
                _ = self.slots.put(record, in: slot.rawValue)
            }
            return true
        }
        return self.ledger.relocateRetired(dot, to: lsn) ? false : nil
    }

    private static func marked(_ record: LiveRecord, context: CausalContext, expiry: UInt64?) -> LiveRecord {
        var record = record
        record.hasContext = !context.isEmpty
        record.hasExpiry = expiry != nil
        record.isExpired = false
        return record
    }

    /// Takes a record out of its slot and of the ledger, and frees the slot with its last record.
    private func takeOut(_ dot: Dot, _ id: UInt32, retiringUntil lsn: UInt64?) -> LiveRecord? {
        guard self.slots.isOccupied(id) else { return nil }
        let before = self.slots.visibleCount(id)
        guard let record = self.slots.remove(dot, from: id) else { return nil }
        if !self.keyCuts.isEmpty { self.noteReplaced(dot, id) }
        self.ledger.remove(record, retiringUntil: lsn)
        self.noteVisible(id, before: before)
        if self.slots.recordCount(id) == 0 {
            self.table.remove(id, hash: unsafe self.table.hash(self.slots.key(id)))
            self.order.remove(id, in: self.slots)
            self.slots.free(id)
        }
        return record
    }

    /// Tells whoever reads an earlier state that a record has left its key's slot.
    private func noteReplaced(_ dot: Dot, _ id: UInt32) {
        let key = unsafe Array(self.slots.key(id))
        for index in self.keyCuts.indices.reversed() where self.keyCuts[index].note(dot, of: key) {
            let cut = self.keyCuts[index].id
            if self.keyCuts[index].count > KeyCut.limit {
                self.ledger.held.giveUp(cut)
                self.keyCuts.remove(at: index)
            } else {
                self.ledger.held.want(dot, cut)
            }
        }
    }

    /// Counts a key that was loaded.
    func noteLoaded(_ id: UInt32) {
        self.noteVisible(id, before: 0)
    }

    /// Brings the counts of keys and conflicts up to date after a slot had `before` visible records.
    private func noteVisible(_ id: UInt32, before: Int) {
        let after = self.slots.visibleCount(id)
        if before == after { return }
        if before == 0 { self.keyCount += 1 }
        if after == 0 { self.keyCount -= 1 }
        if before <= 1, after > 1 { self.conflicts.insert(id, in: self.slots) }
        if before > 1, after <= 1 { self.conflicts.remove(id, in: self.slots) }
    }
}
