package import Causality

/// What a node had when its process ended, to be compared with what the next one finds.
package struct StopRecord: Sendable {
    /// Under which it wrote.
    package let peer: PeerID
    /// The node's own sequence, synced or not.
    package let sequence: UInt64
    /// Everything the replica had seen.
    package let context: CausalContext
    /// What it had claimed to have durably.
    package let syncedContext: CausalContext
    /// The floor that it had durably.
    package let syncedFloor: VersionVector
    /// Up to here its log must be found again.
    package let keptLSN: UInt64
    /// What the journal stood for at the positions between its last turns, ascending, from the last one
    /// that was synced on.
    package let states: [LogState]
    /// The disk was wiped, or an older copy was put in its place, since: nothing can be compared.
    package internal(set) var isVoid = false

    /// Puts a record together.
    package init(
        peer: PeerID, sequence: UInt64, context: CausalContext, syncedContext: CausalContext,
        syncedFloor: VersionVector, keptLSN: UInt64, states: [LogState]
    ) {
        self.peer = peer
        self.sequence = sequence
        self.context = context
        self.syncedContext = syncedContext
        self.syncedFloor = syncedFloor
        self.keptLSN = keptLSN
        self.states = states
    }
}
