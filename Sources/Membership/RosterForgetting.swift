package import Causality
package import Platform

// What outlasts a restart, and who is let go for good.

extension Roster {
    /// What is to be known after a restart.
    package var memory: RosterMemory {
        var memory = RosterMemory()
        memory.members = self.members.compactMap { member in
            member.peer.map {
                RosterMemory.Peer(peer: $0, name: member.name ?? "", addresses: member.addresses.sorted())
            }
        }.sorted { $0.peer < $1.peer }
        memory.departed = self.departed
        memory.forgotten = self.forgotten
        memory.suspended = self.suspended
        return memory
    }

    /// Takes up what an earlier process knew. To be called first of all.
    ///
    /// Whoever bears this node's own name is left out: it is what this node was before.
    ///
    /// - Parameter isHearsay: whether it may be another node's knowledge, or old, for the directory was copied.
    ///   Then members are called, but do not count until they have greeted.
    package mutating func remember(
        _ memory: RosterMemory, ownName: String, isHearsay: Bool, at now: Instant
    ) -> [Action] {
        self.departed = memory.departed
        self.forgotten = memory.forgotten
        // A promise that another node has given binds only that one.
        self.suspended = isHearsay ? [] : memory.suspended
        var actions: [Action] = []
        for known in memory.members {
            guard known.peer != self.ownPeer, known.name != ownName, !self.isForgotten(known.peer),
                self.member(with: known.peer) == nil, let (index, made) = self.makeMember(source: .remembered, at: now)
            else { continue }
            self.members[index].peer = isHearsay ? nil : known.peer
            self.members[index].claimed = known.peer
            self.members[index].name = known.name
            let isFree = { (address: NetworkAddress) in
                !self.ownAddresses.contains(address) && self.member(at: address) == nil
            }
            self.members[index].addresses = known.addresses.filter(isFree)
            actions += made
            if !isHearsay { actions.append(.joined(known.peer)) }
        }
        return actions
    }

    /// What was remembered turns out to have been another node's knowledge, or old: those who have not been
    /// talked to since do not count until they have.
    package mutating func doubtMemory() -> [Action] {
        var actions: [Action] = []
        for index in self.members.indices
        where self.members[index].sources.contains(.remembered) && self.members[index].lastContact == nil {
            guard let peer = self.members[index].peer else { continue }
            self.members[index].peer = nil
            actions.append(.departed(peer))
        }
        return actions
    }

    /// Whether the peer was forgotten: it is not accepted any more.
    package func isForgotten(_ peer: PeerID) -> Bool {
        self.forgotten.contains { $0.peer.peer == peer }
    }

    /// Whether the peer ID is known to have left, in whatever way.
    package func hasDeparted(_ peer: PeerID) -> Bool {
        self.departed.contains(peer) || self.isForgotten(peer)
    }

    /// The attempt to forget this peer that is under way, as far as this node knows.
    package func suspension(of peer: PeerID) -> Suspension? {
        self.suspended.first { $0.peer == peer }
    }

    /// Accepts nothing from the peer until the attempt has ended. A newer attempt takes the place of one before.
    ///
    /// - Returns: false if there is no room.
    package mutating func suspend(_ suspension: Suspension) -> Bool {
        self.suspended.removeAll { $0.peer == suspension.peer }
        guard self.suspended.count < RosterLimits.suspended else { return false }
        let index = self.suspended.partitionPoint { $0.peer < suspension.peer }
        self.suspended.insert(suspension, at: index)
        return true
    }

    /// The attempt has come to nothing: whom it was about is accepted again. False if nothing is known of it.
    package mutating func endAttempt(_ attempt: UInt64) -> Bool {
        let count = self.suspended.count
        self.suspended.removeAll { $0.attempt == attempt }
        return self.suspended.count < count
    }

    /// The maker of some attempts has another peer ID now.
    package mutating func renameCoordinator(_ old: PeerID, to new: PeerID) {
        for index in self.suspended.indices where self.suspended[index].coordinator == old {
            self.suspended[index].coordinator = new
        }
    }

    /// The maker of some attempts has left for good: nothing will come of them. False if there are none.
    package mutating func endAttempts(of coordinator: PeerID) -> Bool {
        let count = self.suspended.count
        self.suspended.removeAll { $0.coordinator == coordinator }
        return self.suspended.count < count
    }

    /// Takes a peer out for good: nothing that others say brings it back, and it is not accepted itself.
    ///
    /// An address that a person has named stays, for whoever is found there next.
    ///
    /// - Parameter voids: its sequences that no member has, nor ever will.
    /// - Returns: what has changed; nothing if the peer was forgotten already, or is this node itself.
    package mutating func forget(_ peer: PeerID, voids: SequenceSet = SequenceSet()) -> [Action] {
        self.suspended.removeAll { $0.peer == peer }
        if let index = self.forgotten.firstIndex(where: { $0.peer.peer == peer }) {
            self.forgotten[index].voids.formUnion(voids)
            return []
        }
        guard peer != self.ownPeer else { return [] }
        var known = RosterMemory.Peer(peer: peer, name: "", addresses: [])
        var actions: [Action] = []
        if let index = self.members.firstIndex(where: { $0.peer == peer }) {
            let member = self.members[index]
            known.name = member.name ?? ""
            known.addresses = member.addresses.sorted()
            if member.isMeant, !member.addresses.isEmpty {
                self.members[index].peer = nil
                self.members[index].claimed = nil
                self.members[index].isReachable = false
                self.members[index].isVacant = true
            } else {
                self.members.remove(at: index)
                actions.append(.removed(member.id))
            }
        }
        if self.forgotten.count >= RosterLimits.forgotten { self.forgotten.removeFirst() }
        self.forgotten.append(ForgottenPeer(peer: known, voids: voids))
        return actions + [.departed(peer)]
    }

    /// Whether the member's address was that of a peer that was forgotten, and nobody has been found there since.
    package func isVacant(_ member: Member) -> Bool {
        guard member.peer == nil else { return false }
        if member.isVacant { return true }
        return member.addresses.contains { address in
            self.forgotten.contains { $0.peer.addresses.contains(address) }
        }
    }
}
