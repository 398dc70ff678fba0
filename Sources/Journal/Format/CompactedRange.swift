/// What a compacted segment stands for: the frames of one or more earlier segments that still matter, in their
/// order, packed together.
///
/// It keeps the number and the first LSN of the first of them, and takes up the LSNs of all. A frame's LSN goes
/// down when it is packed, but never behind that of a frame before it.
struct CompactedRange: Hashable {
    /// Counts the compactions of a log, from 1: a segment that was rewritten has a generation of its own.
    var generation: UInt32
    /// The first LSN of the segment that follows.
    var endLSN: UInt64
    /// Bytes of the header and the frames; what follows in the file counts for nothing.
    var usedLength: UInt32
    /// How many numbers after its own it stands for too. Segments of these numbers that are still there were
    /// about to be removed.
    var followers: UInt32
}
