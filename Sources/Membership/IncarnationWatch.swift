package import Causality
package import Platform

/// Finds two running nodes that have one peer ID, also where they cannot reach each other but both reach this one.
///
/// A process has one incarnation for as long as it runs, and none comes back. So when a peer ID is heard of by one
/// incarnation, by another, and then by the first again, on a connection that was made after the second spoke, both
/// processes are alive. One such return may still be bytes of a process that has ended and were long under way; two
/// are not taken for that.
///
/// - Complexity: O(n) in the peers, of which at most ``capacity`` are watched.
package struct IncarnationWatch: Hashable, Sendable {
    private struct Entry: Hashable, Sendable {
        var peer: PeerID
        var latest: UInt64
        /// When the latest one was heard.
        var heardAt: Instant
        var former: UInt64?
        /// How many times in a row the former one has come back.
        var returns = 0
    }

    /// Peers that are watched; whoever was not heard for longest is forgotten first.
    package static let capacity = 256
    /// Returns from which on two processes are known to run.
    private static let returnsNeeded = 2

    private var entries: [Entry] = []

    /// A watch that has heard of nobody.
    package init() {}

    /// Takes note of a greeting on a connection made at `connectedAt`.
    ///
    /// - Returns: whether another process with this peer ID is known to run as well.
    package mutating func heard(
        _ peer: PeerID, incarnation: UInt64, connectedAt: Instant, now: Instant
    ) -> Bool {
        guard let index = self.entries.firstIndex(where: { $0.peer == peer }) else {
            self.makeRoom()
            self.entries.append(Entry(peer: peer, latest: incarnation, heardAt: now))
            return false
        }
        guard self.entries[index].latest != incarnation else {
            self.entries[index].heardAt = now
            return false
        }
        guard self.entries[index].former == incarnation else {
            self.entries[index] = Entry(
                peer: peer, latest: incarnation, heardAt: now, former: self.entries[index].latest)
            return false
        }
        // What was under way before the latest one spoke says nothing about now.
        guard connectedAt > self.entries[index].heardAt else { return false }
        self.entries[index].former = self.entries[index].latest
        self.entries[index].latest = incarnation
        self.entries[index].heardAt = now
        self.entries[index].returns += 1
        return self.entries[index].returns >= IncarnationWatch.returnsNeeded
    }

    private mutating func makeRoom() {
        guard self.entries.count >= IncarnationWatch.capacity else { return }
        let oldest = self.entries.indices.min { self.entries[$0].heardAt < self.entries[$1].heardAt }
        if let oldest { self.entries.remove(at: oldest) }
    }
}
