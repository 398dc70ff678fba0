package import Causality

/// What every member is known to hold durably: each one's context, as it last said itself.
///
/// The watermark of Gonçalves et al., "DottedDB: anti-entropy without Merkle trees, deletes without
/// tombstones" (2017), but made of what members say, never of what was sent to them.
///
/// - Invariant: `entries` is sorted by peer, each peer once.
package struct Watermark: Sendable {
    private struct Entry: Sendable {
        let peer: PeerID
        /// nil until the member has said something.
        var context: CausalContext?
    }

    private var entries: [Entry] = []

    /// A watermark without members.
    package init() {}

    /// The members, in order.
    package var peers: [PeerID] {
        self.entries.map(\.peer)
    }

    /// Adds a member, of which nothing is known yet.
    package mutating func admit(_ peer: PeerID) {
        let index = self.insertionIndex(of: peer)
        guard index == self.entries.count || self.entries[index].peer != peer else { return }
        self.entries.insert(Entry(peer: peer, context: nil), at: index)
    }

    /// Forgets a member that has left.
    package mutating func remove(_ peer: PeerID) {
        guard let index = self.index(of: peer) else { return }
        self.entries.remove(at: index)
    }

    /// Takes the synced context that a member has sent, instead of the one before. Ignores strangers.
    package mutating func update(_ peer: PeerID, to context: CausalContext) {
        guard let index = self.index(of: peer) else { return }
        self.entries[index].context = context
    }

    /// What the member last said; nil if nothing, or if it is none.
    package func context(of peer: PeerID) -> CausalContext? {
        self.index(of: peer).flatMap { self.entries[$0].context }
    }

    /// The number of members known to hold the dot, or a successor of it.
    ///
    /// - Complexity: O(n log n) in the members.
    package func holders(of dot: Dot) -> Int {
        self.entries.count { $0.context?.contains(dot) ?? false }
    }

    /// The first member that is not known to hold this write and all of its writer's earlier ones, of those
    /// that are not `ignored`; nil if all of them hold all that.
    package func firstLacking(_ dot: Dot, ignoring ignored: [PeerID] = []) -> PeerID? {
        self.entries.first { entry in
            (entry.context?[dot.peer].contiguous ?? 0) < dot.sequence && !ignored.contains(entry.peer)
        }?.peer
    }

    /// Per writer the highest sequence up to which each member holds all; empty without members.
    package var common: VersionVector {
        guard let first = self.entries.first?.context else { return VersionVector() }
        var vector = VersionVector()
        for entry in first.vector.entries {
            let least = self.entries.map { $0.context?[entry.peer].contiguous ?? 0 }.min() ?? 0
            vector.raise(entry.peer, to: least)
        }
        return vector
    }

    private func insertionIndex(of peer: PeerID) -> Int {
        self.entries.partitionPoint { $0.peer < peer }
    }

    private func index(of peer: PeerID) -> Int? {
        let index = self.insertionIndex(of: peer)
        return index < self.entries.count && self.entries[index].peer == peer ? index : nil
    }
}
