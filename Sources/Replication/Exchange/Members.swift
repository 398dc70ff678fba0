import AntiEntropy
import Causality
import DataModel
import Journal
import Membership
package import Platform

// Who the peers are: what greetings, digests and the roster say.

extension PeerExchange {
    /// Adds a peer by address or name, from the application.
    package func addPeer(_ address: NetworkAddress, now: Instant) {
        self.heed(self.roster.add(address, source: .application, at: now), now: now)
    }

    /// A name was resolved, or could not be.
    func resolved(_ token: UInt64, _ result: Result<[NetworkAddress], SystemCallError>, now: Instant) {
        guard let position = self.resolving.firstIndex(where: { $0.token == token }) else { return }
        let name = self.resolving.remove(at: position).name
        switch result {
        case .success(let addresses): self.heed(self.roster.resolved(name, to: addresses, at: now), now: now)
        case .failure(let error):
            self.roster.resolutionFailed(name, reason: error.reason, at: now)
            self.trace(.warning, "peer.unresolved", "\(name.host) cannot be resolved: \(error.reason)")
        }
    }

    /// Carries out what the roster asks for.
    func heed(_ actions: [Roster.Action], now: Instant) {
        if !actions.isEmpty { self.hasRosterChanged = true }
        for action in actions {
            switch action {
            case .resolve(let name):
                let token = self.random()
                self.resolving.append((token, name))
                self.effects.append(.resolve(token: token, host: name.host, port: name.port))
            case .found(let id):
                guard let member = self.roster[id] else { continue }
                self.schedule.peerFound(id.rawValue, at: now, random: self.random())
                let address = member.addresses.first?.description ?? ""
                self.report(.peerFound(name: member.name ?? "", address: address))
            case .removed(let id):
                self.lost.removeAll { $0 == id }
                self.schedule.peerLost(id.rawValue)
            case .collapsed(let id, let target):
                self.counters.rejoin.membersCollapsed += 1
                self.lost.removeAll { $0 == id }
                self.schedule.peerIdentified(id.rawValue, as: target.rawValue, at: now)
                for index in self.links.indices {
                    if self.links[index].dialled == id { self.links[index].dialled = target }
                    if self.links[index].member == id { self.links[index].member = target }
                }
            case .connected(let id):
                guard let member = self.roster[id], let peer = member.peer else { continue }
                self.noteReturn(of: id)
                self.report(.connected(peer: peer, name: member.name ?? ""))
                self.trace(
                    .info, "peer.connected", "peer connected",
                    [
                        .init("peer", member.name ?? peer.description),
                        .init("address", member.addresses.first?.description ?? ""),
                        .init("via", member.sources.names.joined(separator: "+")),
                    ])
            case .disconnected(let id, let reason):
                guard let member = self.roster[id], let peer = member.peer else { continue }
                self.lost.append(id)
                self.report(.disconnected(peer: peer, name: member.name ?? "", reason: reason))
                self.trace(
                    .warning, "peer.lost", "peer unreachable",
                    [.init("peer", member.name ?? peer.description), .init("error", reason)])
            case .joined(let peer):
                self.watermark.admit(peer)
                self.heldChanges += 1
            case .replaced(let peer, _), .departed(let peer):
                if case .replaced(_, let successor) = action {
                    self.counters.rejoin.predecessorsRetired += 1
                    self.roster.renameCoordinator(peer, to: successor)
                } else {
                    _ = self.roster.endAttempts(of: peer)
                }
                self.noteLeft(peer, now: now)
                self.left.removeAll { $0.peer == peer }
                if self.left.count >= PeerExchange.leftMaximum { self.left.removeFirst() }
                self.left.append((peer, now))
                self.watermark.remove(peer)
                self.heldChanges += 1
                self.mismatches.removeAll { $0.peer == peer }
            }
        }
    }

    /// How many peer IDs that have left are remembered with their times.
    private static let leftMaximum = 64

    /// A member can be reached, perhaps again.
    private func noteReturn(of id: Member.ID) {
        guard let index = self.lost.firstIndex(of: id) else { return }
        self.lost.remove(at: index)
        self.counters.rejoin.peersReturned += 1
    }

