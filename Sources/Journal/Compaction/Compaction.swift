import ByteCoding
import Causality
import DataModel
import Platform

/// Adjacent complete segments being packed into one.
///
/// Everything happens beside the writing of the log: frames that still matter are copied, in their order, into a
/// file of their own, which takes the place of the first segment by one rename; then the index learns the new
/// places, bit by bit, while the old files are still read through their open descriptors; then the names of the
/// other segments are removed. At each moment the directory holds a complete log.
///
/// Legal transitions:
/// - `copying → sealing` when all is copied; `sealing → installing → moving → removing` with each job's end
/// - `copying, sealing, installing → discarding → discarded` on any failure before the rename
///
/// A class, since every turn asks it something: what is asked of a large value in a class is answered by a copy of
/// all of it.
final class Compaction {
    /// What it is at.
    enum Phase: Hashable {
        case copying
        /// The rest of the file and its header are on their way to the disk.
        case sealing
        /// The file gets its name.
        case installing
        /// The index is being told.
        case moving
        /// The names of the other segments are being removed.
        case removing
        /// The file is to be removed, when no job works on it any more.
        case discarding
        /// The file is being removed.
        case discarded
    }

    /// A record that was copied.
    struct Move {
        var dot: Dot
        var slot: SlotID
        var newLSN: UInt64
    }

    /// The segments and their files.
    let sources: [(segment: Segment, file: FileID)]
    /// The index of the first among the log's segments.
    let firstIndex: Int
    /// Where the last ends.
    let endLSN: UInt64
    /// Whether gone frames still matter.
    let keepsGone: Bool
    /// The first LSN of the segment that was appended to when the copying began.
    let begunAt: UInt64
    let generation: UInt32
    var phase = Phase.copying
    /// The job under way.
    var job: UInt64?
    var output: CompactionOutput
    private(set) var moves: [Move] = []
    /// Whether everything has been looked at.
    private(set) var isCopied = false
    /// Files that only readers of the old places used.
    var released: [FileID] = []
    /// Bytes of the files that it has taken the place of and that are not closed yet.
    var replacedBytes: UInt64 = 0
    /// How many of the moves the index has been told of.
    var movedCount = 0
    /// Whether a record was copied that is not live any more.
    var hasDead = false
    /// Whether one was copied that was not live when it was copied, for what had ended it was not synced.
    private(set) var hasRetired = false
    private(set) var goneBytes: UInt64 = 0
    /// Bytes of the frames of records that were copied.
    private(set) var copiedBytes: UInt64 = 0
    /// Whether the sources were not looked at, since nothing in them is needed.
    private(set) var isUnread = false
    /// When the first of the records died whose frames the sources hold; set when the file is put in place.
    var oldestDeath = UInt64.max
    /// Bytes read so far.
    private(set) var readBytes: UInt64 = 0

    private var scanner: FrameScanner?
    private var nextSource = 0
    private var floor = VersionVector()
    /// Per peer the lowest and the highest sequence left out, sorted by peer.
    private var left: [(peer: PeerID, range: ClosedRange<UInt64>)] = []

    init(
        sources: [(segment: Segment, file: FileID)], firstIndex: Int, endLSN: UInt64, keepsGone: Bool,
        begunAt: UInt64, generation: UInt32, output: CompactionOutput
    ) {
        self.sources = sources
        self.firstIndex = firstIndex
        self.endLSN = endLSN
        self.keepsGone = keepsGone
        self.begunAt = begunAt
        self.generation = generation
        self.output = output
    }

    /// The segments' indices.
    var range: Range<Int> {
        self.firstIndex..<(self.firstIndex + self.sources.count)
    }

    /// Bytes that the segments' frames take up.
    var sourceBytes: UInt64 {
        self.sources.indices.reduce(0) { $0 + self.usedLength($1) }
    }

    /// Copies what matters of the next `byteCount` bytes, or a little more.
    ///
    /// - Throws: when a source is damaged, or cannot be read.
    func copy(
        _ byteCount: UInt64, index: LiveIndex, files: any FileSystem
    ) throws(JournalError) {
        let goal = self.readBytes + byteCount
        while self.readBytes < goal {
            guard var scanner = self.scanner ?? self.nextScanner(files) else {
                self.isCopied = true
                return
            }
            self.scanner = nil
            let start = scanner.offset
            while scanner.offset - start < goal - self.readBytes {
                guard case .frame(let frame) = try scanner.next() else {
                    guard scanner.offset == scanner.end else { throw self.damage(scanner) }
                    break
                }
                do throws(DecodingError) {
                    try self.take(frame, scanner.reader(of: frame), index: index)
                } catch {
                    throw self.damage(scanner)
                }
            }
            self.readBytes += scanner.offset - start
            if scanner.offset < scanner.end { self.scanner = scanner } else { self.nextSource += 1 }
        }
    }

    /// Copies nothing, since nothing of the sources matters by itself.
    func skipAll() {
        self.isCopied = true
        self.isUnread = true
        self.readBytes = self.sourceBytes
    }

