import Causality
import Journal
import Platform
import Replication

// An operator who takes a dead node for gone.
extension FaultInjector {
    /// A node dies, with its disk or without, and somebody has the others forget it. It comes back all the same.
    func forget(_ node: SimulatedNode) {
        // Nothing comes of it where another is down: nobody would ask.
        guard self.cluster.nodes.allSatisfy(\.isRunning), let peer = node.replica?.journal.identity.peer else {
            return
        }
        let isWiped = self.random.chance(0.3)
        node.crash()
        node.machine.files.release()
        if isWiped { node.replaceDisk(by: nil) }
        // Its links look alive for a moment.
        let pause = Delay.milliseconds(510)
        self.schedule(after: self.drawDuration() + pause) { $0.ask(toForget: peer, of: node, attempts: 3) }
        self.schedule(after: self.drawDuration() * 2 + pause + .milliseconds(300)) { $0.restart(node) }
    }

    private func ask(toForget peer: PeerID, of node: SimulatedNode, attempts: Int) {
        let other = self.drawOther(than: node)
        let isAsked: Void? = other.perform { replica in
            replica.forget([peer.description]) { [weak self] result in
                guard case .success = result else { return }
                self?.note(.forget)
            }
        }
        guard attempts > 1, isAsked == nil || self.random.chance(0.3) else { return }
        self.schedule(after: self.drawDuration()) { $0.ask(toForget: peer, of: node, attempts: attempts - 1) }
    }
}
