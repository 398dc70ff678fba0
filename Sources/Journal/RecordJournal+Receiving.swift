import ByteCoding
import Causality
import DataModel

/// Records from other peers.
extension RecordJournal {
    /// What a received record ends, found out before anything is changed.
    private struct Effects {
        /// Live siblings that the record covers.
        var dropped: [LiveRecord] = []
        /// Whether a live sibling that stays covers the record.
        var isCovered = false
        /// Of the dropped: those whose context no live record inherits.
        var gone: [GoneFrame] = []
        /// Tombstones among them.
        var floor = VersionVector()
    }

    /// Applies one encoded record from a peer, which takes up all of `range`.
    ///
    /// A tombstone, or a record with an expiry, that the record drops, but whose context it does not contain,
    /// joins the floor: who has not seen it could otherwise bring back what it ended.
    ///
    /// - Throws: when the bytes are no record, when the context would become too large, or when the
    ///   bytes were not admitted, the error then saying how many are needed. Nothing has changed then.
    package func receive(_ bytes: [UInt8], _ range: Range<Int>) throws(JournalError) -> Reception {
        let layout = try RecordJournal.layout(of: bytes, range)
        let head = layout.head
        guard !self.state.context.contains(head.dot) else { return .ignored(head.dot) }
        try self.checkRoom(for: head.dot)
        let key = bytes.span.extracting(layout.key)
        let slot = self.index.find(key)
        let effects = try slot.map { slot throws(JournalError) in
            try self.effects(of: head, on: slot)
        }
        let frame = try self.append(bytes.span.extracting(range), head.dot, effects ?? Effects())
        self.state.context.insert(head.dot)
        self.clock.observe(head.timestamp)
        if head.dot.peer == self.identity.peer {
            // Its own writes come back to a peer only if its log was rewound; whoever compares
            // digests will tell. No sequence is used twice meanwhile.
            self.ownSequence = max(self.ownSequence, head.dot.sequence)
        }
        if let effects { self.state.floor.formUnion(effects.floor) }
        guard let frame else {
            if let slot, let effects { for record in effects.dropped { self.takeOut(record, from: slot) } }
            return .covered(layout)
        }
        let record = LiveRecord(
            head, lsn: frame.lsn, recordLength: UInt32(range.count), valueLength: UInt32(layout.value.count),
            checksum: frame.checksum)
        let place = self.place(record, layout, key: key, slot: slot, dropped: effects?.dropped ?? [])
        let conflict = head.operation != .delete && self.index.visibleCount(of: place) > 1
        return .applied(layout, conflict: conflict, place)
    }

    /// At least as many bytes as most received records take in the log, for ``admit(byteCount:)``;
    /// ``receive(_:_:)`` says so if one needs more.
    package static func receptionBytes(recordLength: Int) -> Int {
        LogFormat.frameHeaderLength + LogFormat.batchLength + recordLength
    }

    private static func layout(of bytes: [UInt8], _ range: Range<Int>) throws(JournalError) -> RecordLayout {
        guard range.lowerBound >= 0, range.upperBound <= bytes.count else { throw .malformed(.truncated) }
        var reader = ByteReader(bytes, range)
        do throws(DecodingError) {
            return try reader.readRecordLayout()
        } catch {
            throw .malformed(error)
        }
    }

    /// Refuses a dot of one peer more than a context may name.
    ///
    /// Ranges are not bounded: while a long tail streams in there is one for each gap that replaced
    /// records have left, until the closing fills them all.
    private func checkRoom(for dot: Dot) throws(JournalError) {
        guard self.state.context.entries.count >= DataLimits.contextPeers else { return }
        guard !self.state.context[dot.peer].isEmpty else { throw .contextTooLarge }
    }

    private func effects(
        of head: RecordHead, on slot: SlotID
    ) throws(JournalError) -> Effects {
        var effects = Effects()
        self.index.forEachRecord(of: slot) { sibling in
            if head.covers(sibling.dot) {
                effects.dropped.append(sibling)
            } else if self.index.covers(sibling, head.dot) {
                effects.isCovered = true
            }
        }
        for sibling in effects.dropped {
            let dots = self.index.fullContext(of: sibling)
            let isInherited = dots.isEmpty || head.fullContext.isSuperset(of: dots)
            // What expires may have been collected elsewhere, as a tombstone is.
            let isCollectable = sibling.operation == .delete || sibling.hasExpiry
            let raisesFloor = isCollectable && !isInherited
            if raisesFloor { effects.floor.raise(sibling.dot.peer, to: sibling.dot.sequence) }
            if !isInherited || effects.isCovered {
                effects.gone += GoneFrame.frames(for: sibling, key: self.index.key(of: slot), index: self.index)
            }
        }
        var floor = self.state.floor
        floor.formUnion(effects.floor)
        guard floor.entries.count <= DataLimits.contextPeers else { throw .contextTooLarge }
        return effects
    }

    /// Appends the frames of one reception, as one batch if they are several. Returns the record's
    /// frame; nil if only its dot is worth keeping, since a live record covers it.
    private func append(
        _ record: Span<UInt8>, _ dot: Dot, _ effects: Effects
    ) throws(JournalError) -> (lsn: UInt64, checksum: UInt32)? {
        let join = CausalContext(CollectionOfOne(dot))
        var bytes = LogFormat.frameHeaderLength + (effects.isCovered ? join.encodedBound : record.count)
        for gone in effects.gone { bytes += gone.byteCount }
        if !effects.floor.isEmpty { bytes += LogFormat.frameHeaderLength + effects.floor.encodedBound }
        let isBatch = (!effects.gone.isEmpty || !effects.floor.isEmpty) && !self.log.hasGroup
        if isBatch { try self.log.beginGroup(bytes) } else { try self.log.reserve(bytes) }
        defer { if isBatch { self.log.endGroup() } }
        for gone in effects.gone { self.log.append(gone) }
        if !effects.floor.isEmpty { self.log.append(effects.floor) }
        guard !effects.isCovered else {
            self.log.append(join)
            return nil
        }
        let start = self.log.beginFrame(.record)
        self.log.writer.write(record)
        return self.log.endFrame(start)
    }

    private func place(
        _ record: LiveRecord, _ layout: RecordLayout, key: Span<UInt8>, slot: SlotID?, dropped: [LiveRecord]
    ) -> SlotID {
        let head = layout.head
        guard let slot else {
            return self.index.insert(record, context: head.context, expiry: head.expiry, key: key)
        }
        if dropped.count == 1, self.index.recordCount(of: slot) == 1 {
            self.index.replaceOnly(
                slot, with: record, context: head.context, expiry: head.expiry,
                retiringUntil: self.isTaken(dropped[0]) ? self.log.appendedLSN : nil)
        } else {
            self.index.insert(record, context: head.context, expiry: head.expiry, into: slot)
            for sibling in dropped { self.takeOut(sibling, from: slot) }
        }
        return slot
    }
}
