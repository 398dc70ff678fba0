/// What was found in a data directory that was read in whole.
package struct DirectoryReport: Hashable, Sendable {
    /// Who writes there; nil if that cannot be read.
    package internal(set) var identity: Identity?
    /// What is wrong with the identity; nil if nothing.
    package internal(set) var identityDamage: String?
    /// The segments of the log, those that are missing among them.
    package internal(set) var segments: [FileReport] = []
    /// The index snapshots. A damaged one costs time when the node starts, and no data.
    package internal(set) var snapshots: [FileReport] = []
    /// The segments of an earlier log that was found damaged and waits to be healed.
    package internal(set) var putAside: [FileReport] = []

    /// Whether the log can be opened as it is, and nothing of it is lost.
    package var isLogIntact: Bool {
        self.identityDamage == nil && self.putAside.isEmpty && self.segments.allSatisfy(\.isIntact)
    }

    /// Whether nothing at all is damaged.
    package var isIntact: Bool { self.isLogIntact && self.snapshots.allSatisfy(\.isIntact) }
}
