import Causality
import Leadership
import TestSupport

// Breaks things and mends them.
extension RaftCluster {
    mutating func breakSomething() {
        let node = self.random.below(self.nodes.count)
        switch self.random.below(11) {
        case 0, 1, 2: self.crash(node)
        case 3, 4: self.pause(node)
        case 5, 6: self.partition()
        case 7: self.mend()
        case 8: self.cutOneWay()
        case 9 where self.random.chance(50):
            let peer = self.nodes[self.random.below(self.nodes.count)].peer
            self.step(node) { $0.reconnected(to: peer, at: $1) }
        default:
            if self.scenario.hasClockJumps { self.nodes[node].clockOffset += UInt64(self.random.below(2_000_000)) }
        }
    }

    /// The process dies. Of what was not known to be on disk, some may be.
    private mutating func crash(_ node: Int) {
        guard self.nodes[node].raft != nil else { return }
        self.report.crashes += 1
        let lucky = self.random.below(self.nodes[node].pending.count + 1)
        if lucky > 0 { self.flush(node, through: self.nodes[node].pending[lucky - 1].write.number) }
        self.nodes[node].pending = []
        self.nodes[node].decided = self.knownDecided(node)
        self.nodes[node].raft = nil
        self.nodes[node].isPaused = false
        self.nodes[node].backlog = []
        self.nodes[node].received = nil
        self.queue.plan(.restart(node: node), at: self.time + UInt64(self.random.below(600_000)))
    }

    /// The last entry that the node has applied and that is on its disk as it was applied.
    private func knownDecided(_ node: Int) -> UInt64 {
        var index = min(self.nodes[node].applied.position.index, self.nodes[node].disk.last.index)
        let disk = self.nodes[node].disk
        while index > disk.base.position.index, disk.entry(at: index) != self.decided.entries[Int(index) - 1] {
            index -= 1
        }
        return index
    }

    /// The process is stopped, and goes on later as if nothing had been.
    private mutating func pause(_ node: Int) {
        guard self.nodes[node].raft != nil, !self.nodes[node].isPaused else { return }
        self.report.pauses += 1
        self.nodes[node].isPaused = true
        self.queue.plan(.resume(node: node), at: self.time + UInt64(self.random.below(1_200_000)))
    }

    mutating func resume(_ node: Int) {
        guard self.nodes[node].isPaused else { return }
        self.nodes[node].isPaused = false
        let backlog = self.nodes[node].backlog
        self.nodes[node].backlog = []
        // It is not known what a process reads first: a client's request, or what came meanwhile.
        if self.random.chance(50) { self.askSomething(of: node) }
        for event in backlog { self.happen(event) }
    }

    private mutating func partition() {
        let sides = self.nodes.map { _ in self.random.chance(50) }
        for from in self.nodes.indices {
            for to in self.nodes.indices { self.isCut[from][to] = sides[from] != sides[to] }
        }
    }

    private mutating func cutOneWay() {
        self.isCut[self.random.below(self.nodes.count)][self.random.below(self.nodes.count)] = true
    }

    private mutating func mend() {
        for from in self.nodes.indices {
            for to in self.nodes.indices { self.isCut[from][to] = false }
        }
    }

    mutating func heal() {
        self.isHealed = true
        self.mend()
        for node in self.nodes.indices {
            self.queue.plan(.resume(node: node), at: self.time)
            self.queue.plan(.restart(node: node), at: self.time)
        }
    }

    /// Without faults there is a leader, what it is told is decided, and every member has applied it.
    mutating func checkRecovery() {
        let leaders = self.nodes.indices.filter { node in
            guard let raft = self.nodes[node].raft, raft.leader == raft.peer else { return false }
            return true
        }
        guard let leader = leaders.max(by: { self.term($0) < self.term($1) }) else {
            return self.fail("nobody leads after \(Self.healedTime) µs without faults")
        }
        let best = self.nodes[leader].applied.position.index
        guard self.decided.entries.count == best, self.clients.floor > 0 || best > 0 else {
            return self.fail("the leader has applied \(best) of \(self.decided.entries.count)")
        }
        for member in self.nodes[leader].applied.electorate.members {
            let node = Int(member.rawValue) - 1
            guard self.nodes[node].applied == self.nodes[leader].applied else {
                return self.fail("\(member) is at \(self.nodes[node].applied.position), the leader at \(best)")
            }
        }
    }

    func term(_ node: Int) -> Term {
        self.nodes[node].raft?.ballot.term ?? .zero
    }
}
