import Leadership

/// A log with its ballot: once as the process knows it, once as it is on disk.
struct StoredLog: Hashable {
    var ballot = Ballot()
    /// The state that the entries follow.
    var base: StateMachine
    var entries: [LeadershipEntry] = []

    var last: LogPosition { self.entries.last?.position ?? self.base.position }

    func entry(at index: UInt64) -> LeadershipEntry? {
        guard index > self.base.position.index, index <= self.last.index else { return nil }
        return self.entries[Int(index - self.base.position.index) - 1]
    }

    func entries(above lower: UInt64, through upper: UInt64) -> [LeadershipEntry] {
        let base = self.base.position.index
        return Array(self.entries[Int(lower - base)..<Int(upper - base)])
    }

    mutating func carryOut(_ write: LogWrite, state: StateMachine?) {
        if let ballot = write.ballot { self.ballot = ballot }
        switch write.change {
        case .none: break
        case .append(let after, let entries):
            self.entries.removeLast(max(0, Int(self.last.index) - Int(after)))
            self.entries += entries
        case .install:
            self.base = state ?? self.base
            self.entries = []
        }
    }

    /// A snapshot of the state at `state.position` takes the place of the entries up to there.
    mutating func compact(to state: StateMachine) {
        let count = Int(state.position.index) - Int(self.base.position.index)
        guard count > 0, count <= self.entries.count else { return }
        self.entries.removeFirst(count)
        self.base = state
    }

    var outline: LogOutline {
        var outline = LogOutline(base: self.base.position, electorate: self.base.electorate)
        for entry in self.entries { outline.append(entry) }
        return outline
    }
}
