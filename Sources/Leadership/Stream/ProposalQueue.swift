/// The proposals that wait for their acknowledgement, by the promise they wait for.
struct ProposalQueue: Sendable {
    private struct Proposal: Sendable {
        let id: UInt64
        let index: UInt64
    }

    /// For each kind of acknowledgement, ascending by index: what comes first is acknowledged first.
    private var waiting: [[Proposal]] = Array(repeating: [], count: Acknowledgement.allCases.count)
    private(set) var count = 0

    mutating func add(_ id: UInt64, at index: UInt64, waitingFor acknowledgement: Acknowledgement) {
        self.waiting[Int(acknowledgement.rawValue)].append(Proposal(id: id, index: index))
        self.count += 1
    }

    /// Takes out the proposals that the promise has been kept for, up to and with the entry at `index`.
    mutating func take(_ acknowledgement: Acknowledgement, through index: UInt64) -> [UInt64] {
        let place = Int(acknowledgement.rawValue)
        let kept = self.waiting[place].prefix { $0.index <= index }.map(\.id)
        guard !kept.isEmpty else { return [] }
        self.waiting[place].removeFirst(kept.count)
        self.count -= kept.count
        return kept
    }

    /// All that still wait, in the order of their entries.
    var ids: [UInt64] {
        self.waiting.flatMap { $0 }.sorted { ($0.index, $0.id) < ($1.index, $1.id) }.map(\.id)
    }
}
