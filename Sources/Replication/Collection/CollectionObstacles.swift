import AntiEntropy
import Causality
import Journal
import Membership
import Platform

extension PeerExchange {
    /// Beacons come every few seconds; who is silent for so long after a start is not there.
    private static let listening = Delay.seconds(15)

    /// Why no tombstone may be collected at all now, in words; nil if some may.
    ///
    /// A node that has just started remembers its members, unless that file was lost. Then it knows them again
    /// only when they have greeted. Collecting earlier would lose nothing, but whoever is away would need a
    /// snapshot when it returns.
    func collectionObstacle(now: Instant) -> String? {
        guard self.isRunning, !self.isGathering else { return "the node has just started" }
        if self.configuration.discovery != nil, now.since(self.startedAt) < PeerExchange.listening {
            return "the node has just started"
        }
        if let address = self.unheardAddress { return "\(address) has not been heard since the start" }
        // A snapshot is of one cut: with every tombstone that goes it would have to begin anew.
        if self.links.contains(where: { $0.cursor?.isSnapshot ?? false }) { return "a peer is being sent a snapshot" }
        return nil
    }

    /// An address that a person has named and that has never answered; nil if there is none.
    var unheardAddress: String? {
        // By index: what is asked of a large value in a list is answered by a copy.
        for index in self.roster.members.indices
        where self.roster.members[index].peer == nil && self.roster.members[index].isMeant
            && !self.roster.isVacant(self.roster.members[index])
        {
            return self.roster.members[index].addresses.first?.description ?? "a peer"
        }
        return nil
    }

    /// Members that could not be reached when they were tried last.
    var awayPeers: [PeerID] {
        self.roster.members.compactMap { $0.isReachable ? nil : $0.peer }
    }

    /// The node's name as its greeting said; else its peer ID.
    func nodeName(of peer: PeerID) -> String {
        self.roster.member(with: peer)?.name ?? peer.description
    }
}
