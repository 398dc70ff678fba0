import Causality
package import Platform

// Names stand for as many peers as they have addresses, and are resolved again and again: machines
// come and go behind them.

extension Roster {
    /// The name has these numeric addresses now.
    package mutating func resolved(
        _ name: NetworkAddress, to addresses: [NetworkAddress], at now: Instant
    ) -> [Action] {
        guard let nameIndex = self.names.firstIndex(where: { $0.name == name }) else { return [] }
        let addresses = addresses.prefix(RosterLimits.resolved).filter { Roster.isNumeric($0.host) }
        let gone = self.names[nameIndex].addresses.filter { !addresses.contains($0) }
        self.names[nameIndex].addresses = addresses
        self.names[nameIndex].failure = nil
        self.names[nameIndex].failures = 0
        let (sources, peer) = (self.names[nameIndex].sources, self.names[nameIndex].peer)
        var actions: [Action] = []
        for address in gone where !self.names.contains(where: { $0.addresses.contains(address) }) {
            let index = self.members.firstIndex { $0.addresses.contains(address) && !$0.isReachable }
            if let index, self.members[index].peer == nil {
                actions += self.removeAddress(address, from: index)
            }
        }
        for address in addresses {
            if let peer {
                actions += self.heard(of: peer, name: name.host, at: address, at: now)
            } else {
                actions += self.addAddress(address, source: sources, at: now)
            }
        }
        return actions
    }

    /// The name could not be resolved; it will be tried again, soon at first: a node often starts before the
    /// network it starts in.
    package mutating func resolutionFailed(_ name: NetworkAddress, reason: String, at now: Instant) {
        guard let index = self.names.firstIndex(where: { $0.name == name }) else { return }
        self.names[index].failure = reason
        let pause = RosterLimits.resolveRetry * (1 << min(self.names[index].failures, 16))
        self.names[index].failures += 1
        self.names[index].nextResolve = now + min(pause, RosterLimits.resolvePause)
    }

    mutating func addName(
        _ name: NetworkAddress, source: PeerSources, peer: PeerID?, at now: Instant
    ) -> [Action] {
        if let index = self.names.firstIndex(where: { $0.name == name }) {
            self.names[index].sources.formUnion(source)
            return []
        }
        guard self.names.count < RosterLimits.names else { return [] }
        self.names.append(
            ResolvedName(name: name, sources: source, peer: peer, nextResolve: now + RosterLimits.resolvePause))
        return [.resolve(name)]
    }
}
