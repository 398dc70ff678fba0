/// Reads that wait until a majority has confirmed that this node still leads. Raft, section 8; thesis, section 6.4.
struct ReadQueue: Sendable {
    private struct Waiting: Sendable {
        let id: UInt64
        /// The first round sent after the read came.
        let round: UInt64
    }

    private var waiting: [Waiting] = []

    var count: Int { self.waiting.count }
    /// All that wait, in the order they came.
    var ids: [UInt64] { self.waiting.map(\.id) }
    /// The earliest round that somebody waits for.
    var awaitedRound: UInt64? { self.waiting.first?.round }

    mutating func add(_ id: UInt64, awaiting round: UInt64) {
        self.waiting.append(Waiting(id: id, round: round))
    }

    /// Takes out the reads that a majority has confirmed by answering this round.
    mutating func take(through round: UInt64) -> [UInt64] {
        let count = self.waiting.prefix { $0.round <= round }.count
        defer { self.waiting.removeFirst(count) }
        return self.waiting.prefix(count).map(\.id)
    }

    /// Takes out all.
    mutating func takeAll() -> [UInt64] {
        defer { self.waiting = [] }
        return self.ids
    }
}
