import Causality
import Leadership
import TestSupport

// Carries out what deciders ask for.
extension RaftCluster {
    mutating func carryOut(_ action: RaftAction, on node: Int) {
        switch action {
        case .write(let write): self.write(write, on: node)
        case .send(let message, let peer): self.send(message, from: node, to: peer)
        case .sendEntries(let request, let through, let peer): self.send(request, through, from: node, to: peer)
        case .sendSnapshot(let term, let round, let peer):
            self.report.snapshots += 1
            let state = self.nodes[node].applied
            let header = SnapshotHeader(position: state.position, electorate: state.electorate)
            let offer = RaftMessage.snapshot(SnapshotOffer(term: term, round: round, header: header))
            self.send(offer, from: node, to: peer, state: state)
        case .commit(let position): self.apply(through: position, on: node)
        case .acknowledge(let ids): for id in ids { self.acknowledge(id, on: node) }
        case .unresolved(let ids):
            self.report.unresolved += ids.count
            for id in ids { self.clients.unresolved(id) }
        case .readable(let ids, let index):
            if self.nodes[node].applied.position.index < index { self.fail("a read before its index is applied") }
            self.report.reads += ids.count
            for id in ids { self.fail(self.clients.answered(read: id, at: index)) }
        case .unreadable(let ids): for id in ids { self.clients.refused(read: id) }
        case .discarding: self.report.truncations += 1
        case .becomes(let standing): self.becomes(standing, on: node)
        case .splitBrain(let evidence):
            self.report.splitBrains += 1
            if evidence.fenced.term >= evidence.standing.term { self.fail("two leaders of one term: \(evidence)") }
        case .transferEnded(let isSuccess): self.report.transfers += isSuccess ? 1 : 0
        }
    }

    private mutating func becomes(_ standing: RaftStanding, on node: Int) {
        guard case .leader(let term) = standing else { return }
        self.report.elections += 1
        self.fail(self.decided.leads(self.nodes[node].peer, term))
        self.fail(self.decided.completeness(of: self.nodes[node].log, leader: self.nodes[node].peer, in: term))
    }

    private mutating func write(_ write: LogWrite, on node: Int) {
        let pending = RaftNode.Pending(write: write, state: self.nodes[node].received)
        self.nodes[node].log.carryOut(write, state: pending.state)
        if case .install(let header) = write.change {
            guard let state = pending.state, state.position == header.position else {
                return self.fail("an offer without its snapshot")
            }
            self.nodes[node].applied = state
        }
        self.nodes[node].pending.append(pending)
        let time = self.time + 50 + UInt64(self.random.below(self.isHealed ? 500 : self.scenario.slowestWrite))
        let incarnation = self.nodes[node].incarnation
        self.queue.plan(.written(node: node, incarnation: incarnation, number: write.number), at: time)
    }

    /// The disk keeps the order: a write that is done takes those before it along.
    mutating func finishWrite(_ node: Int, _ number: UInt64) {
        guard self.nodes[node].pending.first.map({ $0.write.number <= number }) ?? false else { return }
        self.flush(node, through: number)
        self.step(node) { $0.written(through: number, at: $1) }
    }

    mutating func flush(_ node: Int, through number: UInt64) {
        while let pending = self.nodes[node].pending.first, pending.write.number <= number {
            self.nodes[node].disk.carryOut(pending.write, state: pending.state)
            self.nodes[node].pending.removeFirst()
        }
    }

    private mutating func send(_ request: AppendRequest, _ through: UInt64, from node: Int, to peer: PeerID) {
        var request = request
        var lower = request.previous.index
        while lower < through {
            let upper = self.random.chance(20) ? min(through, lower + 1 + UInt64(self.random.below(4))) : through
            request.entries = self.nodes[node].log.entries(above: lower, through: upper)
            self.send(.append(request), from: node, to: peer)
            lower = upper
            request.previous = request.entries.last?.position ?? request.previous
        }
    }

    private mutating func send(_ message: RaftMessage, from node: Int, to peer: PeerID, state: StateMachine? = nil) {
        let to = Int(peer.rawValue) - 1
        guard to < self.nodes.count, !self.isCut[node][to] else { return }
        guard self.isHealed || !self.random.chance(self.scenario.lossPercent) else { return }
        let copies = !self.isHealed && self.random.chance(self.scenario.duplicationPercent) ? 2 : 1
        for _ in 0..<copies {
            let way = self.isHealed ? 500 : self.scenario.slowestMessage
            let time = self.time + 20 + UInt64(self.random.below(way))
            self.queue.plan(.delivery(from: node, to: to, message, state: state), at: time)
        }
    }

    private mutating func apply(through position: LogPosition, on node: Int) {
        while self.nodes[node].applied.position.index < position.index {
            let index = self.nodes[node].applied.position.index + 1
            guard let entry = self.nodes[node].log.entry(at: index) else {
                return self.fail("\(self.nodes[node].peer) is to apply \(index), which it does not have")
            }
            self.nodes[node].applied.apply(entry)
            self.fail(self.decided.applies(self.nodes[node].peer, entry, in: self.term(node)))
        }
        if self.nodes[node].applied.position != position { self.fail("\(position) is to be applied again") }
    }

    mutating func compact(_ node: Int) {
        let state = self.nodes[node].applied
        // The snapshot is of what is on disk, so that it can take its place.
        guard self.nodes[node].disk.entry(at: state.position.index)?.position == state.position,
            self.nodes[node].pending.isEmpty
        else { return }
        self.nodes[node].disk.compact(to: state)
        self.nodes[node].log.compact(to: state)
        self.nodes[node].raft?.compacted(through: state.position.index)
    }

    private mutating func acknowledge(_ id: UInt64, on node: Int) {
        self.report.acknowledged += 1
        if let write = self.clients.writes[id] { self.checkPromise(write, on: node) }
        self.fail(self.clients.acknowledged(id, decided: self.decided))
    }

    /// An OK says on whose disks the write is.
    private mutating func checkPromise(_ write: ClientLedger.Write, on node: Int) {
        let holders = self.nodes.indices.filter { place in
            let disk = self.nodes[place].disk
            return disk.base.position.index >= write.position.index
                || disk.entry(at: write.position.index)?.position == write.position
        }
        let electorate = self.nodes[node].raft?.outline.electorate ?? .empty
        let voters = electorate.voters.filter { peer in holders.contains { self.nodes[$0].peer == peer } }
        let isKept =
            switch write.acknowledgement {
            case .asynchronous: holders.contains(node)
            case .semiSynchronous: holders.contains(node) && (holders.count > 1 || electorate.members.count == 1)
            case .majority: voters.count >= electorate.majority
            case .synchronous: voters == electorate.voters
            }
        if !isKept { self.fail("\(write.acknowledgement) at \(write.position) is on the disks of \(holders) only") }
    }
}