    /// Appends what is to be known of the frames that were left out.
    ///
    /// - Parameters:
    ///   - state: the synced one.
    ///   - latest: not behind any timestamp in the log.
    ///   - syncedLSN: how far the log is synced, which the state is as of.
    func summarize(_ state: CausalState, peer: PeerID, latest: HybridTimestamp, syncedLSN: UInt64) {
        for context in self.contextsToTell(of: state.context, all: self.isUnread) {
            self.output.append(.join) { $0.write(context) }
        }
        let floor = self.isUnread ? state.floor : self.floor
        if !floor.isEmpty { self.output.append(.floor) { $0.write(floor) } }
        self.output.append(.summary) { writer in
            writer.write(peer.rawValue)
            writer.write(state.own.sequence)
            writer.write(state.own.checksum)
            writer.write(latest.rawValue)
            writer.write(syncedLSN)
        }
    }

    /// The finished file's header.
    func header(peer: PeerID) -> SegmentHeader {
        // A segment is far shorter than 4 GiB, and there are at most a few dozen sources.
        let range = CompactedRange(
            generation: self.generation, endLSN: self.endLSN, usedLength: UInt32(clamping: self.output.length),
            followers: UInt32(clamping: self.lastNumber - self.sources[0].segment.number))
        return SegmentHeader(
            peer: peer, firstLSN: self.output.firstLSN, birth: self.output.birth, compaction: range)
    }

    /// The highest number among the sources and what they stand for.
    private var lastNumber: UInt64 {
        self.sources[self.sources.count - 1].segment.lastNumber
    }

    private func usedLength(_ source: Int) -> UInt64 {
        let segment = self.sources[source].segment
        if let compaction = segment.compaction { return UInt64(compaction.usedLength) }
        let end = source + 1 < self.sources.count ? self.sources[source + 1].segment.firstLSN : self.endLSN
        return end - segment.firstLSN
    }

    private func nextScanner(_ files: any FileSystem) -> FrameScanner? {
        guard self.nextSource < self.sources.count else { return nil }
        let source = self.sources[self.nextSource]
        return FrameScanner(
            source.segment, file: source.file, end: self.usedLength(self.nextSource), files: files,
            windowLength: LogFormat.compactionWindow)
    }

    private func damage(_ scanner: FrameScanner) -> JournalError {
        .damaged(
            file: scanner.segment.path, offset: scanner.offset, what: "no valid frame where a compaction read",
            syncedThrough: self.endLSN)
    }

    private func take(
        _ frame: FrameScanner.Frame, _ reader: ByteReader, index: LiveIndex
    ) throws(DecodingError) {
        var reader = reader
        switch frame.kind {
        case .record:
            let dot = try reader.readRecordDot()
            guard let found = index.needed(dot), found.record.lsn == frame.lsn else {
                self.leave(dot.peer, dot.sequence...dot.sequence)
                return
            }
            if found.isRetired { self.hasRetired = true }
            let lsn = self.copy(frame, reader)
            self.copiedBytes += UInt64(LogFormat.frameHeaderLength + frame.payload.count)
            self.moves.append(Move(dot: dot, slot: found.slot, newLSN: lsn))
        case .gone:
            guard self.keepsGone else { return }
            let start = self.output.length
            _ = self.copy(frame, reader)
            self.goneBytes += self.output.length - start
        case .join:
            for entry in try reader.readContext().entries {
                let lowest = entry.sequences.contiguous > 0 ? 1 : entry.sequences.detached[0].lowerBound
                self.leave(entry.peer, lowest...entry.sequences.highest)
            }
        case .floor: self.floor.formUnion(try reader.readVector())
        case .mark, .batch, .summary: return
        // They lie before the first that counts, or the segment would have been left alone.
        case .ballot, .leadershipEntry, .commit, .truncation: return
        }
    }

    private func copy(_ frame: FrameScanner.Frame, _ reader: ByteReader) -> UInt64 {
        self.output.append(frame.kind) { $0.write(reader.bytes.span.extracting(frame.payload)) }
    }

    private func leave(_ peer: PeerID, _ range: ClosedRange<UInt64>) {
        let index = self.left.firstIndex { $0.peer >= peer } ?? self.left.count
        guard index < self.left.count, self.left[index].peer == peer else {
            self.left.insert((peer, range), at: index)
            return
        }
        let known = self.left[index].range
        self.left[index].range =
            min(known.lowerBound, range.lowerBound)...max(known.upperBound, range.upperBound)
    }

    /// Of the synced context all that the frames left out may have stood for, in parts that can be encoded.
    private func contextsToTell(of context: CausalContext, all: Bool) -> [CausalContext] {
        var told = CausalContext()
        if all {
            told = context
        } else {
            for (peer, range) in self.left {
                for known in context[peer].ranges where known.overlaps(range) {
                    told.insert(known.clamped(to: range), of: peer)
                }
            }
        }
        return told.encodableParts
    }
}
