package import Causality
package import Platform

// Rounds and what lies between them.

extension Conversation {
    /// This side's digest, for ``Action/openRound``.
    ///
    /// - Parameter wantsSnapshot: whether the other side is to send a snapshot whatever this digest says; where
    ///   it is too old for that it will send what the digest lacks.
    package mutating func digestReady(
        _ digest: Digest, wantsSnapshot: Bool = false, at now: Instant
    ) -> [Action] {
        guard case .exchanging(var round) = self.state, round.mine == nil else { return [] }
        self.heard(at: now)
        var digest = digest
        digest.round = round.number
        round.mine = ConversationRound.Opening(digest)
        round.wantsSnapshot = wantsSnapshot && self.speaksOfMembership
        self.state = .exchanging(round)
        let want: [Action] = round.wantsSnapshot ? [.send(.membership(.snapshotWanted))] : []
        return self.armed(want + [.send(.digest(digest))] + self.startStream(at: now))
    }

    /// The next records of this side's stream, for ``Action/fetch(maximumBytes:)``; with the closing if
    /// they are the last.
    ///
    /// They may be more than was asked for if one record, or the rest of a batch, is: up to
    /// ``MessageLimits/maximumPayload``, less a few bytes.
    ///
    /// - Precondition: there are records, or a closing.
    package mutating func batchReady(_ records: EncodedRecords, closing: Closing?, at now: Instant) -> [Action] {
        precondition(records.count > 0 || closing != nil, "a batch without records must be the last")
        guard case .exchanging(let round) = self.state, case .fetching(let snapshot) = round.outgoing else { return [] }
        self.heard(at: now)
        guard records.byteCount <= MessageLimits.maximumPayload - 16 else {
            return self.refuse(Refusal(.limit, "a batch of \(records.byteCount) bytes is too large to send"), at: now)
        }
        if closing != nil { self.hasNews = false }
        var records = records
        records.isSnapshot = snapshot
        return self.armed(self.deliver(records, closing: closing, in: round, at: now))
    }

    /// The owner has taken in so many bytes of records.
    package mutating func ingested(byteCount: Int, at now: Instant) -> [Action] {
        guard case .exchanging(let round) = self.state else { return [] }
        self.heard(at: now)
        let grant = self.window.ingested(byteCount).map { Action.send(.credit($0)) }
        return self.armed((grant.map { [$0] } ?? []) + self.joinIfComplete(round))
    }

    /// What ``Action/join(_:)`` asked for is durable; `context` is the synced context now.
    package mutating func joined(_ context: CausalContext, at now: Instant) -> [Action] {
        guard case .exchanging(var round) = self.state, case .joining = round.incoming else { return [] }
        self.heard(at: now)
        round.incoming = .settled
        return self.armed([.send(.settled(context))] + self.concludeIfSettled(round, at: now))
    }

    /// The synced state here has grown by something that the other side may lack.
    package mutating func news(at now: Instant) -> [Action] {
        switch self.state {
        case .lingering: return self.armed(self.openRound())
        case .exchanging, .parting:
            self.hasNews = true
            return []
        case .idle, .greeting, .proving, .finished:
            return []
        }
    }

    mutating func receiveInLingering(_ message: ConversationMessage, at now: Instant) -> [Action] {
        switch message {
        case .digest(let digest):
            guard digest.round == self.rounds + 1 else { return self.refuse(.unexpected(message), at: now) }
            self.state = .exchanging(ConversationRound(number: digest.round, theirs: digest))
            return [.learnedDigest(digest), .openRound]
        case .goodbye:
            return self.answerGoodbye(at: now)
        case .refusal(let refusal):
            return self.finish(.refused(refusal), at: now)
        case .membership(let membership):
            return self.receive(membership, beforeDigest: true, at: now)
        case .leadership(let bytes):
            return self.receiveLeadership(bytes, at: now)
        case .greeting, .proof, .records, .credit, .closing, .settled:
            return self.refuse(.unexpected(message), at: now)
        }
    }

    mutating func receive(
        _ message: ConversationMessage, in round: ConversationRound, at now: Instant
    ) -> [Action] {
        var round = round
        switch message {
        case .digest(let digest):
            guard round.theirs == nil, digest.round == round.number else {
                return self.refuse(.unexpected(message), at: now)
            }
            round.theirs = ConversationRound.Opening(digest)
            self.state = .exchanging(round)
            return [.learnedDigest(digest)] + self.startStream(at: now)
        case .records(let records):
            return self.receiveRecords(records, in: round, at: now)
        case .credit(let byteCount):
            guard self.window.credited(byteCount) else {
                return self.refuse(Refusal(.malformed, "more credit than was owed"), at: now)
            }
            return self.resumeStream(round, at: now)
        case .closing(let closing):
            return self.receiveClosing(closing, in: round, at: now)
        case .settled(let context):
            guard case .closed = round.outgoing else { return self.refuse(.unexpected(message), at: now) }
            round.outgoing = .settled
            return [.learnedContext(context)] + self.concludeIfSettled(round, at: now)
        case .goodbye:
            return self.answerGoodbye(at: now)
        case .refusal(let refusal):
            return self.finish(.refused(refusal), at: now)
        case .membership(let membership):
            return self.receive(membership, beforeDigest: round.theirs == nil, at: now)
        case .leadership(let bytes):
            return self.receiveLeadership(bytes, at: now)
        case .greeting, .proof:
            return self.refuse(.unexpected(message), at: now)
        }
    }

