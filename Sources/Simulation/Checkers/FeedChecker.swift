package import Causality
import DataModel
package import Replication

/// What one reader of change feeds may be told: only what was written and is durable, nothing twice, and of
/// one key nothing that an earlier change had replaced already.
///
/// The order holds on one node. On another one that is behind, older writes may be told again.
package struct FeedChecker {
    /// What the reader has been told of, as far as the node it reads from has it.
    private var told = CausalContext()
    /// Per key of the history everything that was replaced by what this node has told.
    private var ended: [PlaceSet] = []

    /// A checker of a reader that has been told nothing.
    package init() {}

    /// The reader begins to read from another node, or from another disk, or anew with nothing.
    package mutating func moveOn() {
        self.ended = []
    }

    /// A feed is opened behind a context.
    ///
    /// - Parameter durable: what the node has durably: what else the context names may be told again.
    package mutating func open(since context: CausalContext, durable: CausalContext) {
        self.told = context.intersection(durable)
    }

    /// Checks a change, and notes that it was told as durable.
    ///
    /// - Throws: a finding about a change that should not have been told.
    package mutating func check(_ change: KeyChange, node: String, _ history: WriteHistory) throws(Finding) {
        let name = String(decoding: change.key, as: UTF8.self)
        guard let index = history.index(of: change.dot), history.keys[history.writes[index].key] == change.key else {
            throw Finding(.feed, "\(node) tells of a write of \(name) that nobody has made", [change.dot])
        }
        let write = history.writes[index]
        guard !self.told.contains(change.dot) else {
            throw Finding(.feed, "\(node) tells of a write of \(name) a second time", [change.dot])
        }
        while self.ended.count <= write.key { self.ended.append(PlaceSet()) }
        guard !self.ended[write.key].contains(write.place) else {
            throw Finding(
                .feed, "\(node) tells of a write of \(name) after it has told of one that replaces it", [change.dot])
        }
        guard change.context.contains(change.dot), change.context.isSuperset(of: self.told) else {
            throw Finding(.feed, "a position in the feed of \(node) is behind what was told", [change.dot])
        }
        self.told.formUnion(change.context)
        self.ended[write.key].formUnion(write.replaced)
        history.noteSynced(index)
    }
}