    /// A peer has introduced itself, and proved itself if need be.
    func learned(_ greeting: Greeting, of index: Int, now: Instant) -> [Conversation.Action] {
        let link = self.links[index]
        if let refusal = self.objection(toPeer: greeting.peer) {
            return link.conversation.refuseAndListen(refusal, at: now)
        }
        if self.left.contains(where: { $0.peer == greeting.peer && link.openedAt <= $0.at }) {
            // Its holder has a new one: this was on its way since before (short seed 900019933).
            let text = "peer ID \(greeting.peer) has left since it greeted"
            return self.links[index].conversation.refuse(Refusal(.closing, text), at: now)
        }
        let isTwin = self.incarnations.heard(
            greeting.peer, incarnation: greeting.incarnation, connectedAt: link.openedAt, now: now)
        guard !isTwin else {
            let text = "another running node has peer ID \(greeting.peer) of \"\(greeting.name)\" as well"
            return self.links[index].conversation.refuse(Refusal(.duplicateIdentity, text), at: now)
        }
        let identity = PeerIdentity(
            peer: greeting.peer, name: greeting.name, advertised: greeting.advertised,
            predecessors: greeting.predecessors)
        let (member, actions) = self.roster.greeted(
            identity, dialled: link.dialled, seenAt: link.address, at: now)
        self.links[index].member = member
        self.hasRosterChanged = true
        self.heed(actions, now: now)
        guard let member else {
            return self.links[index].conversation.refuse(Refusal(.limit, "there is no room for another peer"), at: now)
        }
        if self.roster.isCut(member) {
            return self.links[index].conversation.refuse(Refusal(.closing, "this link is cut on purpose"), at: now)
        }
        if self.healing.phase == .restoring || (self.healing.isGoingOn && greeting.isHealing) {
            // Two that have lost what they held cannot give it to each other.
            return self.links[index].conversation.refuse(Refusal(.busy, "this node's log was damaged"), at: now)
        }
        // The caller may have others, which it knows to be dead; ending them moves this one.
        self.endDeadLinks(with: greeting, before: link, now: now)
        guard let index = self.index(of: link.id) else { return [] }
        if self.hasBetterLink(with: greeting.peer, than: link) {
            return self.links[index].conversation.refuse(
                Refusal(.busy, "a conversation with this peer is under way"), at: now)
        }
        self.schedule.conversationAccepted(from: member.rawValue, at: now)
        return self.openingWords(to: greeting.peer, on: self.links[index], now: now)
    }

    /// Ends links to the caller that it has lost without this side having heard: else it would be refused
    /// until they fall silent. Nobody calls twice, nor while it is being talked to, but for two calls
    /// that cross; and no process outlives its incarnation.
    private func endDeadLinks(with greeting: Greeting, before link: PeerLink, now: Instant) {
        guard link.dialled == nil else { return }
        let crossing = link.conversation.configuration.limits.handshake
        let dead = self.links.filter { other in
            guard other.id != link.id, let peer = other.conversation.peer, peer.peer == greeting.peer else {
                return false
            }
            return other.dialled == nil || peer.incarnation != greeting.incarnation
                || other.openedAt + crossing <= link.openedAt
        }
        self.counters.rejoin.deadLinksEnded += UInt64(dead.count)
        for other in dead {
            self.step(other.id, now: now) { $0.refuse(Refusal(.busy, "the peer has called again"), at: now) }
        }
    }

    /// Two peers that call each other at once keep one connection, both the same.
    private func hasBetterLink(with peer: PeerID, than link: PeerLink) -> Bool {
        let kept = ConversationRole.kept(own: self.journal.identity.peer, peer: peer)
        return self.links.contains { other in
            other.id != link.id && other.conversation.isEstablished && other.conversation.peer?.peer == peer
                && (other.conversation.role == kept || link.conversation.role != kept)
        }
    }

    /// A peer has said what it has.
    func learned(_ digest: Digest, of index: Int, now: Instant) -> [Conversation.Action] {
        guard let peer = self.links[index].conversation.peer else { return [] }
        let own = self.journal.identity.peer
        if digest.context[own].highest > self.journal.ownSequence {
            self.requestMint(
                .peersKnowMore, "\(peer.name) holds more of this node's writes than it does itself")
        }
        let lastDot = Dot(peer: peer.peer, sequence: digest.lastOwn.sequence)
        if let held = self.journal.index.find(lastDot), held.record.checksum != digest.lastOwn.checksum {
            let text = "write \(lastDot) has another content at node \"\(self.configuration.name)\""
            self.report(.failed(text))
            return self.links[index].conversation.refuse(Refusal(.divergence, text), at: now)
        }
        self.noteDivergence(from: peer, digest, now: now)
        // What a healing node was given, it begins anew without if it is ended before it is healed.
        if !peer.isHealing { self.noteHeld(by: peer.peer, digest.context, self.links[index].member) }
        self.journal.observe(digest.timestamp)
        self.noteResolvers(of: peer, digest.resolvers)
        for announced in digest.peers where announced.peer != own {
            self.heed(
                self.roster.heard(of: announced.peer, name: announced.name, at: announced.address, at: now), now: now)
        }
        return []
    }

