/// What a snapshot stands for. Raft, section 7.
package struct SnapshotHeader: Hashable, Sendable {
    /// The last entry whose effect is in it.
    package let position: LogPosition
    /// The members as of that entry.
    package let electorate: Electorate

    package init(position: LogPosition, electorate: Electorate) {
        self.position = position
        self.electorate = electorate
    }
}
