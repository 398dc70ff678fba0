import Causality

/// Filling an empty index from a snapshot: keys in ascending order, each once.
extension LiveIndex {
    /// Makes room for that many keys.
    func beginLoading(keyCount: Int) {
        self.table.reserve(keyCount)
    }

    /// Adds a key with its records; nil, and no change, if it does not come after the last.
    ///
    /// Records are not found by their dots before ``finishLoading(_:)``.
    func load(_ key: Span<UInt8>, _ records: [SnapshotRecord], _ tails: inout TailLoading) -> SlotID? {
        unsafe key.withUnsafeBytes { bytes in
            if let last = self.order.last, unsafe !KeyBytes.precedes(self.slots.key(last), bytes) { return nil }
            let hash = unsafe self.table.hash(bytes)
            let id = unsafe self.slots.make(bytes)
            self.table.insert(id, hash: hash)
            self.order.append(id, in: self.slots)
            for loaded in records {
                var record = loaded.record
                record.hasContext = !loaded.context.isEmpty
                record.hasExpiry = loaded.expiry != nil
                if records.count == 1 {
                    self.slots.replaceAll(in: id, with: record)
                } else {
                    _ = self.slots.put(record, in: id)
                }
                self.ledger.load(record, context: loaded.context, expiry: loaded.expiry, slot: id, in: self.slots)
                tails.append(record.dot, id)
            }
            self.noteLoaded(id)
            return SlotID(rawValue: id)
        }
    }

    /// Makes the records that were loaded findable by their dots.
    func finishLoading(_ tails: consuming TailLoading) {
        self.ledger.loadTails(tails)
    }
}
