/// How often each fault of a simulated disk has struck, for coverage.
package struct StorageFaultCounts: Hashable, Sendable {
    /// Syncs that failed.
    package var syncFailures = 0
    /// Reads that failed.
    package var readErrors = 0
    /// Writes that failed.
    package var writeErrors = 0
    /// Writes that found no room.
    package var fullDisks = 0
    /// Power cuts.
    package var crashes = 0
    /// Steps of jobs that a crash left half done.
    package var interruptedSteps = 0
    /// Times the disk got stuck.
    package var stalls = 0
    /// Bits that were flipped.
    package var flippedBits = 0
    /// Sectors that became unreadable.
    package var rottenSectors = 0
    /// Reads that met such a sector.
    package var rottenReads = 0
    /// Writes that landed elsewhere.
    package var misdirectedWrites = 0

    /// Nothing has struck yet.
    package init() {}

    /// All of them, by names for people, always in the same order.
    package var named: [(name: String, count: Int)] {
        [
            ("sync failed", self.syncFailures), ("read failed", self.readErrors), ("write failed", self.writeErrors),
            ("no room", self.fullDisks), ("power cut", self.crashes), ("step half done", self.interruptedSteps),
            ("stuck", self.stalls), ("bit flipped", self.flippedBits),
            ("sector rotten", self.rottenSectors), ("rotten sector met", self.rottenReads),
            ("write misdirected", self.misdirectedWrites),
        ]
    }
}
