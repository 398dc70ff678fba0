package import Causality
package import Platform

/// One attempt to forget peers: the coordinated step of DESIGN section 3, "Forgetting", from the side of the
/// node that was asked to.
///
/// Every remaining member, this node among them, is asked to accept nothing more from those peers, to sync,
/// and to report which of their writes it holds. When all have, the writes that nobody holds, below the highest
/// that somebody does, are void: their writer had replaced them before it told anybody of later ones, so
/// nobody will ever need them, and contexts close. Nothing above is void: if the peer comes back after all, as
/// a new one, what it wrote last still counts. If anyone cannot be asked, nothing is forgotten at all.
///
/// Legal transitions: `asking → decided` when all have reported, `asking → failed` on an objection, an unknown
/// member or the deadline. Both ends are final.
package struct Forgetting: Sendable {
    /// What the owner is asked to do.
    package enum Action: Hashable, Sendable {
        /// Ask this member, which may be the node itself; what was asked before may be asked again.
        case ask(PeerID)
        /// Forget the subjects, durably, with the sequences of each that are void; then tell everyone.
        case forget([Verdict])
        /// Tell this member that the attempt has come to nothing.
        case end(PeerID)
        /// The attempt has failed, for this reason.
        case fail(ForgettingFailure)
    }

    /// What becomes of one subject.
    package struct Verdict: Hashable, Sendable {
        /// Whom to forget.
        package var peer: PeerID
        /// Its sequences that are void.
        package var voids: SequenceSet

        package init(peer: PeerID, voids: SequenceSet) {
            self.peer = peer
            self.voids = voids
        }
    }

    private enum State {
        case asking
        case decided
        case failed
    }

    /// A member is asked again after this.
    package static let pause = Delay.milliseconds(500)

    /// The attempt's number, drawn at random.
    package let attempt: UInt64
    /// Whom to forget, sorted.
    package let subjects: [PeerID]
    private let deadline: Instant
    private var state = State.asking
    private var nextAsking: Instant
    /// Who is asked, in order; the report once it is there.
    private var members: [(peer: PeerID, report: ForgettingReport?)]

    /// An attempt that asks these members, besides the node itself.
    ///
    /// - Parameter subjects: at least one; none of them is asked.
    package init(
        attempt: UInt64, subjects: [PeerID], own: PeerID, members: [PeerID], at now: Instant, within limit: Delay
    ) {
        self.attempt = attempt
        self.subjects = subjects.sorted()
        self.deadline = now + limit
        self.nextAsking = now + Forgetting.pause
        self.members = ([own] + members.filter { !subjects.contains($0) && $0 != own }.sorted()).map { ($0, nil) }
    }

    /// Whether it has come to an end.
    package var isOver: Bool {
        switch self.state {
        case .asking: false
        case .decided, .failed: true
        }
    }

    /// When to call ``tick(at:)``; nil when it is over.
    package var nextDeadline: Instant? {
        self.isOver ? nil : min(self.deadline, self.nextAsking)
    }

    /// Those who have not reported.
    package var missing: [PeerID] {
        self.members.filter { $0.report == nil }.map(\.peer)
    }

    /// Asks everyone.
    package func start() -> [Action] {
        self.missing.map { .ask($0) }
    }

    /// A member has reported.
    ///
    /// - Parameter isGone: whether a peer that the member still counts is known here to have left.
    package mutating func received(
        _ report: ForgettingReport, from peer: PeerID, isGone: (PeerID) -> Bool
    ) -> [Action] {
        guard !self.isOver, let index = self.members.firstIndex(where: { $0.peer == peer }),
            self.members[index].report == nil
        else { return [] }
        if let objection = report.objection { return self.fail(.objection(by: peer, objection)) }
        for other in report.members where !isGone(other.peer) && !self.subjects.contains(other.peer) {
            guard self.members.contains(where: { $0.peer == other.peer }) else {
                return self.fail(.unknownMember(other.peer, name: other.name, knownBy: peer))
            }
        }
        self.members[index].report = report
        guard self.missing.isEmpty else { return [] }
        self.state = .decided
        return [.forget(self.subjects.map { self.verdict(on: $0) })]
    }

    /// A peer ID has left: if it was asked, it cannot report any more.
    package mutating func left(_ peer: PeerID) -> [Action] {
        guard !self.isOver, self.missing.contains(peer) else { return [] }
        return self.fail(.unreachable([peer]))
    }

    /// Asks those again who have not reported, or gives up.
    package mutating func tick(at now: Instant) -> [Action] {
        guard !self.isOver else { return [] }
        if self.deadline <= now { return self.fail(.unreachable(self.missing)) }
        guard self.nextAsking <= now else { return [] }
        self.nextAsking = now + Forgetting.pause
        return self.missing.map { .ask($0) }
    }

    /// Gives up for a reason of the owner's.
    package mutating func cancel(_ reason: String) -> [Action] {
        self.isOver ? [] : self.fail(.local(reason))
    }

    private mutating func fail(_ failure: ForgettingFailure) -> [Action] {
        self.state = .failed
        return self.members.map { .end($0.peer) } + [.fail(failure)]
    }

    /// What of a subject's writes is void: what nobody holds below the highest that somebody does.
    private func verdict(on subject: PeerID) -> Verdict {
        var held = SequenceSet()
        var voids = SequenceSet()
        for member in self.members {
            guard let found = member.report?.holdings.first(where: { $0.peer == subject }) else { continue }
            held.formUnion(found.held)
            voids.formUnion(found.voids)
        }
        // A sequence that an earlier step declared void is held by nobody, whatever contexts say.
        guard let highest = held.subtracting(voids).last?.upperBound else {
            return Verdict(peer: subject, voids: voids)
        }
        for range in SequenceSet(through: highest).subtracting(held) { voids.insert(range) }
        return Verdict(peer: subject, voids: voids)
    }
}
