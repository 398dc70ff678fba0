import ByteCoding
import Causality
import DataModel

/// Applies the frames of a log, in order, to an empty index and an empty causal state.
///
/// Records are applied by coverage: a record is dropped because a live one covers it, never because
/// its dot has been seen, for frames that only claim dots may stand before it. The same dot twice is
/// the same record; the later place counts.
struct Replay {
    /// Dots of a key that left the live set with no successor that covers them.
    private struct Gone {
        var key: [UInt8]
        var dots: CausalContext
        var lsn: UInt64
    }

    let index: LiveIndex
    private(set) var state = CausalState()
    /// The peer whose newest own record is looked for.
    let peer: PeerID
    private(set) var counts = FrameCounts()
    private(set) var latestTimestamp = HybridTimestamp(rawValue: 0)
    /// The highest LSN that a mark says was synced.
    private(set) var syncedLSN: UInt64 = 0
    private var gone: [Gone] = []

    init(into index: LiveIndex, peer: PeerID) {
        self.index = index
        self.peer = peer
    }

    /// Why a frame could not be applied.
    enum Refusal: Error {
        case malformed(DecodingError)
        case reserved
    }

    /// Notes a group that is all there; its frames follow.
    mutating func noteBatch() { self.counts.batches += 1 }

    /// Applies one frame. The frames of a batch MUST be given only if all of them are there.
    mutating func apply(_ frame: FrameScanner.Frame, _ reader: ByteReader) throws(Refusal) {
        do throws(DecodingError) {
            var reader = reader
            switch frame.kind {
            case .record:
                self.apply(try reader.readRecordLayout(), in: reader.bytes, frame)
                return
            case .join:
                self.state.context.formUnion(try reader.readContext())
                self.counts.joins += 1
            case .gone:
                let key = try reader.readLengthPrefixedBytes(maximum: DataLimits.keyLength)
                self.gone.append(Gone(key: key, dots: try reader.readContext(), lsn: frame.lsn))
                self.counts.gone += 1
            case .floor:
                self.state.floor.formUnion(try reader.readVector())
                self.counts.floors += 1
            case .mark:
                self.syncedLSN = max(self.syncedLSN, try reader.readUInt64())
            case .batch, .ballot, .leadershipEntry, .commit, .truncation:
                throw DecodingError.malformed
            }
            try reader.finish()
        } catch {
            switch frame.kind {
            case .ballot, .leadershipEntry, .commit, .truncation: throw .reserved
            case .record, .batch, .join, .gone, .floor, .mark: throw .malformed(error)
            }
        }
    }

    /// Ends the replay: drops what is gone, and returns the state that the log stands for.
    ///
    /// A record whose frame lies behind the gone frame was received after it, and stays.
    mutating func finish() -> CausalState {
        for gone in self.gone {
            guard let slot = self.index.find(gone.key.span) else { continue }
            for record in self.index.records(of: slot)
            where record.lsn < gone.lsn && gone.dots.contains(record.dot) {
                self.index.remove(record.dot, from: slot)
            }
        }
        self.gone.removeAll()
        self.state.liveHash = self.index.liveHash
        return self.state
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
