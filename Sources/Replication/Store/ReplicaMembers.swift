package import Causality
import Journal
import Membership
import Platform

extension Replica {
    /// Forgets peers together, for good: every remaining member agrees, then contexts and tombstones wait for
    /// them no longer. One that comes back takes a new peer ID.
    ///
    /// - Parameters:
    ///   - names: each a node's name, its address, or its peer ID.
    ///   - completion: called once, now or later, with those that were forgotten by this call, or with
    ///     `cannotForget`; then everything is as it was.
    package func forget(_ names: [String], _ completion: @escaping (Result<[PeerID], ReplicaError>) -> Void) {
        var peers: [PeerID] = []
        do throws(ReplicaError) {
            guard !names.isEmpty else { throw .cannotForget("no peer was named") }
            guard names.count <= ReplicaLimits.forgottenTogether else {
                throw .cannotForget("at most \(ReplicaLimits.forgottenTogether) peers can be forgotten in one step")
            }
            guard self.isServing else { throw .cannotForget("the node has just started; try again in a moment") }
            guard !self.exchange.isForgetting else { throw .cannotForget("another attempt is under way here") }
            if let address = self.exchange.unheardAddress {
                throw .cannotForget(
                    "\(address) is configured here and has not been heard; start it, or take it out of the "
                        + "configuration")
            }
            for name in names {
                let peer = try self.peer(called: name)
                if !peers.contains(peer) { peers.append(peer) }
            }
        } catch {
            return completion(.failure(error))
        }
        self.exchange.forget(peers, now: self.now) { [unowned self] result in
            switch result {
            case .success(let peers): completion(.success(peers))
            case .failure(let failure): completion(.failure(.cannotForget(self.exchange.words(for: failure))))
            }
        }
    }

    /// The writes of forgotten peers that were declared void, as far as this node knows.
    package var voidWrites: CausalContext {
        var voids = CausalContext()
        for forgotten in self.exchange.roster.forgotten {
            for range in forgotten.voids.ranges { voids.insert(range, of: forgotten.peer.peer) }
        }
        return voids
    }

    /// The peer that people call so.
    private func peer(called name: String) throws(ReplicaError) -> PeerID {
        let own = self.journal.identity.peer
        if name == self.configuration.name || name == own.description {
            throw .cannotForget("\(name) is this node itself; ask another one")
        }
        let members = self.exchange.roster.members.filter { member in
            member.name == name || member.peer?.description == name
                || member.addresses.contains { $0.description == name }
        }
        let found = members.compactMap(\.peer)
        if found.count > 1 {
            let all = found.map(\.description).joined(separator: ", ")
            throw .cannotForget("several peers are called \(name): \(all); give the peer ID")
        }
        if let peer = found.first { return peer }
        // Of a wiped node's earlier peer ID nothing may be known but what others hold of its writes.
        if let peer = PeerID(parsing: Substring(name)) { return peer }
        throw .cannotForget("no peer is called \(name) here")
    }
}
