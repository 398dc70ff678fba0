import AntiEntropy
import Causality
import Journal
import Membership
import Platform

// What is shown of peers.

extension PeerExchange {
    /// Resolver rules that differ at a peer, in words.
    var resolverMismatches: [String] {
        self.mismatches.map(\.words)
    }

    /// Snapshots on their way, in words.
    func snapshotsUnderWay(now: Instant) -> [String] {
        var found: [String] = []
        for index in self.links.indices {
            let name = self.peerName(on: index)
            if let progress = self.links[index].sending {
                let words = progress.words(of: self.journal.index.recordCount, now: now)
                found.append("sending a snapshot to \(name): \(words)")
            }
            if let progress = self.links[index].receiving {
                found.append("receiving a snapshot from \(name): \(progress.words(of: nil, now: now))")
            }
        }
        return found
    }

    /// The peers as status shows them, in the order in which they became known; without those forgotten.
    func peerStatuses(now: Instant) -> [ReplicaStatus.Peer] {
        self.roster.members.filter { !self.roster.isVacant($0) }.map { member in
            let held = member.peer.flatMap { self.watermark.context(of: $0) } ?? CausalContext()
            var status = ReplicaStatus.Peer(
                name: member.name ?? "", id: member.peer,
                address: member.addresses.first ?? NetworkAddress(host: "", port: 0),
                source: member.sources.names.joined(separator: "+"), isReachable: member.isReachable,
                isCut: self.roster.isCut(member.id), missing: self.journal.context.count(missingFrom: held),
                lastContact: member.lastContact.map { now.since(max($0, member.lastHeard)) },
                lastFailure: member.lastFailure ?? "")
            status.isSuspended = member.peer.map { self.roster.suspension(of: $0) != nil } ?? false
            return status
        }
    }
}
