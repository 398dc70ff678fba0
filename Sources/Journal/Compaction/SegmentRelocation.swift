import Platform

/// A compacted segment that is in place while the index still knows some of its records by where they were.
///
/// Records are told of their new places in the order of their old ones. A record's new LSN is never above its old
/// one, and both are in one order; so at each moment one boundary parts the new places of the records that
/// have been told from the old places of those that have not.
struct SegmentRelocation {
    /// The compacted segment.
    let segment: Segment
    /// The segments it stands for, in order, with their files, whose names are gone.
    let replaced: [(segment: Segment, file: FileID)]
    /// Where the segments it stands for end.
    let endLSN: UInt64
    /// A record known to lie below this lies in the compacted segment, any other in those it stands for.
    var boundary: UInt64

    /// The replaced file that holds the record known to lie at `lsn`, and where it ends.
    func oldPlace(of lsn: UInt64) throws(JournalError) -> (segment: Segment, file: FileID, end: UInt64) {
        var end = self.endLSN
        for (segment, file) in self.replaced.reversed() {
            if segment.firstLSN <= lsn { return (segment, file, end) }
            end = segment.firstLSN
        }
        throw .damaged(
            file: self.segment.path, offset: lsn, what: "no segment holds this", syncedThrough: self.endLSN)
    }
}
