import Causality
import DataModel

/// The rules of causality as plainly as they can be said, over sets of dots: the oracle.
struct NaiveReplica {
    /// A record with its whole context written out.
    struct Entry {
        var record: Record
        var context: Set<Dot>
    }

    var peer: PeerID
    var sequence: UInt64 = 0
    var context: Set<Dot> = []
    var live: [[UInt8]: [Entry]] = [:]
    var floor: [PeerID: UInt64] = [:]

    init(peer: PeerID) {
        self.peer = peer
    }

    mutating func receive(_ record: Record) {
        guard self.context.insert(record.dot).inserted else { return }
        let entry = Entry(record: record, context: Set(record.fullContext.dots))
        var siblings = self.live[record.key] ?? []
        for dropped in siblings where entry.context.contains(dropped.record.dot) {
            if dropped.record.operation == .delete, !dropped.context.isSubset(of: entry.context) {
                let dot = dropped.record.dot
                self.floor[dot.peer] = max(self.floor[dot.peer] ?? 0, dot.sequence)
            }
        }
        siblings.removeAll { entry.context.contains($0.record.dot) }
        if !siblings.contains(where: { $0.context.contains(record.dot) }) { siblings.append(entry) }
        self.live[record.key] = siblings
    }

    /// Returns the record that a write makes.
    mutating func write(
        _ key: [UInt8], _ value: [UInt8], _ operation: Operation, token: Set<Dot>?, timestamp: HybridTimestamp
    ) -> Record {
        let siblings = self.live[key] ?? []
        var base = token?.intersection(self.context) ?? []
        let replaced = siblings.filter { token == nil || base.contains($0.record.dot) }
        for entry in replaced {
            base.insert(entry.record.dot)
            base.formUnion(entry.context)
        }
        let replacesAll = replaced.count == siblings.count
        if replacesAll { base = base.filter { $0.peer != self.peer } }
        self.sequence += 1
        let record = Record(
            dot: Dot(peer: self.peer, sequence: self.sequence),
            clock: siblings.map { $0.record.clock + 1 }.max() ?? 0, timestamp: timestamp, operation: operation,
            key: key, value: value, context: CausalContext(base.sorted()), replacesAllEarlier: replacesAll)
        self.receive(record)
        return record
    }

    mutating func join(_ context: Set<Dot>, _ floor: [PeerID: UInt64]) {
        self.context.formUnion(context)
        for peer in floor.keys.sorted() { self.floor[peer] = max(self.floor[peer] ?? 0, floor[peer] ?? 0) }
    }

    /// What a snapshot's receiver does with records that the sender had seen end.
    mutating func dropAbsent(closing: Set<Dot>, streamed: Set<Dot>) {
        for key in self.live.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            self.live[key]?.removeAll { closing.contains($0.record.dot) && !streamed.contains($0.record.dot) }
        }
    }

    var state: StoreState {
        var floor = VersionVector()
        for peer in self.floor.keys.sorted() { floor.raise(peer, to: self.floor[peer] ?? 0) }
        return StoreState(
            context: CausalContext(self.context.sorted()), floor: floor,
            records: self.live.values.flatMap { $0.map(\.record) })
    }
}

extension CausalContext {
    /// Every dot by itself; for small contexts.
    var dots: [Dot] {
        self.entries.flatMap { entry in
            entry.sequences.ranges.flatMap { range in range.map { Dot(peer: entry.peer, sequence: $0) } }
        }
    }
}
