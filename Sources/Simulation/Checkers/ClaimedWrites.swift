package import Causality

/// Which writes of the history one replica's context claims, kept from survey to survey.
///
/// A context grows as a rule, so that a survey has to look only at the writes that were not claimed before. After
/// anything else, a context that has shrunk or a write that was lost, all are looked at again.
package struct ClaimedWrites {
    /// Per key the writes that the context claims.
    package private(set) var claimed: [PlaceSet] = []
    /// Per key everything that the claimed writes replace.
    package private(set) var replaced: [PlaceSet] = []
    /// How many writes are claimed.
    package private(set) var count: UInt64 = 0

    private var context = CausalContext()
    private var lostCount = 0
    /// How many of the history's writes have been looked at.
    private var seenCount = 0
    /// The indices of those that are not claimed.
    private var unclaimed: [Int] = []

    /// Nothing is claimed yet.
    package init() {}

    /// Takes in what the context claims now.
    ///
    /// - Complexity: O(w log r) in the writes not claimed before and the ranges of the context, as a rule.
    package mutating func update(to context: CausalContext, _ history: WriteHistory) {
        if self.lostCount != history.lostCount || !context.isSuperset(of: self.context) { self = ClaimedWrites() }
        self.context = context
        self.lostCount = history.lostCount
        let missing = history.keys.count - self.claimed.count
        if missing > 0 {
            self.claimed.append(contentsOf: repeatElement(PlaceSet(), count: missing))
            self.replaced.append(contentsOf: repeatElement(PlaceSet(), count: missing))
        }
        // By index: an element taken out would be copied.
        let writes = history.writes
        let waiting = self.unclaimed
        self.unclaimed.removeAll(keepingCapacity: true)
        for index in waiting { self.look(at: index, writes) }
        for index in self.seenCount..<writes.count { self.look(at: index, writes) }
        self.seenCount = writes.count
    }

    private mutating func look(at index: Int, _ writes: [RecordedWrite]) {
        guard !writes[index].isLost else { return }
        guard self.context.contains(writes[index].dot) else {
            self.unclaimed.append(index)
            return
        }
        self.count += 1
        self.claimed[writes[index].key].insert(writes[index].place)
        self.replaced[writes[index].key].formUnion(writes[index].replaced)
    }
}
