/// What a node finds on its disk when it starts.
package struct RestoredLog: Hashable, Sendable {
    package var ballot: Ballot
    package var outline: LogOutline
    /// Entries up to here are known to be committed: the base at least.
    package var commit: UInt64

    package init(ballot: Ballot, outline: LogOutline, commit: UInt64) {
        self.ballot = ballot
        self.outline = outline
        self.commit = commit
    }
}
