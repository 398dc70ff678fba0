import ByteCoding
import Causality
import Platform

/// The log as a sequence of segments: where frames are appended, flushed and found again.
///
/// It knows frames, not what they mean. Everything appended lies in space that has been allocated
/// before, so a full disk is known before a write is applied.
///
/// - Invariant: `segments` is sorted by number and by first LSN; its last element is appended to.
/// - Invariant: `syncedLSN <= writtenLSN <= appendedLSN`, and each lies between two frames.
struct SegmentedLog {
    let files: any FileSystem
    /// The directory of the segments.
    let directory: String
    /// Bytes in a segment, unless it must hold a larger group.
    let segmentLength: UInt64

    /// What of each segment is needed; its entries are those of ``segments``.
    let usage: SegmentUsage

    var peer: PeerID
    var segments: [Segment] = []
    /// A compacted segment whose records are not all known by their new places yet.
    var relocation: SegmentRelocation?
    /// Records read from files in it.
    var readsWhileMoving: UInt64 = 0
    /// Counts the changes of what lies where.
    var layoutEpoch: UInt64 = 0
    var handles = SegmentHandles()
    /// The file of the last segment, and its length.
    var currentFile = FileID(rawValue: -1)
    var currentLength: UInt64 = 0

    /// What has been appended and not yet taken to be written, oldest first; one more than the
    /// segments begun since.
    var pending: [Stretch] = []
    var inFlight: Flush?
    /// Why the system did not take the bytes in flight, until it has: nothing that was written or synced before has
    /// suffered. Nothing more is admitted meanwhile.
    var refusal: SystemCallError? { didSet { self.isRefused = self.refusal != nil } }
    /// Whether there is a refusal.
    private(set) var isRefused = false
    /// How often bytes were written that had been refused.
    var attempts: UInt64 = 0
    var group: FrameGroup?

    var appendedLSN: UInt64 = 0
    var writtenLSN: UInt64 = 0
    var syncedLSN: UInt64 = 0

    var spare: Spare?
    var preparation: Preparation?
    /// Bytes that a writer waits for in one segment; 0 if nobody does.
    var wantedBytes: UInt64 = 0
    /// Why the last preparation failed, until one succeeds.
    var preparationFailure: SystemCallError?
    /// How often one has succeeded after that.
    var resumptions: UInt64 = 0
    /// Whether a writer has asked again since that failure.
    var mayPrepareAgain = false

    /// Set for good by the first failed sync, or write that cannot be made again.
    var failure: JournalError? { didSet { self.hasFailed = self.failure != nil } }
    /// Whether there is a failure: asked for many times a turn, which copying the error would make dear.
    private(set) var hasFailed = false
    var lastJob: UInt64 = 0
    var lastSpare: UInt64 = 0
    /// What was written lately.
    var recent: RecentBytes
    /// The buffer of the last stretch that was written, for the next one.
    var recycled: [UInt8] = []
    /// Buffers larger than this are given back instead.
    private static let recycledMaximum = 4 * 1024 * 1024

    init(
        files: any FileSystem, directory: String, segmentLength: Int, recentLength: Int, peer: PeerID,
        usage: SegmentUsage
    ) {
        self.files = files
        self.directory = directory
        self.segmentLength = UInt64(segmentLength)
        self.recent = RecentBytes(length: recentLength)
        self.peer = peer
        self.usage = usage
    }

    /// Bytes left in the current segment for frames, beside the overhead of a group.
    var room: UInt64 {
        guard let current = self.segments.last else { return 0 }
        let used = self.appendedLSN - current.firstLSN + UInt64(LogFormat.groupOverhead)
        return used < self.currentLength ? self.currentLength - used : 0
    }

    /// Makes sure that frames of at most `byteCount` bytes in all can follow in one segment.
    ///
    /// - Throws: ``JournalError/notAdmitted(byteCount:)`` and what keeps everything from being written.
    mutating func reserve(_ byteCount: Int) throws(JournalError) {
        if let failure = self.failure { throw failure }
        if self.isRefused, let refusal = self.refusal { throw .refused(refusal) }
        if let group = self.group {
            guard byteCount <= group.byteCount - (self.appendedCount - group.start) else {
                throw .notAdmitted(byteCount: byteCount)
            }
            return
        }
        if UInt64(byteCount) > self.room {
            guard let spare = self.spare,
                UInt64(byteCount + LogFormat.groupOverhead + LogFormat.segmentHeaderLength) <= spare.length
            else { throw .notAdmitted(byteCount: byteCount) }
            self.roll(onto: spare)
        }
        self.openStretch()
    }

    /// Starts a frame; the caller writes the payload to ``writer`` and then calls ``endFrame(_:)``.
    ///
    /// - Precondition: ``reserve(_:)`` has been called for it.
    mutating func beginFrame(_ kind: FrameKind) -> Int {
        self.pending[self.pending.count - 1].writer.beginFrame(kind)
    }

