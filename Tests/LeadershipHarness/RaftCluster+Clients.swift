import Causality
import Leadership
import TestSupport

// Clients that write, read, change members and hand over.
extension RaftCluster {
    mutating func askSomething() {
        let leaders = self.nodes.indices.filter { node in
            self.nodes[node].raft.map { $0.leader == $0.peer } ?? false
        }
        // Mostly somebody who believes to lead, whoever that is; now and then anybody.
        let isLed = !leaders.isEmpty && !self.random.chance(5)
        let node = isLed ? leaders[self.random.below(leaders.count)] : self.random.below(self.nodes.count)
        guard !self.nodes[node].isPaused else { return }
        self.askSomething(of: node)
    }

    mutating func askSomething(of node: Int) {
        switch self.random.below(40) {
        case 0 where self.scenario.changesMembers && !self.isHealed: self.changeMembers(node)
        case 1 where !self.isHealed: self.transfer(node)
        case 0..<16: self.read(node)
        default: self.write(node)
        }
    }

    private mutating func read(_ node: Int) {
        let id = self.clients.number()
        self.clients.beginRead(id)
        var isTaken = false
        self.step(node) { raft, now in
            guard let actions = try? raft.read(id, at: now) else { return [] }
            isTaken = true
            return actions
        }
        if !isTaken { self.clients.refused(read: id) }
    }

    private mutating func write(_ node: Int) {
        let id = self.clients.number()
        let kinds = Acknowledgement.allCases
        let acknowledgement = self.random.chance(50) ? .majority : kinds[self.random.below(kinds.count)]
        let payload = StateMachine.payload(id, padding: self.random.below(30))
        var clients = self.clients
        self.step(node) { raft, now in
            guard
                let (position, actions) = try? raft.propose(
                    payload, id: id, acknowledgement: acknowledgement, at: now)
            else { return [] }
            clients.begin(id, at: position, acknowledgement)
            return actions
        }
        // Nothing is acknowledged by the step that proposes: the write is not on disk yet.
        if let write = clients.writes[id] { self.clients.begin(id, at: write.position, acknowledgement) }
    }

    private mutating func changeMembers(_ node: Int) {
        guard let electorate = self.nodes[node].raft?.outline.electorate else { return }
        let peer = self.nodes[self.random.below(self.nodes.count)].peer
        let change: ElectorateChange =
            electorate.learners.contains(peer)
            ? .promote(peer) : electorate.isVoter(peer) ? .remove(peer) : .addLearner(peer)
        // A cluster that shrinks to one or two cannot lose anybody afterwards.
        if case .remove = change, electorate.voters.count <= 3 { return }
        let id = self.clients.number()
        var isTaken = false
        var position = LogPosition.zero
        self.step(node) { raft, now in
            guard let actions = try? raft.change(change, id: id, at: now) else { return [] }
            isTaken = true
            position = raft.outline.last
            return actions
        }
        guard isTaken else { return }
        self.report.changes += 1
        self.clients.begin(id, at: position, .majority)
    }

    private mutating func transfer(_ node: Int) {
        let peer = self.nodes[self.random.below(self.nodes.count)].peer
        self.step(node) { raft, now in (try? raft.transfer(to: peer, at: now)) ?? [] }
    }
}
