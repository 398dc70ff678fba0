import ByteCoding
import Causality
import Platform

/// Reads a whole log into an index, and says where it ends. Changes nothing on the disk.
struct Recovery {
    let segments: [Segment]
    let files: any FileSystem
    private var replay: Replay
    /// The segment that is replayed first, and where in it; those before are known from a snapshot.
    private var first = 0
    private var firstOffset: UInt64 = 0
    /// Whether the account of the segment that is replayed first has been begun.
    private var isBegun = false
    /// Bytes of all frames.
    private(set) var byteCount: UInt64 = 0
    /// What restoring a snapshot has met.
    var snapshots = SnapshotFindings()

    /// The last segment's file, open for writing, and what lies behind its last good frame.
    struct Tail {
        var file: FileID
        var size: UInt64
        var end: LogEnd
    }

    /// What the log says.
    struct Outcome {
        var state: CausalState
        var frames: FrameCounts
        var bytes: UInt64
        var latestTimestamp: HybridTimestamp
        /// The highest LSN that a mark says was synced.
        var markedLSN: UInt64
        /// The frames of leader mode that count.
        var leadership: LeadershipFrames
        /// Nil for a log without segments.
        var tail: Tail?
        /// What stands where the good frames end.
        var ending: LogEnding
    }

    init(of segments: [Segment], into index: LiveIndex, peer: PeerID, files: any FileSystem) {
        self.segments = segments
        self.files = files
        self.replay = Replay(into: index, peer: peer)
    }

    var index: LiveIndex { self.replay.index }

    /// Notes how far the log was synced once.
    mutating func noteSynced(_ lsn: UInt64) { self.replay.noteSynced(lsn) }

    /// Has the replay begin there, for all before is in the index already.
    mutating func startAt(_ first: Int, offset: UInt64, _ snapshot: SnapshotFile) {
        self.first = first
        self.firstOffset = offset
        self.isBegun = true
        self.replay.begin(snapshot)
    }

    /// Replays all segments in order.
    mutating func run() throws(JournalError) -> Outcome {
        var tail: Tail?
        var ending = LogEnding.none
        for index in self.first..<max(self.first, self.segments.count) {
            let segment = self.segments[index]
            if index + 1 < self.segments.count {
                try self.replayComplete(segment, next: self.segments[index + 1])
            } else {
                (tail, ending) = try self.replayLast(segment)
            }
        }
        if let tail, let last = self.segments.last, last.firstLSN + tail.end.offset < self.replay.syncedLSN {
            // A compacted segment claims what had been seen by then: without the rest that would be a lie.
            self.files.close(tail.file)
            throw .damaged(
                file: last.path, offset: tail.end.offset, what: "the log ends before what had been synced",
                syncedThrough: self.replay.syncedLSN)
        }
        return Outcome(
            state: self.replay.finish(), frames: self.replay.counts, bytes: self.byteCount,
            latestTimestamp: self.replay.latestTimestamp, markedLSN: self.replay.syncedLSN,
            leadership: self.replay.leadership, tail: tail, ending: ending)
    }

    /// A segment that has a successor was synced whole before that had a name.
    private mutating func replayComplete(_ segment: Segment, next: Segment) throws(JournalError) {
        let file = try JournalError.unlessRefused { () throws(SystemCallError) in
            try self.files.open(segment.path, .read)
        }
        defer { self.files.close(file) }
        let size = try JournalError.unlessRefused { () throws(SystemCallError) in try self.files.size(of: file) }
        let used = segment.compaction.map { UInt64($0.usedLength) } ?? next.firstLSN - segment.firstLSN
        self.beginAccount(of: segment, size)
        guard used <= size else {
            throw .damaged(
                file: segment.path, offset: size, what: "the segment is shorter than its successor says",
                syncedThrough: next.firstLSN)
        }
        var scanner = FrameScanner(segment, file: file, end: used, files: self.files, offset: self.takeOffset())
        try self.replayFrames(of: &scanner)
        guard scanner.offset == used else {
            throw .damaged(
                file: segment.path, offset: scanner.offset, what: "no valid frame, though later segments exist",
                syncedThrough: next.firstLSN)
        }
    }

    private mutating func beginAccount(of segment: Segment, _ size: UInt64) {
        defer { self.isBegun = false }
        guard !self.isBegun else { return }
        self.index.usage.begin(at: segment.firstLSN, fileBytes: size, isCompacted: segment.compaction != nil)
    }

    /// Where the next segment's frames are to be read from.
    private mutating func takeOffset() -> UInt64 {
        defer { self.firstOffset = 0 }
        return self.firstOffset
    }

    private mutating func replayLast(_ segment: Segment) throws(JournalError) -> (Tail, LogEnding) {
        let file = try JournalError.unlessRefused { () throws(SystemCallError) in
            try self.files.open(segment.path, .readWrite)
        }
        do throws(JournalError) {
            let size = try JournalError.unlessRefused { () throws(SystemCallError) in
                try self.files.size(of: file)
            }
            self.beginAccount(of: segment, size)
            var scanner = FrameScanner(segment, file: file, end: size, files: self.files, offset: self.takeOffset())
            let stop = try self.replayFrames(of: &scanner)
            let end = try LogEnd(of: segment, file: file, from: scanner.offset, size: size, files: self.files)
            if let synced = end.syncedThrough, synced > segment.firstLSN + end.offset {
                throw .damaged(
                    file: segment.path, offset: end.offset, what: "no valid frame, though later frames are valid",
                    syncedThrough: synced)
            }
            return (Tail(file: file, size: size, end: end), stop == .clean && end.tornBytes > 0 ? .gap : stop)
        } catch {
            self.files.close(file)
            throw error
        }
    }

    /// Replays frames up to the first that is none, or that opens a batch which is not all there.
    @discardableResult
    private mutating func replayFrames(of scanner: inout FrameScanner) throws(JournalError) -> LogEnding {
        let start = scanner.offset
        defer { self.byteCount += scanner.offset - start }
        while true {
            let frame: FrameScanner.Frame
            switch try scanner.next() {
            case .frame(let found): frame = found
            case .end: return .clean
            case .invalid: return .torn
            }
            if frame.kind == .batch {
                guard try scanner.group(openedBy: frame)?.isWhole == true else {
                    scanner.rewind(to: frame)
                    return .brokenBatch
                }
                self.replay.noteBatch()
                continue
            }
            try self.apply(frame, scanner)
        }
    }

    private mutating func apply(_ frame: FrameScanner.Frame, _ scanner: FrameScanner) throws(JournalError) {
        do throws(DecodingError) {
            try self.replay.apply(frame, scanner.reader(of: frame))
        } catch {
            throw .damaged(
                file: scanner.segment.path, offset: frame.offset, what: "a \(frame.kind) frame makes no sense",
                syncedThrough: nil)
        }
    }
}
