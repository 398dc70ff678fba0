import AntiEntropy
import Causality
import Journal
import Membership
import Platform

// Forgetting peers, from the side of a member that is asked to.

extension PeerExchange {
    /// A peer has said something about who belongs to the cluster.
    func learned(_ message: MembershipMessage, from peer: PeerID, now: Instant) {
        switch message {
        case .forgetRequest(let attempt, let subjects):
            self.asked(toForget: subjects, attempt: attempt, by: peer, now: now)
        case .forgetReport(let report):
            let holdings = (self.forgetting.attempt?.decider.subjects ?? []).map {
                ForgettingReport.Holding(peer: $0, held: report.held[$0], voids: report.voids[$0])
            }
            let members = report.members.map { ForgettingReport.KnownMember(peer: $0.peer, name: $0.name) }
            self.received(
                ForgettingReport(
                    holdings: holdings, members: members, objection: report.objection.isEmpty ? nil : report.objection),
                attempt: report.attempt, from: peer, now: now)
        case .forgetQuery(let attempt):
            // What was decided is told on every link; of what this process does not know nothing will come.
            guard self.forgetting.attempt?.decider.attempt != attempt else { return }
            self.tell(peer, .forgetEnd(attempt: attempt), now: now)
        case .forgetEnd(let attempt): self.ended(attempt, now: now)
        case .departed(let peers, let voids): self.learned(departed: peers, voids, from: peer, now: now)
        case .snapshotWanted: break
        }
    }

    /// Accepts nothing more from the subjects, and reports as soon as that, and all that has come from them, is
    /// durable.
    func asked(toForget subjects: [PeerID], attempt: UInt64, by coordinator: PeerID, now: Instant) {
        if let objection = self.objection(to: subjects, now: now) {
            let report = ForgetReport(
                attempt: attempt, held: CausalContext(), voids: CausalContext(), members: [], objection: objection)
            return self.deliver(report, to: coordinator, now: now)
        }
        for subject in subjects where !self.roster.isForgotten(subject) {
            let suspension = Suspension(peer: subject, attempt: attempt, coordinator: coordinator)
            guard self.roster.suspend(suspension) else { return }
            self.endLinks(with: subject, now: now)
        }
        self.forgetting.owed.removeAll { $0.attempt == attempt }
        guard self.forgetting.owed.count < ForgettingState.maximumOwed else { return }
        self.hasRosterChanged = true
        self.keepRoster(now: now)
        self.forgetting.owed.append(
            ForgettingState.Owed(
                attempt: attempt, coordinator: coordinator, subjects: subjects, lsn: self.journal.appendedLSN,
                rosterNumber: self.keptRoster.number))
        if coordinator != self.journal.identity.peer, self.forgetting.nextQuery == nil {
            self.forgetting.nextQuery = now + ForgettingState.queryPause
        }
    }

    /// A link on which something moved so lately is taken for alive.
    private static let recent = Delay.milliseconds(500)

    /// Why this node will not forget them; nil if it will.
    private func objection(to subjects: [PeerID], now: Instant) -> String? {
        if let failure = self.journal.failure { return "its log takes no more writes: \(failure)" }
        for subject in subjects {
            if subject == self.journal.identity.peer { return "it is \(self.configuration.name) itself, and runs" }
            // The link of a machine that has died without a word is there for a while.
            let isConnected = self.links.contains {
                $0.conversation.isEstablished && $0.conversation.peer?.peer == subject
                    && now.since($0.conversation.lastProgress) < PeerExchange.recent
            }
            if isConnected { return "it is connected to \(self.nodeName(of: subject)), which runs; stop that first" }
        }
        return nil
    }

    /// Sends the reports for which everything is durable.
    func payReports(now: Instant) {
        guard !self.forgetting.owed.isEmpty else { return }
        let durable = self.journal.durablePeersNumber
        let due = self.forgetting.owed.filter { $0.lsn <= self.journal.syncedLSN && $0.rosterNumber <= durable }
        guard !due.isEmpty else { return }
        self.forgetting.owed.removeAll { owed in due.contains { $0.attempt == owed.attempt } }
        for owed in due {
            var held = CausalContext()
            var voids = CausalContext()
            for subject in owed.subjects {
                for range in self.journal.syncedContext[subject].ranges { held.insert(range, of: subject) }
                for forgotten in self.roster.forgotten where forgotten.peer.peer == subject {
                    for range in forgotten.voids.ranges { voids.insert(range, of: subject) }
                }
            }
            let members = self.roster.peers.prefix(MessageLimits.knownMembers).map {
                ForgetReport.KnownMember(peer: $0, name: self.roster.member(with: $0)?.name ?? "")
            }
            let report = ForgetReport(attempt: owed.attempt, held: held, voids: voids, members: members)
            self.deliver(report, to: owed.coordinator, now: now)
        }
    }

    private func deliver(_ report: ForgetReport, to coordinator: PeerID, now: Instant) {
        guard coordinator == self.journal.identity.peer else {
            return self.tell(coordinator, .forgetReport(report), now: now)
        }
        self.learned(.forgetReport(report), from: coordinator, now: now)
    }

