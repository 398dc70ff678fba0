import ByteCoding
import Causality
import DataModel
import Platform

/// An index snapshot being written, piece by piece, while the index changes.
///
/// Keys are visited in order, each as it is at that moment. A key that comes up later has no record that lies
/// before the start, and one that is gone by then has none that counts.
///
/// A class for the reason that ``Compaction`` is one.
final class SnapshotWriting {
    enum Phase: Hashable {
        /// Keys are visited.
        case walking
        /// All keys are in the file; the log is not yet known to be synced as far as they say.
        case waiting
        /// The rest of the file and its name are on their way to the disk.
        case installing
        /// The file is to be removed, when no job works on it any more.
        case discarding
        /// The file is being removed.
        case discarded
    }

    let path: String
    let number: UInt64
    let file: FileID
    let peer: PeerID
    let startLSN: UInt64
    var throughLSN: UInt64 = 0
    var phase = Phase.walking
    /// The job under way.
    var job: UInt64?
    /// Bytes of compacted segments that had been written when it was begun.
    let compactedBytes: UInt64
    private var footer: SnapshotFooter
    private var lastKey: [UInt8]?
    private var keyCount: UInt64 = 0
    private var recordCount: UInt64 = 0
    private var chunk = ByteWriter()
    private var offset = UInt64(SnapshotFormat.headerLength)
    private var peers: [PeerID: Int] = [:]

    init(
        path: String, number: UInt64, file: FileID, peer: PeerID, startLSN: UInt64, compactedBytes: UInt64,
        footer: SnapshotFooter
    ) {
        self.path = path
        self.number = number
        self.file = file
        self.peer = peer
        self.startLSN = startLSN
        self.compactedBytes = compactedBytes
        self.footer = footer
    }

    /// Whether the chunk is long enough to be written.
    var isChunkFull: Bool {
        self.chunk.count >= SnapshotFormat.chunkLength
    }

    /// Visits the next keys, at most `count`. Returns whether there are more.
    func walk(_ count: Int, in index: LiveIndex) -> Bool {
        var left = count
        var writer = ByteWriter()
        swap(&writer, &self.chunk)
        var last: SlotID?
        index.forEachSlot(from: self.lastKey.map { .excluding($0) } ?? .unbounded) { slot in
            last = slot
            self.write(slot, of: index, to: &writer)
            left -= 1
            return left > 0 && writer.count < SnapshotFormat.chunkLength
        }
        swap(&writer, &self.chunk)
        if let last { self.lastKey = index.key(of: last) }
        return left <= 0 || self.isChunkFull
    }

    /// The step that writes the chunk.
    func takeChunk() -> [StorageJob.Step] {
        guard self.chunk.count > 0 else { return [] }
        var writer = ByteWriter()
        writer.write(UInt32(self.chunk.count))
        writer.write(
            SnapshotFormat.checksum(
                of: self.chunk.bytes.span, at: self.offset, peer: self.peer, startLSN: self.startLSN,
                number: self.number))
        writer.write(self.chunk.bytes)
        let step = StorageJob.Step.write(self.file, offset: self.offset, bytes: writer.bytes)
        self.offset += UInt64(writer.count)
        self.chunk.bytes.removeAll(keepingCapacity: true)
        return [step]
    }

    /// The steps that write what comes after all chunks, and the header. `usage` tells how much of each segment is
    /// what now: of one that was compacted meanwhile nothing is known.
    func takeEnd(_ segments: [Segment], _ usage: SegmentUsage) -> [StorageJob.Step] {
        for index in self.footer.sources.indices {
            let source = self.footer.sources[index]
            guard let place = segments.firstIndex(where: { $0.number == source.number }),
                segments[place].compaction?.generation ?? 0 == source.generation
            else { continue }
            let entry = usage.entries[place]
            self.footer.sources[index].goneBytes = entry.goneBytes
            self.footer.sources[index].fixedBytes = entry.fixedBytes
            self.footer.sources[index].oldestDeath = entry.oldestDeath
        }
        var writer = ByteWriter()
        self.footer.write(to: &writer)
        let header = SnapshotHeader(
            peer: self.peer, startLSN: self.startLSN, throughLSN: self.throughLSN, keyCount: self.keyCount,
            recordCount: self.recordCount, footerOffset: self.offset, footerLength: UInt32(writer.count),
            footerChecksum: Checksum.crc32c(0, writer.bytes.span))
        return [
            .write(self.file, offset: self.offset, bytes: writer.bytes),
            .write(self.file, offset: 0, bytes: header.bytes),
        ]
    }

    private func write(_ slot: SlotID, of index: LiveIndex, to writer: inout ByteWriter) {
        var count = 0
        index.forEachRecord(of: slot) { if $0.lsn < self.startLSN { count += 1 } }
        guard count > 0 else { return }
        self.keyCount += 1
        self.recordCount += UInt64(count)
        index.withKey(of: slot) { key in
            writer.writeCount(key.count)
            writer.writeCount(count)
            writer.write(key)
        }
        index.forEachRecord(of: slot) { record in
            guard record.lsn < self.startLSN else { return }
            self.write(record, of: index, to: &writer)
        }
    }

    private func write(_ record: LiveRecord, of index: LiveIndex, to writer: inout ByteWriter) {
        var flags = record.operation.rawValue
        if record.replacesAllEarlier { flags |= RecordFlags.replacesAllEarlier }
        if record.continuesBatch { flags |= RecordFlags.continuesBatch }
        let expiry = index.expiry(of: record)
        if expiry != nil { flags |= RecordFlags.hasExpiry }
        if record.hasContext { flags |= RecordFlags.hasContext }
        writer.write(flags)
        writer.writeCount(self.place(of: record.dot.peer))
        writer.writeVarint(record.dot.sequence)
        writer.writeVarint(record.clock)
        writer.write(record.timestamp.rawValue)
        writer.writeVarint(record.lsn)
        writer.writeVarint(UInt64(record.recordLength))
        writer.writeVarint(UInt64(record.valueLength))
        writer.write(record.checksum)
        if let expiry { writer.write(expiry) }
        if record.hasContext { writer.write(index.context(of: record)) }
    }

    /// Where the peer stands in the footer; it is added if need be.
    private func place(of peer: PeerID) -> Int {
        if let place = self.peers[peer] { return place }
        self.peers[peer] = self.footer.peers.count
        self.footer.peers.append(peer)
        return self.footer.peers.count - 1
    }
}
