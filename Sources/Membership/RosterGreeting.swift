import Causality
package import Platform

// What a greeting settles: who is behind an address, and which members are one and the same.

extension Roster {
    /// A peer has greeted, and proved itself if need be.
    ///
    /// The members that it was known as become one. Peer IDs that it had before leave at once: those it
    /// names, and one under the same node name that is at the same address or does not answer any more.
    ///
    /// - Parameters:
    ///   - dialled: the member that was called; nil if the peer has called.
    ///   - seen: the other end of the connection. Only of a dialled one is the port worth anything.
    /// - Returns: the member that the peer is, nil if there is no room for it; and what is to be done.
    package mutating func greeted(
        _ identity: PeerIdentity, dialled: Member.ID?, seenAt seen: NetworkAddress, at now: Instant
    ) -> (member: Member.ID?, actions: [Action]) {
        guard identity.peer != self.ownPeer, !self.isForgotten(identity.peer) else { return (nil, []) }
        let seen = Roster.canonical(seen)
        let advertised = PeerIdentity.reachable(identity.advertised, seenFrom: seen).map(Roster.canonical)
        var actions: [Action] = []
        let same = self.aliases(of: identity, dialled: dialled, at: advertised)
        guard let target = same.first ?? self.makeIdentified(at: now, &actions) else { return (nil, actions) }
        for other in same.dropFirst() { actions += self.collapse(other, into: target) }
        actions += self.identify(target, as: identity)

        if dialled != nil { actions += self.give(seen, to: target, first: true) }
        if let advertised {
            if Roster.isNumeric(advertised.host) {
                actions += self.give(advertised, to: target, first: false)
            } else {
                actions += self.addName(advertised, source: .greeting, peer: identity.peer, at: now)
            }
        }
        guard let index = self.index(of: target) else { return (nil, actions) }
        if dialled == nil { self.members[index].sources.insert(.greeting) }
        self.members[index].lastContact = now
        self.members[index].lastHeard = now
        self.members[index].lastFailure = nil
        if !self.members[index].isReachable {
            self.members[index].isReachable = true
            actions.append(.connected(target))
        }
        return (target, actions)
    }

    /// The members that are this peer, the one to keep first: who has its peer ID, then its
    /// predecessors, then whoever was dialled or has the address and has not greeted as another.
    private func aliases(
        of identity: PeerIdentity, dialled: Member.ID?, at advertised: NetworkAddress?
    ) -> [Member.ID] {
        let holder = self.members.filter { $0.peer == identity.peer }
        let replaced = self.members.filter { self.isReplaced($0, by: identity, dialled: dialled, at: advertised) }
        let unknown = self.members.filter { member in
            guard member.peer == nil else { return false }
            let hasAddress = advertised.map { member.addresses.contains($0) } ?? false
            return member.id == dialled || member.claimed == identity.peer || hasAddress
        }
        return (holder + replaced + unknown).map(\.id)
    }

    private func isReplaced(
        _ member: Member, by identity: PeerIdentity, dialled: Member.ID?, at advertised: NetworkAddress?
    ) -> Bool {
        guard let peer = member.peer, peer != identity.peer else { return false }
        let isThere = member.id == dialled || (advertised.map { member.addresses.contains($0) } ?? false)
        if identity.predecessors.contains(peer) {
            // Under another name at another address it is the node whose directory was copied, alive or
            // soon to be: made one with the copy, it would never be called again.
            return isThere || member.name == identity.name
        }
        return member.name == identity.name && (isThere || !member.isReachable)
    }

    private mutating func makeIdentified(at now: Instant, _ actions: inout [Action]) -> Member.ID? {
        guard let (index, made) = self.makeMember(source: [], at: now) else { return nil }
        actions += made
        return self.members[index].id
    }

    /// Gives the member the peer ID and name from its greeting, and lets the IDs before it leave.
    private mutating func identify(_ id: Member.ID, as identity: PeerIdentity) -> [Action] {
        guard let index = self.index(of: id) else { return [] }
        var actions: [Action] = []
        let before = self.members[index].peer
        if before != identity.peer {
            if let before {
                self.depart(before)
                actions.append(.replaced(before, by: identity.peer))
            }
            actions.append(.joined(identity.peer))
        }
        self.members[index].peer = identity.peer
        self.members[index].isVacant = false
        self.members[index].claimed = identity.peer
        self.members[index].name = identity.name
        for predecessor in identity.predecessors where !self.members.contains(where: { $0.peer == predecessor }) {
            self.depart(predecessor)
        }
        // Whoever greets is there, whatever was said of it.
        self.departed.removeAll { $0 == identity.peer }
        return actions
    }

    /// Makes one member of two.
    private mutating func collapse(_ id: Member.ID, into target: Member.ID) -> [Action] {
        guard let index = self.index(of: id) else { return [] }
        let gone = self.members.remove(at: index)
        guard let kept = self.index(of: target) else { return [.removed(id)] }
        var actions: [Action] = [.collapsed(id, into: target)]
        for address in gone.addresses where self.members[kept].addresses.count < RosterLimits.addresses {
            self.members[kept].addresses.append(address)
        }
        self.members[kept].sources.formUnion(gone.sources)
        if let peer = gone.peer {
            if let keptPeer = self.members[kept].peer {
                self.depart(peer)
                actions.append(.replaced(peer, by: keptPeer))
            } else {
                self.members[kept].peer = peer
            }
        }
        return actions
    }

    /// Makes the address this member's, whoever had it, since it was found there just now.
    private mutating func give(_ address: NetworkAddress, to id: Member.ID, first: Bool) -> [Action] {
        guard !self.ownAddresses.contains(address) else { return [] }
        var actions: [Action] = []
        if let holder = self.members.firstIndex(where: { $0.addresses.contains(address) }),
            self.members[holder].id != id
        {
            // An advertised address is only a claim against one where somebody else was found.
            guard first else { return [] }
            let sources = self.members[holder].sources
            actions += self.removeAddress(address, from: holder)
            if let index = self.index(of: id) { self.members[index].sources.formUnion(sources) }
        }
        guard let index = self.index(of: id) else { return actions }
        if first {
            self.members[index].addresses.removeAll { $0 == address }
            self.members[index].addresses.insert(address, at: 0)
        } else if !self.members[index].addresses.contains(address) {
            self.members[index].addresses.append(address)
        }
        if self.members[index].addresses.count > RosterLimits.addresses { self.members[index].addresses.removeLast() }
        return actions
    }
}