    /// An attempt has come to nothing.
    func ended(_ attempt: UInt64, now: Instant) {
        self.forgetting.owed.removeAll { $0.attempt == attempt }
        if self.roster.endAttempt(attempt) { self.hasRosterChanged = true }
    }

    /// Others say that these were forgotten.
    private func learned(departed peers: [PeerID], _ voids: CausalContext, from teller: PeerID, now: Instant) {
        for peer in peers {
            if peer == self.journal.identity.peer {
                self.learnedOwnDeparture("\(self.nodeName(of: teller)) says that this node was forgotten")
            } else {
                self.letGo(peer, voids: voids[peer], now: now)
            }
        }
    }

    /// This node was forgotten: it goes on as a new one, and begins with a snapshot, for others may have given
    /// up what it still knows.
    func learnedOwnDeparture(_ reason: String) {
        self.isRejoining = true
        self.hasRosterChanged = true
        self.requestMint(.forgotten, reason)
    }

    /// Takes a peer for gone, and what of its writes nobody has for void.
    func letGo(_ peer: PeerID, voids: SequenceSet, now: Instant) {
        let known = self.roster.forgotten.first { $0.peer.peer == peer }
        if let known, known.voids.isSuperset(of: voids) { return }
        let name = self.nodeName(of: peer)
        for range in voids.ranges { self.forgetting.voids.insert(range, of: peer) }
        self.heed(self.roster.forget(peer, voids: voids), now: now)
        self.endLinks(with: peer, now: now)
        self.hasRosterChanged = true
        guard known == nil else { return }
        self.report(.forgotten(peer: peer, name: name))
        self.trace(
            .notice, "peer.forgotten", "a peer was forgotten",
            [.init("peer", name), .init("id", peer.description)])
    }

    /// Why the peer is not accepted; nil if it is.
    func objection(toPeer peer: PeerID) -> Refusal? {
        if self.roster.isForgotten(peer) {
            return Refusal(.forgotten, "peer ID \(peer) was forgotten here; it must come back as a new one")
        }
        guard self.roster.suspension(of: peer) != nil else { return nil }
        return Refusal(.closing, "peer ID \(peer) is being forgotten")
    }

    private func endLinks(with peer: PeerID, now: Instant) {
        guard let refusal = self.objection(toPeer: peer) else { return }
        for link in self.links where link.conversation.peer?.peer == peer {
            self.step(link.id, now: now) { $0.refuse(refusal, at: now) }
        }
    }

    /// Says something to a peer: now if there is a link, else on the next, which is made soon.
    func tell(_ peer: PeerID, _ message: MembershipMessage, now: Instant) {
        for link in self.links where link.conversation.peer?.peer == peer && link.conversation.speaksOfMembership {
            return self.step(link.id, now: now) { $0.tell(message, at: now) }
        }
        self.forgetting.outbox.removeAll { $0.peer == peer && $0.message == message }
        guard self.forgetting.outbox.count < ForgettingState.maximumMessages else { return }
        self.forgetting.outbox.append(
            ForgettingState.Message(peer: peer, message: message, until: now + ForgettingState.patience))
        if let member = self.roster.member(with: peer) { self.schedule.peerReturned(member.id.rawValue, at: now) }
    }

    /// What is to be said first on a link that has just been accepted.
    func openingWords(to peer: PeerID, on link: PeerLink, now: Instant) -> [Conversation.Action] {
        let letters = self.takeLetters(for: peer, now: now)
        if self.keptPeers.contains(peer) {
            link.conversation.isKept = true
            if let member = link.member { self.schedule.conversationKept(with: member.rawValue) }
        }
        guard link.conversation.speaksOfMembership else { return [] }
        let words = self.forgetting.outbox.filter { $0.peer == peer }.map(\.message)
        self.forgetting.outbox.removeAll { $0.peer == peer }
        let all = (self.roster.forgotten.isEmpty ? [] : [self.farewell]) + words
        var conversation = link.conversation
        var actions = all.flatMap { conversation.tell($0, at: now) }
        actions += letters.flatMap { conversation.tell(leadership: $0, at: now) }
        link.conversation = conversation
        return actions
    }

    /// Asks after attempts of others that have not ended: their maker may have stopped in the midst of one.
    func askAfterAttempts(now: Instant) {
        guard let due = self.forgetting.nextQuery, due <= now else { return }
        var waiting = self.roster.suspended.filter { $0.coordinator != self.journal.identity.peer }
        // Of whom nobody here knows nothing will be heard.
        for suspension in waiting where self.roster.member(with: suspension.coordinator) == nil {
            self.ended(suspension.attempt, now: now)
        }
        waiting.removeAll { self.roster.member(with: $0.coordinator) == nil }
        self.forgetting.nextQuery = waiting.isEmpty ? nil : now + ForgettingState.queryPause
        for suspension in waiting {
            self.tell(suspension.coordinator, .forgetQuery(attempt: suspension.attempt), now: now)
        }
    }
}
