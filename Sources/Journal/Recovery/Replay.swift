import ByteCoding
import Causality
import DataModel

/// Applies the frames of a log, in order, to an empty index and an empty causal state.
///
/// Records are applied by coverage: a record is dropped because a live one covers it, never because
/// its dot has been seen, for frames that only claim dots may stand before it. The same dot twice is
/// the same record; the later place counts. A gone frame drops what stands before it and is named by it:
/// what stands behind it was received later.
///
/// A compaction may leave out any frame of a record that is not live, and a gone frame that names no
/// record frame before it. For a record frame that is there though its record is not live, either a live
/// record that inherited its context follows, or the gone frame that ended the chain of those that did;
/// and a record that it covers, yet was received after it had ended, follows that gone frame too.
struct Replay {
    let index: LiveIndex
    private(set) var state = CausalState()
    /// The peer whose newest own record is looked for.
    let peer: PeerID
    private(set) var counts = FrameCounts()
    private(set) var leadership = LeadershipFrames()
    private(set) var latestTimestamp = HybridTimestamp(rawValue: 0)
    /// The highest LSN that a mark says was synced.
    private(set) var syncedLSN: UInt64 = 0

    /// Whether only what the frames of records say is believed: of a damaged log, joins may claim what is lost.
    let isSalvage: Bool
    /// Every dot that gone frames name, of a damaged log.
    private(set) var gone = CausalContext()

    init(into index: LiveIndex, peer: PeerID, isSalvage: Bool = false) {
        self.index = index
        self.peer = peer
        self.isSalvage = isSalvage
    }

    /// Goes on from what an index snapshot says, which is in the index already.
    mutating func begin(_ snapshot: SnapshotFile) {
        self.state.context = snapshot.footer.context
        self.state.floor = snapshot.footer.floor
        self.state.own = (snapshot.footer.ownSequence, snapshot.footer.ownChecksum)
        self.latestTimestamp = snapshot.footer.latestTimestamp
        self.noteSynced(snapshot.header.throughLSN)
    }

    /// Notes how far the log was synced once.
    mutating func noteSynced(_ lsn: UInt64) { self.syncedLSN = max(self.syncedLSN, lsn) }

    /// Notes a group that is all there; its frames follow.
    mutating func noteBatch() { self.counts.batches += 1 }

    /// Applies one frame. The frames of a batch MUST be given only if all of them are there.
    mutating func apply(_ frame: FrameScanner.Frame, _ reader: ByteReader) throws(DecodingError) {
        var reader = reader
        switch frame.kind {
        case .record:
            self.apply(try reader.readRecordLayout(), in: reader.bytes, frame)
            return
        case .join:
            let context = try reader.readContext()
            if !self.isSalvage { self.state.context.formUnion(context) }
            self.counts.joins += 1
        case .gone:
            let key = try reader.readLengthPrefixedBytes(maximum: DataLimits.keyLength)
            let dots = try reader.readContext()
            self.drop(key, dots, before: frame.lsn)
            if self.isSalvage { self.gone.formUnion(dots) }
            self.index.usage.noteGone(byteCount: LogFormat.frameHeaderLength + frame.payload.count)
            self.counts.gone += 1
        case .floor:
            self.state.floor.formUnion(try reader.readVector())
            self.counts.floors += 1
        case .mark:
            self.noteSynced(try reader.readUInt64())
        case .summary:
            let summary = try reader.readSummary()
            if summary.peer == self.peer, summary.sequence > self.state.own.sequence {
                self.state.own = (summary.sequence, summary.checksum)
            }
            self.latestTimestamp = max(self.latestTimestamp, summary.timestamp)
            self.noteSynced(summary.syncedLSN)
        case .ballot: self.keep(.ballot, &reader, frame)
        case .leadershipEntry: self.keep(.entry, &reader, frame)
        case .commit: self.keep(.commit, &reader, frame)
        case .truncation: self.keep(.truncation, &reader, frame)
        case .batch: throw .malformed
        }
        try reader.finish()
        if frame.kind != .gone {
            self.index.usage.noteFixed(byteCount: LogFormat.frameHeaderLength + frame.payload.count)
        }
    }

    private mutating func keep(_ kind: LeadershipFrame.Kind, _ reader: inout ByteReader, _ frame: FrameScanner.Frame) {
        let payload = (try? reader.readBytes(reader.remaining)) ?? []
        self.leadership.replay(LeadershipFrame(kind: kind, lsn: frame.lsn, payload: payload))
        self.counts.leadership += 1
    }

    /// Ends the replay: returns the state that the log stands for.
    mutating func finish() -> CausalState {
        self.state.liveHash = self.index.liveHash
        return self.state
    }

    private func drop(_ key: [UInt8], _ dots: CausalContext, before lsn: UInt64) {
        guard let slot = self.index.find(key.span) else { return }
        for record in self.index.records(of: slot) where record.lsn < lsn && dots.contains(record.dot) {
            self.index.remove(record.dot, from: slot)
        }
    }

    private mutating func apply(_ layout: RecordLayout, in bytes: [UInt8], _ frame: FrameScanner.Frame) {
        let head = layout.head
        self.counts.records += 1
        self.state.context.insert(head.dot)
        self.latestTimestamp = max(self.latestTimestamp, head.timestamp)
        if head.dot.peer == self.peer, head.dot.sequence >= self.state.own.sequence {
            self.state.own = (head.dot.sequence, frame.payloadChecksum)
        }
        let record = LiveRecord(layout, in: frame)
        let key = bytes.span.extracting(layout.key)
        guard let slot = self.index.find(key) else {
            self.index.insert(record, context: head.context, expiry: head.expiry, key: key)
            return
        }
        if self.index.recordCount(of: slot) == 1, head.covers(self.index.first(of: slot).dot) {
            self.index.replaceOnly(slot, with: record, context: head.context, expiry: head.expiry)
            return
        }
        var dropped: [LiveRecord] = []
        var isCovered = false
        let index = self.index
        index.forEachRecord(of: slot) { sibling in
            if head.covers(sibling.dot) {
                dropped.append(sibling)
            } else if index.covers(sibling, head.dot) {
                isCovered = true
            }
        }
        if isCovered {
            index.usage.noteDeath(at: frame.lsn)
            for sibling in dropped { index.remove(sibling.dot, from: slot) }
        } else {
            index.exchange(dropped, for: record, context: head.context, expiry: head.expiry, in: slot)
        }
    }
}

extension LiveRecord {
    /// What memory keeps of a record found in the log.
    init(_ layout: RecordLayout, in frame: FrameScanner.Frame) {
        // The scanner bounds a payload far below 4 GiB.
        self.init(
            layout.head, lsn: frame.lsn, recordLength: UInt32(frame.payload.count),
            valueLength: UInt32(layout.value.count), checksum: frame.payloadChecksum)
    }

    /// What memory keeps of a record.
    init(_ head: RecordHead, lsn: UInt64, recordLength: UInt32, valueLength: UInt32, checksum: UInt32) {
        self.init(
            dot: head.dot, clock: head.clock, timestamp: head.timestamp, operation: head.operation,
            replacesAllEarlier: head.replacesAllEarlier, continuesBatch: head.continuesBatch, lsn: lsn,
            recordLength: recordLength, valueLength: valueLength, checksum: checksum)
    }
}