    /// Says, once a minute at the most, that a peer has seen the same writes and yet holds other records:
    /// then some dot has two contents, or one of the two has lost something without knowing.
    private func noteDivergence(from peer: Greeting, _ digest: Digest, now: Instant) {
        guard digest.context == self.journal.syncedContext, digest.floor == self.journal.syncedFloor,
            digest.liveHash != self.syncedLiveHash
        else { return }
        if let last = self.divergenceReported, now.since(last) < .seconds(60) { return }
        self.divergenceReported = now
        let text = "node \"\(peer.name)\" has seen the same writes as this one, and holds other records"
        self.report(.failed(text))
        self.trace(.error, "peer.diverged", text)
    }

    /// Takes notice of what a peer holds durably.
    func noteHeld(by peer: PeerID, _ context: CausalContext, _ member: Member.ID?) {
        self.watermark.update(peer, to: context)
        self.heldChanges += 1
        if let member, context.isSuperset(of: self.journal.syncedContext),
            self.journal.syncedLSN == self.journal.appendedLSN
        {
            self.schedule.hasCaughtUp(member.rawValue)
        }
    }

    /// Members to tell another peer of: those that were talked to. Once a conversation is enough.
    func announcedPeers(to link: PeerLink) -> [PeerAnnouncement] {
        guard !link.hasAnnounced else { return [] }
        return self.roster.members.compactMap { member in
            guard let peer = member.peer, member.isReachable, member.id != link.member,
                let address = member.addresses.first, !self.roster.isCut(member.id)
            else { return nil }
            return PeerAnnouncement(peer: peer, name: member.name ?? "", address: address)
        }
    }

    /// A link with the member has ended, well or not.
    func noteContact(_ member: Member.ID, failure: String?, now: Instant) {
        self.noteTried(member)
        if let failure {
            self.heed(self.roster.failed(member, reason: failure), now: now)
        } else {
            self.roster.succeeded(member, at: now)
        }
    }

    /// Notes that a member was talked to, or could not be, since the start.
    func noteTried(_ member: Member.ID) {
        guard self.gathering.isGoingOn || self.healing.isGoingOn, !self.tried.contains(member) else { return }
        self.tried.append(member)
    }

    /// An address that was dialled answered as this node itself.
    func forgetOwnAddress(_ address: NetworkAddress, now: Instant) {
        self.heed(self.roster.foundItself(at: address), now: now)
    }

    /// Cuts or heals the link to an address.
    func setCut(_ address: NetworkAddress, _ isCut: Bool, now: Instant) {
        guard isCut else {
            self.roster.heal(address)
            for member in self.roster.members {
                self.schedule.beacon(from: member.id.rawValue, isEqual: false, at: now, random: self.random())
            }
            return
        }
        self.roster.cut(address)
        for link in self.links {
            guard let member = link.member ?? link.dialled, self.roster.isCut(member) else { continue }
            if link.isConnected {
                self.step(link.id, now: now) { $0.refuse(Refusal(.closing, "this link is cut on purpose"), at: now) }
            } else {
                self.effects.append(.close(link.id, awaitingPeer: false))
                self.closed(link.id, "this link is cut on purpose", now: now)
            }
        }
    }

    private func noteResolvers(of peer: Greeting, _ theirs: [String]) {
        let ours = self.announcement
        let differing = ours.filter { !theirs.contains($0) } + theirs.filter { !ours.contains($0) }
        let known = self.mismatches.firstIndex { $0.peer == peer.peer }
        if differing.isEmpty {
            if let known { self.mismatches.remove(at: known) }
            return
        }
        let words = "\(peer.name) has other resolvers: \(differing.joined(separator: " "))"
        guard known == nil || self.mismatches[known ?? 0].words != words else { return }
        self.mismatches.removeAll { $0.peer == peer.peer }
        self.mismatches.append((peer.peer, words))
        self.mismatches.sort { $0.peer < $1.peer }
        self.report(.failed(words))
        self.trace(.warning, "resolver.mismatch", words)
    }
}
