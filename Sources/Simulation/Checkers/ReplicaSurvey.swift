package import Causality
package import DataModel
import Journal
package import Replication

/// What one replica holds and claims at one moment, laid beside the history.
package struct ReplicaSurvey {
    /// One live record.
    package struct Holding {
        /// Its name.
        package var dot: Dot
        /// The index in the history of the write of that name; nil if nobody has written it.
        package var write: Int?
        /// The key it stands under.
        package var key: [UInt8]
        /// CRC of its bytes, as the index has it.
        package var checksum: UInt32
        /// What it does to its key.
        package var operation: Operation
    }

    /// What the node is called.
    package let node: String
    /// What the node says it may have collected.
    package let floor: VersionVector
    /// Everything it has seen.
    package let context: CausalContext
    /// Per key the writes that the context claims.
    package private(set) var claimed: [PlaceSet]
    /// Per key everything that the claimed writes replace.
    package private(set) var replaced: [PlaceSet]
    /// Per key the writes that the context claims and that nothing claimed replaces: what must be live,
    /// tombstones that were collected apart.
    package private(set) var tips: [PlaceSet] = []
    /// Per key the writes that are live.
    package private(set) var live: [PlaceSet]
    /// All live records, as they are stored.
    package private(set) var holdings: [Holding] = []
    /// Live records that nobody has written, or not as far as anybody could know.
    package private(set) var strangers: [Dot] = []
    /// Dots in the context that the history does not know.
    package private(set) var unknownClaims: UInt64

    /// Surveys a replica between two turns.
    ///
    /// - Complexity: O(w log r) in the writes of the history and the ranges of the context.
    package init(of replica: Replica, node: String, history: WriteHistory) {
        var writes = ClaimedWrites()
        self.init(of: replica, node: node, history: history, &writes)
    }

    /// Surveys a replica between two turns; `known` is what its last survey has left, or nothing.
    package init(of replica: Replica, node: String, history: WriteHistory, _ known: inout ClaimedWrites) {
        self.node = node
        self.floor = replica.journal.floor
        let context = replica.journal.context
        self.context = context
        known.update(to: context, history)
        self.claimed = known.claimed
        self.replaced = known.replaced
        self.live = [PlaceSet](repeating: PlaceSet(), count: history.keys.count)
        let writes = history.writes
        self.tips = zip(self.claimed, self.replaced).map { $0.subtracting($1) }
        let count = context.count(missingFrom: CausalContext())
        self.unknownClaims = count > known.count ? count - known.count : 0
        replica.journal.index.forEachSlot { slot in
            let key = replica.journal.index.key(of: slot)
            replica.journal.index.forEachRecord(of: slot) { record in
                let index = history.index(of: record.dot)
                self.holdings.append(
                    Holding(
                        dot: record.dot, write: index, key: key, checksum: record.checksum,
                        operation: record.operation))
                guard let index else {
                    self.strangers.append(record.dot)
                    return
                }
                self.live[writes[index].key].insert(writes[index].place)
            }
            return true
        }
    }
}