    private mutating func receiveRecords(
        _ records: EncodedRecords, in round: ConversationRound, at now: Instant
    ) -> [Action] {
        guard case .streaming = round.incoming, let mine = round.mine, let theirs = round.theirs,
            records.isSnapshot == (round.wantsSnapshot || !mine.context.covers(theirs.floor))
        else { return self.refuse(.unexpected(.records(records)), at: now) }
        guard self.window.received(records.byteCount) else {
            return self.refuse(Refusal(.malformed, "more records than there was credit for"), at: now)
        }
        var round = round
        round.recordsReceived += UInt64(records.count)
        self.recordsReceived += UInt64(records.count)
        self.bytesReceived += UInt64(records.byteCount)
        self.state = .exchanging(round)
        return [.ingest(records)]
    }

    private mutating func receiveClosing(
        _ closing: Closing, in round: ConversationRound, at now: Instant
    ) -> [Action] {
        guard case .streaming = round.incoming, let mine = round.mine, let theirs = round.theirs,
            closing.isSnapshot == (round.wantsSnapshot || !mine.context.covers(theirs.floor))
        else { return self.refuse(.unexpected(.closing(closing)), at: now) }
        guard closing.recordCount == round.recordsReceived, closing.context.isSuperset(of: theirs.context) else {
            return self.refuse(Refusal(.malformed, "the closing does not fit what came before it"), at: now)
        }
        // A tail may be joined only by who has seen all that the sender has collected.
        guard closing.isSnapshot || mine.context.covers(closing.floor) else {
            return self.part(.floorMoved, at: now)
        }
        var round = round
        round.incoming = .closed(closing)
        return self.joinIfComplete(round)
    }

    private mutating func joinIfComplete(_ round: ConversationRound) -> [Action] {
        var round = round
        var actions: [Action] = []
        if case .closed(let closing) = round.incoming, self.window.pending == 0 {
            round.incoming = .joining
            actions.append(.join(closing))
        }
        self.state = .exchanging(round)
        return actions
    }

    private mutating func startStream(at now: Instant) -> [Action] {
        guard case .exchanging(var round) = self.state, case .waiting = round.outgoing, let mine = round.mine,
            let theirs = round.theirs
        else { return [] }
        let snapshot = self.peerWantsSnapshot || !theirs.context.covers(mine.floor)
        self.peerWantsSnapshot = false
        round.outgoing = .fetching(snapshot: snapshot)
        self.state = .exchanging(round)
        return [
            .beginStream(missingFrom: theirs.context, snapshot: snapshot),
            .fetch(maximumBytes: self.configuration.limits.batch),
        ]
    }

    /// Sends what the owner has supplied as far as credit goes, and sees to what comes next.
    private mutating func deliver(
        _ records: EncodedRecords, closing: Closing?, in round: ConversationRound, at now: Instant
    ) -> [Action] {
        var round = round
        var actions: [Action] = []
        if records.count > 0 {
            guard self.window.fits(records.byteCount) else {
                round.outgoing = .blocked(records, closing)
                self.state = .exchanging(round)
                return []
            }
            self.window.sent(records.byteCount)
            round.recordsSent += UInt64(records.count)
            self.recordsSent += UInt64(records.count)
            self.bytesSent += UInt64(records.byteCount)
            actions.append(.send(.records(records)))
        }
        if let closing { return actions + self.close(closing, isSnapshot: records.isSnapshot, in: round, at: now) }
        return actions + self.fetchMore(snapshot: records.isSnapshot, in: round)
    }

    private mutating func fetchMore(snapshot: Bool, in round: ConversationRound) -> [Action] {
        var round = round
        defer { self.state = .exchanging(round) }
        let batch = self.configuration.limits.batch
        guard self.window.fits(batch) else {
            round.outgoing = .starved(snapshot: snapshot)
            return []
        }
        round.outgoing = .fetching(snapshot: snapshot)
        return [.fetch(maximumBytes: batch)]
    }

    private mutating func close(
        _ closing: Closing, isSnapshot: Bool, in round: ConversationRound, at now: Instant
    ) -> [Action] {
        guard isSnapshot || round.theirs?.context.covers(closing.floor) == true else {
            return self.part(.floorMoved, at: now)
        }
        var round = round
        var closing = closing
        closing.isSnapshot = isSnapshot
        closing.recordCount = round.recordsSent
        round.outgoing = .closed
        self.state = .exchanging(round)
        return [.send(.closing(closing))]
    }

    /// Goes on with this side's stream after credit has come.
    private mutating func resumeStream(_ round: ConversationRound, at now: Instant) -> [Action] {
        switch round.outgoing {
        case .starved(let snapshot): return self.fetchMore(snapshot: snapshot, in: round)
        case .blocked(let records, let closing): return self.deliver(records, closing: closing, in: round, at: now)
        case .waiting, .fetching, .closed, .settled: return []
        }
    }

    private mutating func concludeIfSettled(_ round: ConversationRound, at now: Instant) -> [Action] {
        self.state = .exchanging(round)
        guard round.isSettled else { return [] }
        self.rounds += 1
        self.state = .lingering(since: now)
        let limits = self.configuration.limits
        let isOld = self.rounds >= limits.rounds || now.since(self.openedAt) >= limits.duration
        if isOld, !self.isKept {
            return self.part(.parted, at: now)
        }
        return self.hasNews ? self.openRound() : []
    }

    private mutating func openRound() -> [Action] {
        self.hasNews = false
        self.state = .exchanging(ConversationRound(number: self.rounds + 1))
        return [.openRound]
    }
}
