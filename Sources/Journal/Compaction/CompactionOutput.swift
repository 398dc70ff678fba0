import ByteCoding
import Causality
import Platform

/// The file that a compaction writes, and what of it has not been handed out to be written.
struct CompactionOutput {
    let path: String
    let file: FileID
    /// The file's birth stamp, for its header.
    let birth: UInt64
    let peer: PeerID
    /// The LSN of its first byte.
    let firstLSN: UInt64
    /// Frames not handed out yet.
    private var buffer = ByteWriter()
    /// Where they will lie in the file.
    private var bufferStart = UInt64(LogFormat.segmentHeaderLength)

    init(path: String, peer: PeerID, firstLSN: UInt64, files: any FileSystem) throws(SystemCallError) {
        self.path = path
        self.peer = peer
        self.firstLSN = firstLSN
        self.file = try files.open(path, .create)
        do throws(SystemCallError) {
            self.birth = try files.birthStamp(of: self.file)
        } catch {
            files.close(self.file)
            try? files.remove(path)
            throw error
        }
    }

    /// Bytes of the header and all frames so far.
    var length: UInt64 {
        self.bufferStart + UInt64(self.buffer.count)
    }

    /// Bytes not handed out yet.
    var pendingCount: Int {
        self.buffer.count
    }

    /// Appends a frame whose payload `body` writes, and returns its LSN.
    @discardableResult
    mutating func append(_ kind: FrameKind, _ body: (inout ByteWriter) -> Void) -> UInt64 {
        let start = self.buffer.beginFrame(kind)
        body(&self.buffer)
        let lsn = self.firstLSN + self.bufferStart + UInt64(start)
        self.buffer.endFrame(start, peer: self.peer, lsn: lsn)
        return lsn
    }

    /// Hands out what is to be written next.
    mutating func takeWrite() -> StorageJob.Step {
        let step = StorageJob.Step.write(self.file, offset: self.bufferStart, bytes: self.buffer.bytes)
        self.bufferStart += UInt64(self.buffer.count)
        self.buffer = ByteWriter()
        return step
    }
}
