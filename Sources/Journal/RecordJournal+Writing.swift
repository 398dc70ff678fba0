import ByteCoding
package import Causality
package import DataModel

/// Local writes.
extension RecordJournal {
    /// Appends a write of this peer and applies it.
    ///
    /// - Parameters:
    ///   - token: the siblings' dots that the caller had read; nil replaces all live siblings.
    ///   - expiry: in milliseconds since 1970.
    ///   - continuesBatch: whether the next write belongs to the same batch; all of them MUST then be
    ///     appended between ``beginGroup(byteCount:)`` and ``endGroup()``.
    /// - Throws: when the write is not allowed, or its bytes were not admitted; then nothing has
    ///   changed. Without a token only lengths and admission are looked at, so a batch of such writes
    ///   that fits cannot fail in its middle.
    package func write(
        key: Span<UInt8>, operation: Operation, value: Span<UInt8>, expiry: UInt64?, token: CausalContext?,
        timestamp: HybridTimestamp, continuesBatch: Bool
    ) throws(JournalError) -> Written {
        guard key.count <= DataLimits.keyLength else { throw .keyTooLong(byteCount: key.count) }
        guard value.count <= DataLimits.valueLength else { throw .valueTooLong(byteCount: value.count) }
        guard operation != .delete || value.count == 0 else { throw .deleteWithValue }
        // The last sequence is kept free, so that one more can always be named.
        guard self.ownSequence < .max - 1 else { throw .contextTooLarge }
        let plan = try WritePlan(
            of: key, by: self.identity.peer, token: token, seen: self.state.context, index: self.index)
        try self.log.reserve(
            RecordJournal.recordBytes(keyLength: key.count, valueLength: value.count, context: plan.context))
        let head = RecordHead(
            dot: Dot(peer: self.identity.peer, sequence: self.ownSequence + 1), clock: plan.clock,
            timestamp: timestamp, operation: operation, expiry: expiry, context: plan.context,
            replacesAllEarlier: plan.replacesAllEarlier, continuesBatch: continuesBatch)
        let start = self.log.beginFrame(.record)
        self.log.writer.write(head, key: key, value: value)
        let length = self.log.writer.count - start - LogFormat.frameHeaderLength
        let frame = self.log.endFrame(start)
        let record = LiveRecord(
            head, lsn: frame.lsn, recordLength: UInt32(length), valueLength: UInt32(value.count),
            checksum: frame.checksum)
        self.apply(record, plan, expiry: expiry, key: key)
        self.state.context.insert(head.dot)
        self.state.own = (head.dot.sequence, frame.checksum)
        self.clock.observe(timestamp)
        self.ownSequence = head.dot.sequence
        return Written(dot: head.dot, lsn: self.log.appendedLSN, clock: head.clock, siblings: plan.siblings)
    }

    /// At least as many bytes as the frame of a record takes, for ``admit(byteCount:)``.
    ///
    /// The context is the record's, which for a write is not known before; ``writeBytes(key:valueLength:token:)``
    /// tells.
    package static func recordBytes(
        keyLength: Int, valueLength: Int, context: CausalContext = CausalContext()
    ) -> Int {
        // Flags, peer, two varints, timestamp, expiry and the key's length: at most 48 bytes.
        LogFormat.frameHeaderLength + 48 + context.encodedBound + keyLength + valueLength
    }

    /// At least as many bytes as the frame of this write would take now, for ``admit(byteCount:)``.
    package func writeBytes(key: Span<UInt8>, valueLength: Int, token: CausalContext?) -> Int {
        var bytes = RecordJournal.recordBytes(keyLength: key.count, valueLength: valueLength)
        if let token { bytes += token.encodedBound + self.state.context.rangeCount * 20 }
        guard let slot = self.index.find(key) else { return bytes }
        self.index.forEachRecord(of: slot) { record in
            if record.dot.peer == self.identity.peer, !record.hasContext, token == nil { return }
            bytes += 96 + self.index.context(of: record).encodedBound
        }
        return bytes
    }

    /// Throws what ``write(key:operation:value:expiry:token:timestamp:continuesBatch:)`` without a token
    /// would because of what is live of the key: a batch that fails in its middle is none.
    ///
    /// - Complexity: O(n) in the key's records, unless their contexts are huge.
    package func checkWrite(of key: Span<UInt8>) throws(JournalError) {
        guard let slot = self.index.find(key) else { return }
        var bytes = 0
        self.index.forEachRecord(of: slot) { record in
            bytes += 96
            if record.hasContext { bytes += self.index.context(of: record).encodedBound }
        }
        // What is shorter cannot have as many peers or ranges as a context may.
        guard bytes > 38 * DataLimits.contextPeers else { return }
        _ = try WritePlan(
            of: key, by: self.identity.peer, token: nil, seen: self.state.context, index: self.index)
    }

    /// Begins a batch: the frames up to ``endGroup()``, at most `byteCount` bytes in all, count after
    /// a crash only together. Nothing may be flushed in between.
    ///
    /// - Throws: when the bytes were not admitted; then no batch has begun.
    package func beginGroup(byteCount: Int) throws(JournalError) {
        try self.log.beginGroup(byteCount)
    }

    /// Ends the batch that was begun last.
    package func endGroup() {
        self.log.endGroup()
    }

    /// Puts a new record in the place of what it replaces.
    private func apply(_ record: LiveRecord, _ plan: WritePlan, expiry: UInt64?, key: Span<UInt8>) {
        guard let slot = plan.slot else {
            self.index.insert(record, context: plan.context, expiry: expiry, key: key)
            return
        }
        if let only = plan.only {
            self.index.replaceOnly(
                slot, with: record, context: plan.context, expiry: expiry,
                retiringUntil: self.isTaken(only) ? self.log.appendedLSN : nil)
            return
        }
        self.index.insert(record, context: plan.context, expiry: expiry, into: slot)
        for replaced in plan.replaced { self.takeOut(replaced, from: slot) }
    }

    /// Whether the record's frame is durable.
    func isSynced(_ record: LiveRecord) -> Bool {
        record.lsn < self.log.syncedLSN
    }

    /// Whether the record's frame was taken by an earlier flush than what is appended now: then there is
    /// a moment at which the record is durable and what ends it is not. Or whether it may have to be read all the
    /// same, since a state of which it is a part is being read.
    func isTaken(_ record: LiveRecord) -> Bool {
        !self.index.keyCuts.isEmpty
            || record.lsn < (self.log.pending.first?.startLSN ?? self.log.appendedLSN)
    }

    /// Takes a record out of the index. One that is or may become durable before what ended it stays
    /// findable for tails, which stream what is durable.
    ///
    /// - Precondition: the frame that ends the record is the last one appended.
    func takeOut(_ record: LiveRecord, from slot: SlotID) {
        if self.isTaken(record) {
            self.index.retire(record.dot, from: slot, until: self.log.appendedLSN)
        } else {
            self.index.remove(record.dot, from: slot)
        }
    }
}
