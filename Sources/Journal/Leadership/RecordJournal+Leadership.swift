import ByteCoding
package import Causality
package import DataModel
import Platform

/// What leader mode keeps in the log, and the records that it proposes and applies.
extension RecordJournal {
    /// The longest payload of a leadership frame.
    package static var leadershipPayloadMaximum: Int { LogFormat.payloadMaximum }

    /// Whether ``takeLeadershipFrames()`` would return any.
    package var hasLeadershipFrames: Bool { !self.leadership.found.isEmpty }

    /// Returns the frames of leader mode that count, as recovered, and keeps them no longer.
    ///
    /// After the directory has got a new peer ID there are none: the new peer has voted for nobody.
    package func takeLeadershipFrames() -> [LeadershipFrame] {
        defer { self.leadership.found = [] }
        return self.leadership.found
    }

    /// Returns the frames of leader mode that were found under a peer ID that the directory has no more, and keeps them
    /// no longer: nobody votes by them, but what they propose may have been decided, and be nowhere else.
    package func takeOrphanedFrames() -> [LeadershipFrame] {
        defer { self.orphanedFrames = [] }
        return self.orphanedFrames
    }

    /// Bytes that a leadership frame takes in the log, for ``admit(byteCount:)``.
    package static func leadershipBytes(payloadLength: Int) -> Int {
        LogFormat.frameHeaderLength + 1 + payloadLength
    }

    /// Appends a frame of leader mode and returns where it lies. It is durable when ``syncedLSN`` is beyond.
    ///
    /// A commit frame's payload gets the mark in front. One with a mark voids the frames before it; what it starts
    /// afresh MUST follow in the same group.
    ///
    /// - Throws: when the payload is too long, or its bytes were not admitted; then nothing has changed.
    @discardableResult
    package func append(
        _ kind: LeadershipFrame.Kind, _ payload: Span<UInt8>, mark: LeadershipMark? = nil
    ) throws(JournalError) -> UInt64 {
        let length = payload.count + (kind == .commit ? 1 : 0)
        guard length <= LogFormat.payloadMaximum else { throw .groupTooLarge(byteCount: length) }
        try self.log.reserve(RecordJournal.leadershipBytes(payloadLength: payload.count))
        let start = self.log.beginFrame(kind.frameKind)
        if kind == .commit { self.log.writer.write(mark?.rawValue ?? 0) }
        self.log.writer.write(payload)
        let lsn = self.log.endFrame(start).lsn
        self.leadership.append(kind == .commit ? mark : nil, lsn: lsn, endLSN: self.log.appendedLSN)
        return lsn
    }

    /// Makes `bytes` the payload of the leadership frame at `lsn`, which has that many bytes.
    package func readLeadership(at lsn: UInt64, count: Int, into bytes: inout [UInt8]) throws(JournalError) {
        try self.log.readPayload(at: lsn, count: count, into: &bytes)
    }

    /// The record that a write of this peer would be, encoded, with the next own sequence, which is used up by it.
    ///
    /// It is neither appended nor applied: that is for ``apply(_:_:)``, once it has been decided on. It replaces what
    /// is live now and, by this peer's own earlier sequences, what this peer has proposed of the key before.
    ///
    /// - Parameter clock: at least so high, since a proposal of the same key may be under way.
    /// - Throws: when the write is not allowed; then no sequence is used up.
    package func compose(
        key: Span<UInt8>, operation: Operation, value: Span<UInt8>, expiry: UInt64?, token: CausalContext?,
        timestamp: HybridTimestamp, continuesBatch: Bool, clockAtLeast clock: UInt64 = 0
    ) throws(JournalError) -> (head: RecordHead, bytes: [UInt8]) {
        guard key.count <= DataLimits.keyLength else { throw .keyTooLong(byteCount: key.count) }
        guard value.count <= DataLimits.valueLength else { throw .valueTooLong(byteCount: value.count) }
        guard operation != .delete || value.count == 0 else { throw .deleteWithValue }
        guard self.ownSequence < .max - 1 else { throw .contextTooLarge }
        let plan = try WritePlan(
            of: key, by: self.identity.peer, token: token, seen: self.state.context, index: self.index)
        let head = RecordHead(
            dot: Dot(peer: self.identity.peer, sequence: self.ownSequence + 1), clock: max(clock, plan.clock),
            timestamp: timestamp, operation: operation, expiry: expiry, context: plan.context,
            replacesAllEarlier: plan.replacesAllEarlier, continuesBatch: continuesBatch)
        var writer = ByteWriter(capacity: key.count + value.count + 64)
        writer.write(head, key: key, value: value)
        self.clock.observe(timestamp)
        self.ownSequence = head.dot.sequence
        return (head, writer.bytes)
    }

    /// Applies a record that has been decided on: as ``receive(_:_:)``, but it may be this peer's own.
    package func apply(_ bytes: [UInt8], _ range: Range<Int>) throws(JournalError) -> Reception {
        let reception = try self.receive(bytes, range)
        let dot: Dot
        switch reception {
        case .ignored: return reception
        case .covered(let layout), .applied(let layout, _, _): dot = layout.head.dot
        }
        if dot.peer == self.identity.peer, dot.sequence > self.state.own.sequence {
            self.state.own = (dot.sequence, Checksum.crc32c(0, bytes.span.extracting(range)))
        }
        return reception
    }

    /// Never uses own sequences up to there: they name records that were proposed, and perhaps sent.
    package func keepFree(ownSequencesThrough sequence: UInt64) {
        self.ownSequence = max(self.ownSequence, sequence)
    }
}
