package import Causality
package import Platform

/// Knows the peers: by what addresses, by what identities, and whether they answer.
///
/// Addresses come from configuration, beacons, other peers and the application; identities come from
/// greetings only. Several addresses of one peer become one member once it has greeted. What others
/// merely say is bounded and wears off, so it cannot crowd out what is known.
///
/// - Invariant: `members` is sorted by ID; no address and no peer ID belongs to two members; no address
///   of this node itself belongs to any.
package struct Roster: Sendable {
    /// This node's own peer ID. The owner MUST set it anew when the log is minted anew.
    package var ownPeer: PeerID
    /// All peers that are known, in the order in which they became so.
    package internal(set) var members: [Member] = []
    /// Addresses that turned out to be this node's own.
    package internal(set) var ownAddresses: [NetworkAddress] = []
    /// Addresses that a person or the application has named, or that such a name stood for, oldest first.
    private var meant: [NetworkAddress] = []
    /// Links cut on purpose, sorted.
    package private(set) var cuts: [NetworkAddress] = []
    /// Names to be resolved, in the order they were added.
    package internal(set) var names: [ResolvedName] = []
    /// Peer IDs that have left, oldest first.
    package internal(set) var departed: [PeerID] = []
    /// Peers that were forgotten, oldest first.
    package internal(set) var forgotten: [ForgottenPeer] = []
    /// Peers that are not accepted for now, sorted by peer.
    package internal(set) var suspended: [Suspension] = []
    private var nextID: UInt64 = 1

    /// A roster without members.
    package init(ownPeer: PeerID) {
        self.ownPeer = ownPeer
    }

    /// The peer IDs of those who have greeted, sorted.
    package var peers: [PeerID] {
        self.members.compactMap(\.peer).sorted()
    }

    /// The member with this number; nil if it is gone.
    package subscript(id: Member.ID) -> Member? {
        self.index(of: id).map { self.members[$0] }
    }

    /// The member with this peer ID; nil if none has greeted with it.
    package func member(with peer: PeerID) -> Member? {
        self.members.first { $0.peer == peer }
    }

    /// The member that this address belongs to.
    package func member(at address: NetworkAddress) -> Member? {
        let address = Roster.canonical(address)
        return self.members.first { $0.addresses.contains(address) }
    }

    /// Where to connect to next for this member; nil if it cannot be reached or the link is cut.
    package func dialAddress(of id: Member.ID) -> NetworkAddress? {
        guard !self.isCut(id), let index = self.index(of: id) else { return nil }
        return self.members[index].addresses.first
    }

    /// Takes notice of an address of this node itself.
    package mutating func addOwn(_ address: NetworkAddress) -> [Action] {
        let address = Roster.canonical(address)
        guard !self.ownAddresses.contains(address), self.ownAddresses.count < RosterLimits.ownAddresses else {
            return []
        }
        self.ownAddresses.append(address)
        guard let index = self.members.firstIndex(where: { $0.addresses.contains(address) }) else { return [] }
        return self.removeAddress(address, from: index)
    }

    /// Takes in an address, or a name, from configuration or the application.
    package mutating func add(_ address: NetworkAddress, source: PeerSources, at now: Instant) -> [Action] {
        let address = Roster.canonical(address)
        guard Roster.isNumeric(address.host) else { return self.addName(address, source: source, peer: nil, at: now) }
        return self.addAddress(address, source: source, at: now)
    }

    /// Takes in what another peer has said of a third.
    package mutating func heard(
        of peer: PeerID, name: String, at address: NetworkAddress, at now: Instant
    ) -> [Action] {
        self.takeHearsay(peer, name, address, source: .gossip, at: now).actions
    }

    /// Takes in an accepted beacon.
    ///
    /// - Returns: the member that called, nil if the beacon is old or the link cut; and what is to be done.
    package mutating func heard(
        _ beacon: Beacon, from seen: NetworkAddress, at now: Instant
    ) -> (member: Member.ID?, actions: [Action]) {
        guard let address = PeerIdentity.reachable(beacon.advertised, seenFrom: seen) else { return (nil, []) }
        let (id, actions) = self.takeHearsay(beacon.peer, beacon.name, address, source: .multicast, at: now)
        guard let id, let index = self.index(of: id) else { return (nil, actions) }
        if self.members[index].beaconIncarnation == beacon.incarnation,
            beacon.counter <= self.members[index].beaconCounter
        {
            return (nil, actions)
        }
        self.members[index].beaconIncarnation = beacon.incarnation
        self.members[index].beaconCounter = beacon.counter
        self.members[index].lastHeard = now
        return (self.isCut(id) ? nil : id, actions)
    }

    /// A conversation with the member went as it should.
    package mutating func succeeded(_ id: Member.ID, at now: Instant) {
        guard let index = self.index(of: id) else { return }
        self.members[index].lastContact = now
        self.members[index].lastFailure = nil
    }

    /// The member could not be talked to. The next attempt will be at its next address.
    package mutating func failed(_ id: Member.ID, reason: String) -> [Action] {
        guard let index = self.index(of: id) else { return [] }
        self.members[index].lastFailure = reason
        if self.members[index].addresses.count > 1 {
            self.members[index].addresses.append(self.members[index].addresses.removeFirst())
        }
        guard self.members[index].isReachable else { return [] }
        self.members[index].isReachable = false
        return [.disconnected(id, reason: reason)]
    }

    /// The address, dialled for this member, answered as this node itself: it is skipped for good.
    package mutating func foundItself(at address: NetworkAddress) -> [Action] {
        self.addOwn(address)
    }

    /// Cuts the link to whoever has this address, until ``heal(_:)``.
    package mutating func cut(_ address: NetworkAddress) {
        let address = Roster.canonical(address)
        guard !self.cuts.contains(address), self.cuts.count < RosterLimits.cuts else { return }
        self.cuts.append(address)
        self.cuts.sort()
    }

    /// Allows the link again. ``ConversationSchedule/peerReturned(_:at:)`` makes it be used at once.
    package mutating func heal(_ address: NetworkAddress) {
        let address = Roster.canonical(address)
        self.cuts.removeAll { $0 == address }
    }

    /// Whether the link to the member is cut, by whichever of its addresses.
    package func isCut(_ id: Member.ID) -> Bool {
        guard !self.cuts.isEmpty, let index = self.index(of: id) else { return false }
        return self.members[index].addresses.contains { self.cuts.contains($0) }
    }

    /// When to call ``tick(at:)`` next.
    package var nextDeadline: Instant? {
        // Mutating, or it would be asked, in every turn, of a copy of all of the roster.
        mutating get {
            var next = Instant.distantFuture
            for index in self.names.indices { next = min(next, self.names[index].nextResolve) }
            for index in self.members.indices where self.members[index].isHearsay {
                next = min(next, self.members[index].lastHeard + RosterLimits.hearsay)
            }
            return next == .distantFuture ? nil : next
        }
    }

    /// Resolves names again when it is time, and drops what has only been talked about.
    package mutating func tick(at now: Instant) -> [Action] {
        guard let due = self.nextDeadline, due <= now else { return [] }
        var actions: [Action] = []
        for index in self.names.indices where self.names[index].nextResolve <= now {
            self.names[index].nextResolve = now + RosterLimits.resolvePause
            actions.append(.resolve(self.names[index].name))
        }
        let stale = self.members.filter { $0.isHearsay && $0.lastHeard + RosterLimits.hearsay <= now }.map(\.id)
        self.members.removeAll { stale.contains($0.id) }
        return actions + stale.map { .removed($0) }
    }

    /// `localhost` is this machine by IPv4, where nodes listen unless told otherwise.
    static func canonical(_ address: NetworkAddress) -> NetworkAddress {
        address.host == "localhost" ? NetworkAddress(host: "127.0.0.1", port: address.port) : address
    }

    /// Whether the host is an IPv4 or IPv6 address rather than a name.
    static func isNumeric(_ host: String) -> Bool {
        if host.utf8.contains(UInt8(ascii: ":")) { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }

    func index(of id: Member.ID) -> Int? {
        let low = self.members.partitionPoint { $0.id < id }
        return low < self.members.count && self.members[low].id == id ? low : nil
    }

    /// Adds an empty member, in place of one known by hearsay if there is no room; nil if there is none.
    mutating func makeMember(source: PeerSources, at now: Instant) -> (index: Int, actions: [Action])? {
        var actions: [Action] = []
        if self.members.count >= RosterLimits.members {
            let hearsay = self.members.indices.filter { self.members[$0].isHearsay }
            guard let oldest = hearsay.min(by: { self.members[$0].lastHeard < self.members[$1].lastHeard }) else {
                return nil
            }
            actions.append(.removed(self.members.remove(at: oldest).id))
        }
        let id = Member.ID(rawValue: self.nextID)
        self.nextID += 1
        self.members.append(Member(id: id, sources: source, at: now))
        return (self.members.count - 1, actions + [.found(id)])
    }

    mutating func addAddress(_ address: NetworkAddress, source: PeerSources, at now: Instant) -> [Action] {
        guard !self.ownAddresses.contains(address) else { return [] }
        if !source.isDisjoint(with: .meant), !self.meant.contains(address) {
            if self.meant.count >= RosterLimits.members { self.meant.removeFirst() }
            self.meant.append(address)
        }
        if let index = self.members.firstIndex(where: { $0.addresses.contains(address) }) {
            self.members[index].sources.formUnion(source)
            return []
        }
        guard let (index, actions) = self.makeMember(source: source, at: now) else { return [] }
        self.members[index].addresses = [address]
        return actions
    }

    /// Takes an address from a member; one that nothing else is known of goes with it. Who is left with none that
    /// anybody has named counts as named no longer: its other addresses may have been a twin's.
    mutating func removeAddress(_ address: NetworkAddress, from index: Int) -> [Action] {
        self.members[index].addresses.removeAll { $0 == address }
        if self.meant.contains(address), !self.members[index].addresses.contains(where: { self.meant.contains($0) }) {
            self.members[index].sources.subtract(.meant)
        }
        guard self.members[index].addresses.isEmpty, self.members[index].peer == nil else { return [] }
        return [.removed(self.members.remove(at: index).id)]
    }

    mutating func depart(_ peer: PeerID) {
        guard !self.departed.contains(peer) else { return }
        if self.departed.count >= RosterLimits.departed { self.departed.removeFirst() }
        self.departed.append(peer)
    }

    /// Whether an address is to be tried for a member that has none, though another is thought to have it beside its
    /// own: it may have been that one's for a while, and nobody would call there to find out.
    private func mayPass(_ address: NetworkAddress, from holder: Int, to known: Int) -> Bool {
        holder != known && self.members[known].addresses.isEmpty && self.members[holder].addresses.count > 1
    }

    private mutating func takeHearsay(
        _ peer: PeerID, _ name: String, _ address: NetworkAddress, source: PeerSources, at now: Instant
    ) -> (id: Member.ID?, actions: [Action]) {
        let address = Roster.canonical(address)
        guard peer != self.ownPeer, address.port > 0, !self.departed.contains(peer), !self.isForgotten(peer),
            !self.ownAddresses.contains(address)
        else { return (nil, []) }
        let known = self.members.firstIndex { $0.peer == peer || ($0.peer == nil && $0.claimed == peer) }
        var holder = self.members.firstIndex { $0.addresses.contains(address) }
        if let known, let other = holder, self.mayPass(address, from: other, to: known) {
            _ = self.removeAddress(address, from: other)
            holder = nil
        }
        if let index = known ?? holder {
            self.members[index].sources.formUnion(source)
            if holder == nil, Roster.isNumeric(address.host),
                self.members[index].addresses.count < RosterLimits.addresses
            {
                self.members[index].addresses.append(address)
            }
            // An address of someone who has greeted with another ID: only its greeting can tell.
            let isSame = known != nil || self.members[index].peer == nil
            return (isSame ? self.members[index].id : nil, [])
        }
        guard Roster.isNumeric(address.host) else {
            return (nil, self.addName(address, source: source, peer: peer, at: now))
        }
        guard let (index, actions) = self.makeMember(source: source, at: now) else { return (nil, []) }
        self.members[index].addresses = [address]
        self.members[index].claimed = peer
        self.members[index].name = name
        return (self.members[index].id, actions)
    }
}
