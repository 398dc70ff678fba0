public import Causality
import Journal
import Leadership
import Platform
import Replication

extension Node {
    /// How the cluster takes writes, as this node sees it.
    public func mode() async throws(NodeError) -> NodeMode {
        try await self.perform { loop in Held(NodeMode(loop.replica)) }
    }

    /// Has the whole cluster take writes in another way, and returns when this node does: it
    /// knows who leads, or that nobody does.
    ///
    /// Writes that come meanwhile wait; reads go on. Leader mode is founded by any node, which leads first, with the
    /// promise of a majority of the known nodes; the others join by themselves, also those that are away now. It is
    /// ended by the leader, with a majority. Asking for what is so already does nothing.
    ///
    /// - Throws: ``NodeError`` with code `refused` and the reason when it cannot be, and nothing has changed;
    ///   `notLeader` when another node has to be asked; `unresolved` when leadership was lost meanwhile.
    public func switchMode(to kind: NodeMode.Kind) async throws(NodeError) {
        let listener = EventListener(hub: self.eventHub)
        let isSo = try await self.perform { loop in
            guard NodeMode(loop.replica).kind != kind else { return Held(true) }
            try Node.leading {
                switch kind {
                case .leader: try loop.replica.enterLeaderMode()
                case .leaderless: try loop.replica.leaveLeaderMode()
                }
            }
            return Held(false)
        }
        guard !isSo else { return }
        while let event = await listener.next() {
            switch (event, kind) {
            case (.leader, .leader), (.modeChanged(false, _), .leaderless): return
            case (.modeChanged(false, let reason), .leader):
                throw NodeError(code: .refused, message: "leader mode was left again: \(reason).")
            case (.modeKept(let reason), .leader):
                throw NodeError(
                    code: .refused, message: "leader mode was not entered: \(reason).",
                    hint: "Nothing has changed. Try again once a majority of the nodes can be reached.")
            case (.leaderLost, .leaderless), (.leader, .leaderless):
                // A leader that ends it may be left by its followers before it leaves itself.
                if try await self.mode().kind == kind { return }
                throw NodeError(
                    code: .unresolved, message: "this node leads no more: whether leader mode ends is not known here.",
                    hint: "Look at the mode again, and ask the new leader.")
            case (.missed, _):
                let mode = try await self.mode()
                if mode.kind == kind, kind == .leaderless || mode.leader != nil { return }
            default: continue
            }
        }
        throw NodeError(code: .closed, message: "the node was closed, or the task cancelled, before the mode changed.")
    }

    /// Hands leadership to another member, and returns when that has begun; the event
    /// ``NodeEvent/leader(peer:name:term:)`` tells of its end. Only where this node leads.
    ///
    /// - Parameter successor: nil for the one that is furthest.
    public func stepDown(to successor: PeerID? = nil) async throws(NodeError) {
        try await self.perform { loop in
            try Node.leading { try loop.replica.handOver(to: successor) }
            return Held(())
        }
    }

    /// Turns refusals into what ``Node/perform(_:)`` understands: `notNow` is to be asked again.
    private static func leading(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let refusal as LeaderModeRefusal {
            if case .notNow = refusal { throw ReplicaError.busy }
            throw ReplicaError.leadership(refusal)
        }
    }
}
