import Causality

/// One file of the log, as the memory knows it.
struct Segment {
    /// Its place among the segments, from 1, which is its name.
    let number: UInt64
    /// Whose frames are in it: part of the CRC of each.
    let peer: PeerID
    let firstLSN: UInt64
    let path: String
    /// Whether the file is the very one that was written as this segment, and no copy of it.
    var isOriginal = true
    /// What it stands for, if it was compacted.
    var compaction: CompactedRange?

    /// The highest number that it stands for.
    var lastNumber: UInt64 {
        self.number + UInt64(self.compaction?.followers ?? 0)
    }
}
