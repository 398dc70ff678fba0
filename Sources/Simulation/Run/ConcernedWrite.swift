package import Causality
import Journal
import Replication

/// All that the simulation knows of a write that a violation concerns.
package struct ConcernedWrite: Hashable, Sendable {
    /// Its name.
    package let dot: Dot
    /// What was written under that name; nil if nobody wrote it.
    package let origin: Origin?
    /// The nodes where it is live.
    package let live: [String]
    /// The nodes whose contexts claim it.
    package let claimed: [String]

    /// What was written, and what became of it at its writer.
    package struct Origin: Hashable, Sendable {
        /// The key's bytes.
        package let key: [UInt8]
        /// `put`, `delete` or `count`.
        package let operation: String
        /// The beginning of what a put wrote.
        package let value: [UInt8]
        /// The node that made it.
        package let node: String
        /// What it replaces, directly or through others; the latest, at most ``limit``.
        package let replaced: [Dot]
        /// What replaces it; the first, at most ``limit``.
        package let replacedBy: [Dot]
        package let isAcknowledged: Bool
        package let isSynced: Bool
        package let isExcused: Bool
        package let isLost: Bool
    }

    /// Dots and writes that are listed of each kind.
    package static let limit = 8
    private static let valueLimit = 40

    /// Looks a dot up in the history and on every running node.
    ///
    /// - Complexity: O(w) in the writes of the history.
    init(_ dot: Dot, in cluster: SimulatedCluster) {
        self.dot = dot
        // What a crash took back is not found by its dot any more, and is often what it is all about.
        let write = cluster.history[dot] ?? cluster.history.writes.last { $0.dot == dot }
        self.origin = write.map { ConcernedWrite.origin(of: $0, in: cluster) }
        let running = cluster.nodes.compactMap { node in node.replica.map { (node.name, $0.journal) } }
        self.live = running.filter { $0.1.index.find(dot) != nil }.map(\.0)
        self.claimed = running.filter { $0.1.context.contains(dot) }.map(\.0)
    }

    private static func origin(of write: RecordedWrite, in cluster: SimulatedCluster) -> Origin {
        let history = cluster.history
        let later = history.writesOfKey[write.key].lazy.map { history.writes[$0] }
            .filter { !$0.isLost && $0.replaced.contains(write.place) }.map(\.dot)
        return Origin(
            key: history.keys[write.key], operation: "\(write.operation)",
            value: Array(write.value.prefix(ConcernedWrite.valueLimit)), node: cluster.nodes[write.node].name,
            replaced: write.replaced.places.suffix(ConcernedWrite.limit).map {
                history.write(key: write.key, place: $0).dot
            },
            replacedBy: Array(later.prefix(ConcernedWrite.limit)), isAcknowledged: write.isAcknowledged,
            isSynced: write.isSynced, isExcused: write.isExcused, isLost: write.isLost)
    }
}
