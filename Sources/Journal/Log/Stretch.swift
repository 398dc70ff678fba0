import ByteCoding
import Platform

/// Bytes of one segment, one after the other, that have been appended but not yet written.
///
/// They begin with a mark, filled in when the stretch is taken to be written.
struct Stretch {
    /// What has to happen before a stretch at the front of a new segment can be written.
    struct Beginning {
        /// The prepared file's path.
        var spare: String
        /// The segment's path.
        var path: String
        var header: [UInt8]
        /// The file of the segment before, which must be synced whole before this one has a name:
        /// a later segment is proof that the earlier ones are complete.
        var previous: FileID
    }

    var segment: Segment
    var file: FileID
    /// LSN of the first byte.
    var startLSN: UInt64
    var beginning: Beginning?
    var writer: ByteWriter

    var endLSN: UInt64 {
        self.startLSN + UInt64(self.writer.count)
    }

    /// Writes the mark's content, now that it is known.
    mutating func fillMark(synced: UInt64) {
        self.writer.overwrite(synced, at: LogFormat.frameHeaderLength)
        self.writer.endFrame(0, end: LogFormat.markLength, peer: self.segment.peer, lsn: self.startLSN)
    }
}
