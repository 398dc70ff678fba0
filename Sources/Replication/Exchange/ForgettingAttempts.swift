import AntiEntropy
import Causality
import Journal
package import Membership
import Platform

// Forgetting peers, from the side of the node that was asked to.

extension PeerExchange {
    /// Forgets these peers together: all remaining members must agree. `completion` is called once.
    ///
    /// - Precondition: there is at least one, and no attempt is under way.
    func forget(
        _ peers: [PeerID], now: Instant, _ completion: @escaping (Result<[PeerID], ForgettingFailure>) -> Void
    ) {
        let subjects = peers.filter { !self.roster.isForgotten($0) }
        guard !subjects.isEmpty else { return completion(.success([])) }
        let decider = Forgetting(
            attempt: self.random(), subjects: subjects, own: self.journal.identity.peer, members: self.roster.peers,
            at: now, within: self.configuration.limits.forgetting)
        self.forgetting.attempt = (decider, completion)
        self.carryOut(decider.start(), now: now)
    }

    /// Gives up an attempt that is under way: the node is stopping.
    func cancelForgetting(now: Instant) {
        guard var decider = self.forgetting.attempt?.decider else { return }
        let actions = decider.cancel("the node is stopping")
        self.forgetting.attempt?.decider = decider
        self.carryOut(actions, now: now)
        // Decided, but perhaps not durable: whoever asked is told nothing that may turn out to be false.
        let completion = self.forgetting.attempt?.completion
        self.forgetting.attempt = nil
        completion?(.failure(.local("the node is stopping; ask another one whether it was")))
    }

    /// Whether an attempt of this node's is under way.
    var isForgetting: Bool { self.forgetting.attempt != nil }

    func carryOut(_ actions: [Forgetting.Action], now: Instant) {
        guard let decider = self.forgetting.attempt?.decider else { return }
        let own = self.journal.identity.peer
        for action in actions {
            switch action {
            case .ask(let peer) where peer == own:
                self.asked(toForget: decider.subjects, attempt: decider.attempt, by: own, now: now)
            case .ask(let peer):
                self.tell(peer, .forgetRequest(attempt: decider.attempt, subjects: decider.subjects), now: now)
            case .end(let peer) where peer == own: self.ended(decider.attempt, now: now)
            case .end(let peer): self.tell(peer, .forgetEnd(attempt: decider.attempt), now: now)
            case .forget(let verdicts): self.decide(verdicts, now: now)
            case .fail(let failure):
                let completion = self.forgetting.attempt?.completion
                self.forgetting.attempt = nil
                self.trace(.warning, "peer.kept", "peers were not forgotten: \(self.words(for: failure))")
                completion?(.failure(failure))
            }
        }
    }

    /// Does what is due, and goes on with what the disk has made possible.
    func goOnForgetting(now: Instant) {
        guard !self.forgetting.isIdle else { return }
        if var decider = self.forgetting.attempt?.decider {
            var actions = decider.tick(at: now)
            if let failure = self.journal.failure { actions += decider.cancel("\(failure)") }
            self.forgetting.attempt?.decider = decider
            self.carryOut(actions, now: now)
        }
        self.payReports(now: now)
        self.concludeIfDurable(now: now)
        self.joinVoids(now: now)
        self.askAfterAttempts(now: now)
        self.forgetting.outbox.removeAll { $0.until <= now }
    }

    /// When ``goOnForgetting(now:)`` is due even if nothing happens.
    var nextForgettingDeadline: Instant {
        let asking = self.forgetting.attempt?.decider.nextDeadline ?? .distantFuture
        return min(asking, self.forgetting.nextQuery ?? .distantFuture)
    }

    /// A member's report has come.
    func received(_ report: ForgettingReport, attempt: UInt64, from peer: PeerID, now: Instant) {
        guard var decider = self.forgetting.attempt?.decider, decider.attempt == attempt else { return }
        let own = self.journal.identity
        let actions = decider.received(report, from: peer) {
            $0 == own.peer || own.predecessors.contains($0) || self.roster.hasDeparted($0)
        }
        self.forgetting.attempt?.decider = decider
        self.carryOut(actions, now: now)
    }

