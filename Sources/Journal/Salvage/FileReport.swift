package import Causality

/// What was found in one file of a data directory that was read from its beginning to its end.
package struct FileReport: Hashable, Sendable {
    /// The most stretches that are listed one by one.
    static let stretchMaximum = 64

    /// Where it is.
    package let path: String
    /// Bytes of the file.
    package internal(set) var bytes: UInt64 = 0
    /// Whose frames are in it; nil where that cannot be told, and of files that have none.
    package internal(set) var peer: PeerID?
    /// Frames of a segment, or chunks of an index snapshot, that are intact.
    package internal(set) var frames: UInt64 = 0
    /// Records in them, live or not.
    package internal(set) var records: UInt64 = 0
    /// Bytes at the end of the log's last segment that were being written when a process ended: not damage.
    package internal(set) var tornBytes: UInt64 = 0
    /// Whether it is of no use to this directory, though intact.
    package internal(set) var isIgnored = false
    /// The first that are damaged, in order.
    package private(set) var damage: [DamagedStretch] = []
    /// All that are.
    package private(set) var damageCount = 0

    init(_ path: String) { self.path = path }

    /// Whether nothing in it is damaged.
    package var isIntact: Bool { self.damageCount == 0 }

    mutating func note(_ stretch: DamagedStretch) {
        self.damageCount += 1
        if self.damage.count < FileReport.stretchMaximum { self.damage.append(stretch) }
    }
}
