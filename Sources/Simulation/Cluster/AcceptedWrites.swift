/// Writes that a node has accepted: which were not acknowledged yet, and which are not durable.
struct AcceptedWrites {
    /// By position in the log.
    private var unacknowledged: [(heldUntil: UInt64, index: Int)] = []
    /// By position in the log.
    private var unsynced: [(heldUntil: UInt64, index: Int)] = []

    /// Notes a write, by its place in the history; positions never fall.
    mutating func add(_ index: Int, heldUntil: UInt64) {
        self.unacknowledged.append((heldUntil, index))
        self.unsynced.append((heldUntil, index))
    }

    /// Takes out what is acknowledged by now, in the order it was accepted.
    mutating func takeAcknowledged(through lsn: UInt64) -> [Int] {
        AcceptedWrites.take(from: &self.unacknowledged, through: lsn)
    }

    /// Takes out what is durable by now, in the order it was accepted.
    mutating func takeDurable(through lsn: UInt64) -> [Int] {
        AcceptedWrites.take(from: &self.unsynced, through: lsn)
    }

    private static func take(from writes: inout [(heldUntil: UInt64, index: Int)], through lsn: UInt64) -> [Int] {
        guard let first = writes.first, first.heldUntil <= lsn else { return [] }
        let taken = writes.prefix { $0.heldUntil <= lsn }.map(\.index)
        writes.removeFirst(taken.count)
        return taken
    }
}