    /// The bytes that the current frame's payload goes to.
    var writer: ByteWriter {
        get { self.pending[self.pending.count - 1].writer }
        _modify { yield &self.pending[self.pending.count - 1].writer }
    }

    /// Ends the frame that began at `start` and returns its LSN and the CRC of its payload.
    mutating func endFrame(_ start: Int) -> (lsn: UInt64, checksum: UInt32) {
        let last = self.pending.count - 1
        let lsn = self.pending[last].startLSN + UInt64(start)
        let checksum = self.pending[last].writer.endFrame(start, peer: self.pending[last].segment.peer, lsn: lsn)
        self.appendedLSN = self.pending[last].endLSN
        self.group?.frameCount += 1
        return (lsn, checksum)
    }

    /// Bytes in the stretch that is appended to.
    private var appendedCount: Int {
        self.pending.last?.writer.count ?? 0
    }

    /// Begins a batch of frames, at most `byteCount` bytes in all, that count only together.
    ///
    /// - Precondition: no batch is open.
    mutating func beginGroup(_ byteCount: Int) throws(JournalError) {
        precondition(self.group == nil, "batches do not nest")
        try self.reserve(byteCount)
        let last = self.pending.count - 1
        let start = self.pending[last].writer.beginFrame(.batch)
        self.pending[last].writer.write(UInt64(0))
        self.group = FrameGroup(header: start, start: self.pending[last].writer.count, byteCount: byteCount)
    }

    /// Ends the batch. One without frames leaves no trace.
    mutating func endGroup() {
        guard let group = self.group else { return }
        self.group = nil
        let last = self.pending.count - 1
        guard group.frameCount > 0 else {
            self.pending[last].writer.bytes.removeLast(LogFormat.batchLength)
            return
        }
        let payload = group.header + LogFormat.frameHeaderLength
        self.pending[last].writer.overwrite(UInt32(group.frameCount), at: payload)
        self.pending[last].writer.overwrite(
            UInt32(self.pending[last].writer.count - group.start), at: payload + 4)
        self.pending[last].writer.endFrame(
            group.header, end: group.start, peer: self.pending[last].segment.peer,
            lsn: self.pending[last].startLSN + UInt64(group.header))
    }

    /// Makes the spare the current segment. Its name and header are written with the next flush.
    private mutating func roll(onto spare: Spare) {
        // There is a current segment from the end of opening on.
        let previous = self.segments[self.segments.count - 1]
        let number = previous.lastNumber + 1
        let segment = Segment(
            number: number, peer: self.peer, firstLSN: self.appendedLSN,
            path: FileNames.segment(number, in: self.directory))
        let header = SegmentHeader(peer: self.peer, firstLSN: segment.firstLSN, birth: spare.birth).bytes
        self.appendedLSN = segment.firstLSN + UInt64(LogFormat.segmentHeaderLength)
        self.pending.append(
            Stretch(
                segment: segment, file: spare.file, startLSN: self.appendedLSN,
                beginning: .init(
                    spare: spare.path, path: segment.path, header: header, previous: self.currentFile),
                writer: ByteWriter()))
        self.segments.append(segment)
        self.usage.begin(at: segment.firstLSN, fileBytes: spare.length)
        self.handles.adopt(spare.file, number: number)
        self.currentFile = spare.file
        self.currentLength = spare.length
        self.spare = nil
    }

    /// Makes sure that the last stretch is of the current segment and begins with a mark.
    private mutating func openStretch() {
        if self.pending.isEmpty {
            self.recycled.removeAll(keepingCapacity: true)
            self.pending.append(
                Stretch(
                    segment: self.segments[self.segments.count - 1], file: self.currentFile,
                    startLSN: self.appendedLSN, beginning: nil, writer: ByteWriter(self.recycled)))
            self.recycled = []
        }
        guard self.appendedCount == 0 else { return }
        let start = self.beginFrame(.mark)
        self.writer.write(self.syncedLSN)
        _ = self.endFrame(start)
    }

    /// A number for the next job.
    mutating func takeJobNumber() -> UInt64 {
        self.lastJob += 1
        return self.lastJob
    }

    /// A path for the next file that is not a segment yet.
    mutating func takeSparePath() -> String {
        self.lastSpare += 1
        return FileNames.spare(self.lastSpare, in: self.directory)
    }

    /// Remembers what was written, and keeps the buffer of the last stretch for the next one.
    mutating func recycle(_ stretches: consuming [Stretch]) {
        for index in stretches.indices {
            self.recent.append(stretches[index].writer.bytes, at: stretches[index].startLSN)
        }
        guard let stretch = stretches.popLast() else { return }
        if stretch.writer.bytes.capacity <= SegmentedLog.recycledMaximum {
            self.recycled = stretch.writer.bytes
        }
    }
}
