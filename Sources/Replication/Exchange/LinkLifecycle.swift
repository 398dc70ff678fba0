import AntiEntropy
import Causality
import Journal
import Membership
import Platform

// How links come and go.

extension PeerExchange {
    /// Somebody has called; the first byte was a peer's.
    func accepted(from remote: NetworkAddress, now: Instant) -> LinkID {
        let id = self.makeLinkID()
        self.links.append(
            PeerLink(
                id: id, dialled: nil, address: remote, conversation: self.makeConversation(.acceptor),
                isConnected: true, openedAt: now))
        self.step(id, now: now) { $0.opened(at: now) }
        return id
    }

    /// Calls a member.
    func dial(_ member: Member.ID, now: Instant) {
        guard let address = self.roster.dialAddress(of: member) else {
            self.schedule.conversationEnded(
                with: member.rawValue, .failed, hasNews: false, at: now, random: self.random())
            return
        }
        let id = self.makeLinkID()
        self.links.append(
            PeerLink(
                id: id, dialled: member, address: address, conversation: self.makeConversation(.initiator),
                isConnected: false, openedAt: now))
        self.effects.append(.connect(id, address))
    }

    func connected(_ id: LinkID, now: Instant) {
        guard let index = self.index(of: id) else { return }
        self.links[index].isConnected = true
        self.step(id, now: now) { $0.opened(at: now) }
    }

    /// Bytes have come on a link.
    func received(_ id: LinkID, _ bytes: Span<UInt8>, now: Instant) {
        guard let index = self.index(of: id) else { return }
        let link = self.links[index]
        self.counters.peerBytesReceived += UInt64(bytes.count)
        link.decoder.append(bytes)
        link.conversation.heard(at: now)
        do throws(FrameError) {
            while let frame = try link.decoder.next() {
                self.step(id, now: now) { $0.receive(frame, at: now) }
                // What it said may have ended the link.
                guard self.index(of: id) != nil else { return }
            }
        } catch {
            self.step(id, now: now) { $0.receive(error, at: now) }
        }
    }

    /// A link broke, or could not be made.
    func closed(_ id: LinkID, _ reason: String, now: Instant) {
        guard let index = self.index(of: id) else { return }
        self.links[index].failure = reason
        if self.links[index].decoder.unread > 0 { self.counters.rejoin.framesCutShort += 1 }
        guard self.links[index].isConnected else {
            self.end(index, failure: reason, result: .failed, hasNews: false, now: now)
            return
        }
        self.step(id, now: now) { $0.closedByPeer(at: now) }
    }

    /// So many bytes of a link have not left.
    func noteUnsent(_ byteCount: Int, on id: LinkID) {
        guard let index = self.index(of: id) else { return }
        self.links[index].unsentLength = byteCount
    }

    /// The conversation is over: the link is closed when everything has left.
    func finish(_ index: Int, _ outcome: ConversationOutcome, now: Instant) {
        let link = self.links[index]
        self.count(outcome, of: link)
        self.effects.append(.close(link.id, awaitingPeer: outcome.isRefusing))
        var result = TalkResult.failed
        switch outcome.ending {
        case .parted, .stopped, .floorMoved:
            self.counters.conversationsFinished += 1
            result = .parted(exchanged: outcome.recordsSent + outcome.recordsReceived > 0)
        case .refused(let refusal):
            self.counters.conversationsRefused += 1
            if refusal.code == .busy { result = .busy }
            self.heed(refusal, of: link, now: now)
        case .refusing(let refusal) where refusal.code == .duplicateIdentity:
            self.counters.conversationsRefused += 1
            if let peer = link.conversation.peer, peer.peer != self.journal.identity.peer {
                self.noteForeignTwins(refusal.text, now: now)
            } else {
                self.noteTwin(refusal.text, now: now)
            }
        case .refusing(let refusal):
            self.counters.conversationsRefused += 1
            if refusal.code == .busy { result = .busy }
            if refusal.code == .malformed || refusal.code == .limit { self.counters.malformedFrames += 1 }
            // Of two simultaneous calls one is refused every time; a cut link is meant.
            let isExpected = refusal.code == .busy || refusal.code == .closing
            self.trace(
                isExpected ? .debug : .warning, "peer.refused", "a peer was refused: \(refusal.text)",
                [.init("address", link.address.description)])
        case .lost, .handshakeTimeout, .silence:
            self.counters.conversationsFailed += 1
        }
        let failure = outcome.isSuccess ? nil : (link.failure ?? outcome.failure)
        self.end(index, failure: failure, result: result, hasNews: outcome.hasNews, now: now)
    }

    private func count(_ outcome: ConversationOutcome, of link: PeerLink) {
        if !link.streamed.isEmpty { self.counters.rejoin.snapshotsBroken += 1 }
        switch outcome.ending {
        case .parted, .stopped: break
        case .refused(let refusal): self.counters.rejoin.noteRefusal(received: refusal.code)
        case .refusing(let refusal): self.counters.rejoin.noteRefusal(sent: refusal.code)
        case .lost: self.counters.rejoin.connectionsLost += 1
        case .handshakeTimeout: self.counters.rejoin.handshakeTimeouts += 1
        case .silence: self.counters.rejoin.silences += 1
        case .floorMoved: self.counters.rejoin.floorsMoved += 1
        }
    }

    /// Takes a link out, and tells schedule and roster what came of it.
    func end(
        _ index: Int, failure: String?, result: TalkResult, hasNews: Bool, now: Instant
    ) {
        let link = self.links.remove(at: index)
        if let dialled = link.dialled, let member = link.member, dialled != member {
            // Somebody else than the one called has answered: the call has failed.
            self.schedule.conversationEnded(
                with: dialled.rawValue, .failed, hasNews: false, at: now, random: self.random())
        }
        // Under which member the schedule knows it: a greeting may have told that it is another one.
        guard let member = link.member ?? link.dialled else { return }
        if case .busy = result {} else { self.noteContact(member, failure: failure, now: now) }
        let hasAnother = self.links.contains { $0.member == member || ($0.member == nil && $0.dialled == member) }
        guard !hasAnother else { return }
        self.schedule.conversationEnded(with: member.rawValue, result, hasNews: hasNews, at: now, random: self.random())
    }

    /// Acts on what a peer refused for.
    private func heed(_ refusal: Refusal, of link: PeerLink, now: Instant) {
        switch refusal.code {
        case .ownAddress:
            if link.dialled != nil { self.forgetOwnAddress(link.address, now: now) }
        case .rewound, .divergence:
            self.requestMint(.otherContent, "\(link.address) says: \(refusal.text)")
        case .forgotten:
            self.learnedOwnDeparture("\(link.address) says: \(refusal.text)")
        case .duplicateIdentity:
            self.noteTwin("\(link.address) says: \(refusal.text)", now: now)
        case .cluster, .version, .secret, .malformed, .limit, .other:
            self.trace(
                .warning, "peer.refusal", "refused by a peer: \(refusal.text)",
                [.init("address", link.address.description)])
        case .busy, .closing:
            break
        }
    }
}
