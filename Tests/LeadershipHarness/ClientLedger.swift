import Leadership

/// What clients asked for and were told, and whether that is linearizable.
///
/// All writes stand in one order, so a history is linearizable if everything that begins after something has ended
/// is placed after it: a read at its index sees all writes up to there.
struct ClientLedger {
    struct Write {
        let position: LogPosition
        let acknowledgement: Acknowledgement
        /// What had ended when this began.
        let floor: UInt64
    }

    private(set) var writes: [UInt64: Write] = [:]
    private var reads: [UInt64: UInt64] = [:]
    /// The highest index that a request that has ended has seen.
    private(set) var floor: UInt64 = 0
    private(set) var requests: UInt64 = 0

    mutating func number() -> UInt64 {
        self.requests += 1
        return self.requests
    }

    mutating func begin(_ id: UInt64, at position: LogPosition, _ acknowledgement: Acknowledgement) {
        self.writes[id] = Write(position: position, acknowledgement: acknowledgement, floor: self.floor)
    }

    mutating func beginRead(_ id: UInt64) {
        self.reads[id] = self.floor
    }

    /// A write was answered with OK. Only those that promise to be decided bind those that follow.
    mutating func acknowledged(_ id: UInt64, decided: DecidedLog) -> String? {
        guard let write = self.writes.removeValue(forKey: id) else { return "write \(id) was answered twice" }
        switch write.acknowledgement {
        case .asynchronous, .semiSynchronous: return nil
        case .majority, .synchronous: break
        }
        let index = write.position.index
        guard index <= decided.entries.count, decided.entries[Int(index) - 1].position == write.position else {
            return "write \(id) at \(write.position) was answered with OK and is not decided"
        }
        if case .payload(let bytes) = decided.entries[Int(index) - 1].content, StateMachine.identifier(in: bytes) != id
        {
            return "write \(id) was answered with OK and another stands at \(write.position)"
        }
        guard index > write.floor else {
            return "write \(id) at \(index) stands before what had ended at \(write.floor)"
        }
        self.floor = max(self.floor, index)
        return nil
    }

    mutating func answered(read id: UInt64, at index: UInt64) -> String? {
        guard let floor = self.reads.removeValue(forKey: id) else { return "read \(id) was answered twice" }
        guard index >= floor else { return "read \(id) saw \(index) after \(floor) had been seen: stale" }
        self.floor = max(self.floor, index)
        return nil
    }

    mutating func refused(read id: UInt64) {
        self.reads[id] = nil
    }

    mutating func unresolved(_ id: UInt64) {
        self.writes[id] = nil
    }
}
