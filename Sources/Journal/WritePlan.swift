import Causality
import DataModel

/// What a local write of a key replaces, and so what its record says.
struct WritePlan {
    var slot: SlotID?
    var clock: UInt64 = 0
    var context = CausalContext()
    var replacesAllEarlier = true
    /// The replaced siblings, unless there is just one sibling and it is replaced.
    var replaced: [LiveRecord] = []
    /// The key's only sibling, if there is just one and it is replaced.
    var only: LiveRecord?
    /// Live records of the key afterwards.
    var siblings = 1

    /// Plans a write by `peer`.
    ///
    /// Without a token it replaces all live siblings, as an update in level-replicator does. With one
    /// it replaces exactly what the caller had read: of the token, the dots that were seen here.
    ///
    /// - Complexity: O(1) for a key with one record, written by `peer`, without an explicit context.
    init(
        of key: Span<UInt8>, by peer: PeerID, token: CausalContext?, seen: CausalContext, index: LiveIndex
    ) throws(JournalError) {
        self.slot = index.find(key)
        let base = token.map { $0.intersection(seen) }
        guard let slot else {
            self.context = base?.removing(peer) ?? CausalContext()
            if token != nil, !self.context.isWithinLimits { throw .contextTooLarge }
            return
        }
        if index.recordCount(of: slot) == 1 {
            let record = index.first(of: slot)
            if base.map({ $0.contains(record.dot) }) ?? true {
                self.clock = WritePlan.following(record.clock)
                self.only = record
                if base == nil, record.dot.peer == peer, !record.hasContext { return }
                self.replace([record], base: base, by: peer, index: index)
                if !self.context.isWithinLimits { throw .contextTooLarge }
                return
            }
        }
        let records = index.records(of: slot)
        self.clock = records.reduce(0) { max($0, WritePlan.following($1.clock)) }
        self.replaced = base.map { base in records.filter { base.contains($0.dot) } } ?? records
        self.siblings = records.count - self.replaced.count + 1
        guard self.siblings <= DataLimits.siblings else { throw .tooManySiblings }
        self.replacesAllEarlier = self.siblings == 1
        self.replace(self.replaced, base: base, by: peer, index: index)
        if !self.context.isWithinLimits { throw .contextTooLarge }
    }

    /// The context is what the replaced records stand for, and the token.
    private mutating func replace(_ records: [LiveRecord], base: CausalContext?, by peer: PeerID, index: LiveIndex) {
        self.context = base ?? CausalContext()
        for record in records {
            self.context.insert(record.dot)
            self.context.formUnion(index.fullContext(of: record))
        }
        if self.replacesAllEarlier { self.context = self.context.removing(peer) }
    }

    private static func following(_ clock: UInt64) -> UInt64 {
        clock == .max ? .max : clock + 1
    }
}