    /// A member has another peer ID now, or has left.
    func noteLeft(_ peer: PeerID, now: Instant) {
        guard var decider = self.forgetting.attempt?.decider else { return }
        let actions = decider.left(peer)
        self.forgetting.attempt?.decider = decider
        self.carryOut(actions, now: now)
    }

    /// Everyone has agreed. It counts once the roster says so on the disk, whatever becomes of this process.
    private func decide(_ verdicts: [Forgetting.Verdict], now: Instant) {
        for verdict in verdicts { self.letGo(verdict.peer, voids: verdict.voids, now: now) }
        self.keepRoster(now: now)
        self.forgetting.decided = (verdicts.map(\.peer), self.keptRoster.number)
    }

    private func concludeIfDurable(now: Instant) {
        guard let decided = self.forgetting.decided, self.journal.durablePeersNumber >= decided.rosterNumber else {
            return
        }
        self.forgetting.decided = nil
        let completion = self.forgetting.attempt?.completion
        self.forgetting.attempt = nil
        self.counters.rejoin.peersForgotten += UInt64(decided.peers.count)
        for link in self.links { self.step(link.id, now: now) { $0.tell(self.farewell, at: now) } }
        completion?(.success(decided.peers))
    }

    /// Whom to take for gone, as it is told on every link; the latest, as many as one message takes.
    var farewell: MembershipMessage {
        var voids = CausalContext()
        var rangesLeft = MessageLimits.voidRanges
        let latest = self.roster.forgotten.suffix(MessageLimits.forgottenPeers)
        for forgotten in latest {
            let ranges = forgotten.voids.ranges
            guard ranges.count <= rangesLeft else { continue }
            rangesLeft -= ranges.count
            for range in ranges { voids.insert(range, of: forgotten.peer.peer) }
        }
        return .departed(latest.map(\.peer.peer), voids: voids)
    }

    /// Joins void writes to the context, so that it closes; tried again until the log has room.
    private func joinVoids(now: Instant) {
        guard !self.forgetting.voids.isEmpty, self.journal.failure == nil else { return }
        let voids = self.forgetting.voids
        guard !self.journal.context.isSuperset(of: voids) else {
            self.forgetting.voids = CausalContext()
            return
        }
        let byteCount = self.journal.joinBytes(context: voids, floor: nil)
        guard self.journal.admit(byteCount: byteCount) == .now else { return }
        self.forgetting.voids = CausalContext()
        do throws(JournalError) {
            try self.journal.join(context: voids, floor: nil)
            self.noteLocalWrite(at: now)
        } catch {
            self.report(.failed("void writes of a forgotten peer could not be joined: \(error)"))
        }
    }

    /// Why peers were not forgotten, for people.
    package func words(for failure: ForgettingFailure) -> String {
        switch failure {
        case .unreachable(let peers):
            let names = peers.map { self.shownPeer($0) }.joined(separator: ", ")
            return "every remaining member must agree, and \(names) cannot be reached; start what is stopped, "
                + "or forget it in the same step"
        case .objection(let peer, let text): return "\(self.shownPeer(peer)) objects: \(text)"
        case .unknownMember(let peer, let name, let knower):
            return "\(self.shownPeer(knower)) knows a member \(name) (\(peer)) that this node does not, so it cannot "
                + "be asked; forget from another node, or forget it in the same step"
        case .local(let text): return text
        }
    }

    /// A peer as people know it.
    private func shownPeer(_ peer: PeerID) -> String {
        if peer == self.journal.identity.peer { return self.configuration.name }
        guard let member = self.roster.member(with: peer) else { return peer.description }
        let address = member.addresses.first.map { " (\($0))" } ?? ""
        return (member.name ?? peer.description) + address
    }
}
