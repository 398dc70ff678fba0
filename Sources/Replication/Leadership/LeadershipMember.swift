import ByteCoding
package import Causality
package import DataModel
package import Journal
package import Leadership
package import Platform

/// One member in leader mode: the decider, with its entries in the log and their records in the store.
///
/// Carries out what the decider asks for and leaves to the owner only what concerns others: messages, answers,
/// events. Called on one thread, like all of a replica. After every input and whenever the log has been synced
/// further, ``advance(at:)`` is due.
///
/// - Invariant: A record is applied when its entry is decided, and not before: contexts tell of nothing else.
package final class LeadershipMember {
    package internal(set) var raft: Raft
    let journal: RecordJournal
    var entries: StoredEntries
    /// Entries up to here are applied; the last of them.
    package internal(set) var applied: LogPosition
    /// Where the applying goes on, within the entry behind that.
    var nextRecord = 0
    /// The last position that the log says was applied.
    var noted: LogPosition
    /// For each key with proposals under way, the clock and the entry of the last.
    var proposed: [Key: (clock: UInt64, index: UInt64)] = [:]
    /// Whether the end of leader mode was proposed here.
    private(set) var isEnding = false
    /// Whether leader mode has been decided to be over, and everything before that is applied.
    package internal(set) var hasEnded = false
    /// Reads that wait until everything up to an index is applied.
    var reads: [(ids: [UInt64], index: UInt64)] = []
    var effects: [LeadershipEffect] = []
    /// When the log is asked again for what it did not give.
    private var retry = Instant.distantFuture
    private static let retryPause = Delay.milliseconds(20)
    /// Why nothing is written any more; then this member neither votes nor acknowledges.
    package private(set) var failure: JournalError?

    /// A member that founds a cluster in leader mode: each founder MUST be given the same electorate, era and base, and
    /// those of a base above zero the same state. With an empty electorate it waits to be told who decides.
    ///
    /// - Parameter seed: What waits are drawn from.
    package init(
        founding electorate: Electorate, era: UInt64 = 0, base position: LogPosition = .zero, journal: RecordJournal,
        limits: RaftLimits = RaftLimits(), seed: UInt64, at now: Instant
    ) {
        let base = SnapshotHeader(position: position, electorate: electorate)
        let log = RestoredLog(
            ballot: Ballot(), outline: LogOutline(base: position, electorate: electorate), commit: position.index)
        self.journal = journal
        self.entries = StoredEntries(journal: journal, era: era, base: base)
        self.applied = position
        self.noted = position
        let limits = Self.adjusted(limits)
        self.raft = Raft(peer: journal.identity.peer, restoring: log, limits: limits, seed: seed, at: now)
        self.entries.found()
    }

    /// A member that goes on with what its log holds; nil if that holds nothing of leader mode.
    ///
    /// - Throws: when what the log holds makes no sense.
    package init?(
        restoring journal: RecordJournal, limits: RaftLimits = RaftLimits(), seed: UInt64, at now: Instant
    ) throws(JournalError) {
        let restored: (entries: StoredEntries, log: RestoredLog)?
        do throws(DecodingError) {
            restored = try StoredEntries.restore(from: journal)
        } catch {
            throw .malformed(error)
        }
        guard let restored else { return nil }
        self.journal = journal
        self.entries = restored.entries
        let commit = restored.log.commit
        self.applied = restored.log.outline.position(at: commit) ?? restored.log.outline.base
        self.noted = self.applied
        let limits = Self.adjusted(limits)
        self.raft = Raft(peer: journal.identity.peer, restoring: restored.log, limits: limits, seed: seed, at: now)
    }

    /// A record that others have is never lost here, or its dot could name two contents: so it is on this disk first.
    private static func adjusted(_ limits: RaftLimits) -> RaftLimits {
        var limits = limits
        limits.sendsDurableOnly = true
        return limits
    }

    /// The number of the era.
    package var era: UInt64 { self.entries.era }

    /// When ``advance(at:)`` is due even if nothing happens.
    package var deadline: Instant {
        self.failure == nil ? min(self.raft.deadline ?? .distantFuture, self.retry) : .distantFuture
    }

    /// Whether something waits for room in the log.
    package var isWaiting: Bool {
        self.failure == nil && (self.entries.isWaiting || self.applied.index < self.applicable)
    }

    /// Hands over what is to be done, by exchanging buffers with `effects`, which MUST be empty.
    package func takeEffects(into effects: inout [LeadershipEffect]) {
        swap(&self.effects, &effects)
    }

    /// A member has said something. What cannot be applied is refused before it gets into the log.
    package func receive(_ message: RaftMessage, from peer: PeerID, at now: Instant) {
        guard self.failure == nil, self.isReadable(message) else { return }
        self.carryOut(self.raft.receive(message, from: peer, at: now))
    }

    /// Does what is due, and goes on with what the log has made possible.
    package func advance(at now: Instant) {
        guard self.failure == nil else { return }
        do throws(JournalError) {
            if let failure = self.journal.failure { throw failure }
            try self.entries.advance()
            if let number = self.entries.takeSynced() {
                self.carryOut(self.raft.written(through: number, at: now))
                try self.entries.advance()
            }
            if self.raft.deadline.map({ $0 <= now }) ?? false { self.carryOut(self.raft.deadlineReached(at: now)) }
            try self.applyMore()
            try self.entries.advance()
            self.retry = .distantFuture
        } catch {
            if self.journal.failure == nil, case .unreadable = error {
                // A disk that refuses to read once may give the bytes when it is asked again.
                self.retry = now + LeadershipMember.retryPause
                return
            }
            self.failure = error
            self.carryOut(self.raft.abstain(at: now))
        }
    }

    /// Proposes the writes as one entry: all or none of them are applied, on every member.
    ///
    /// `id` comes back in an effect. Nothing has happened if this throws.
    ///
    /// - Parameter token: what the caller had read of the key of a single write; nil for what is live now.
    package func propose(
        _ writes: [Write], id: UInt64, acknowledgement: Acknowledgement, wall: UInt64, token: CausalContext? = nil,
        at now: Instant
    ) throws(LeadershipRefusal) {
        let term = try self.checkLeading()
        try self.check(writes)
        var records: [[UInt8]] = []
        let index = self.raft.outline.last.index + 1
        do throws(JournalError) {
            for (place, write) in writes.enumerated() {
                let key = Key(write.key)
                let (head, bytes) = try self.journal.compose(
                    key: write.key.span, operation: write.operation, value: write.value.span, expiry: write.expiry,
                    token: token, timestamp: self.journal.nextTimestamp(wall: wall),
                    continuesBatch: place < writes.count - 1, clockAtLeast: self.proposed[key].map { $0.clock + 1 } ?? 0
                )
                self.proposed[key] = (head.clock, index)
                records.append(bytes)
            }
        } catch {
            throw .journal(error)
        }
        try self.propose(records, id: id, acknowledgement, term, at: now)
    }

    /// Proposes records that have their dots already: those of a peer that wrote while it was cut off, or those that a
    /// leader before had to give up. They become siblings of what was written meanwhile.
    package func propose(
        records: [[UInt8]], id: UInt64, acknowledgement: Acknowledgement, at now: Instant
    ) throws(LeadershipRefusal) {
        let term = try self.checkLeading()
        let payload = EntryRecords.payload(records)
        do throws(DecodingError) {
            try EntryRecords.check(payload)
        } catch {
            throw .journal(.malformed(error))
        }
        try self.propose(records, id: id, acknowledgement, term, at: now)
    }

    /// Proposes that leader mode be over; once that is decided and applied, ``hasEnded`` says so on every member.
    package func proposeEnd(id: UInt64, at now: Instant) throws(LeadershipRefusal) {
        _ = try self.checkLeading()
        do throws(ProposalRefusal) {
            let proposed = try self.raft.propose(EntryRecords.end, id: id, acknowledgement: .majority, at: now)
            self.isEnding = true
            self.carryOut(proposed.actions)
        } catch {
            throw .proposal(error)
        }
    }

    /// Has the log say that leader mode is over; false if there is no room at the moment. Of no use afterwards.
    package func end() throws(JournalError) -> Bool { try self.entries.end() }

    /// The records in entries that are not applied, decided or not.
    package var unapplied: [[UInt8]] {
        guard self.applied.index < self.raft.outline.last.index else { return [] }
        return self.records(LogRange(first: self.applied.index + 1, last: self.raft.outline.last.index))
    }

    /// Whether the present state has everything that was acknowledged before `now`, as a lease vouches for.
    ///
    /// - Parameter now: a time taken after the read had come.
    package func isReadable(at now: Instant) -> Bool {
        self.failure == nil && self.applied.index >= self.raft.commit && self.raft.isLeased(at: now)
    }

    /// Asks for a linearizable read; `id` comes back in an effect.
    package func read(_ id: UInt64, at now: Instant) throws(LeadershipRefusal) {
        do throws(ProposalRefusal) {
            self.carryOut(try self.raft.read(id, at: now))
        } catch {
            throw .proposal(error)
        }
        self.releaseReads()
    }

    /// Changes the members by one.
    package func change(_ change: ElectorateChange, id: UInt64, at now: Instant) throws(LeadershipRefusal) {
        do throws(ProposalRefusal) {
            self.carryOut(try self.raft.change(change, id: id, at: now))
        } catch {
            throw .proposal(error)
        }
    }

    /// Hands leadership to another voter.
    package func transfer(to peer: PeerID, at now: Instant) throws(LeadershipRefusal) {
        do throws(ProposalRefusal) {
            self.carryOut(try self.raft.transfer(to: peer, at: now))
        } catch {
            throw .proposal(error)
        }
    }

    /// The connection to a member is new.
    package func reconnected(to peer: PeerID, at now: Instant) {
        self.carryOut(self.raft.reconnected(to: peer, at: now))
    }

    /// Lets go of the entries up to an applied one, so that the log can be compacted; members that lack them are sent
    /// a snapshot. Returns whether there was room to write that down.
    package func forget(entriesThrough index: UInt64) -> Bool {
        let index = min(index, self.applied.index)
        guard self.failure == nil, let position = self.raft.outline.position(at: index) else { return false }
        let header = SnapshotHeader(position: position, electorate: self.raft.outline.electorate(at: index))
        do throws(JournalError) {
            guard try self.entries.renew(behind: header) else { return false }
            self.raft.compacted(through: index)
            return true
        } catch {
            self.failure = error
            return false
        }
    }

    /// Whether proposals for the key are under way: what is read of it now is not what it will be.
    package func isPending(_ key: Key) -> Bool {
        self.proposed[key] != nil
    }

    /// Refuses what could not be composed, or not be written as one entry: a sequence used up is not given back.
    private func check(_ writes: [Write]) throws(LeadershipRefusal) {
        var length = 64
        do throws(JournalError) {
            for write in writes {
                guard write.key.count <= DataLimits.keyLength else { throw .keyTooLong(byteCount: write.key.count) }
                guard write.value.count <= DataLimits.valueLength else {
                    throw .valueTooLong(byteCount: write.value.count)
                }
                guard write.operation != .delete || write.value.isEmpty else { throw .deleteWithValue }
                try self.journal.checkWrite(of: write.key.span)
                length += self.journal.writeBytes(key: write.key.span, valueLength: write.value.count, token: nil) + 8
            }
        } catch {
            throw .journal(error)
        }
        guard !writes.isEmpty, writes.count <= DataLimits.batchCount,
            length <= RecordJournal.leadershipPayloadMaximum
        else { throw .proposal(.tooLarge) }
    }

    private func checkLeading() throws(LeadershipRefusal) -> Term {
        if let failure { throw .journal(failure) }
        if self.isEnding || self.hasEnded { throw .ending }
        let term: Term
        do throws(ProposalRefusal) {
            term = try self.raft.checkProposal()
        } catch {
            throw .proposal(error)
        }
        // Records replace what is live here: everything before this term must be.
        guard self.applied.term == term else { throw .catchingUp }
        return term
    }

    private func propose(
        _ records: [[UInt8]], id: UInt64, _ acknowledgement: Acknowledgement, _ term: Term, at now: Instant
    ) throws(LeadershipRefusal) {
        do throws(ProposalRefusal) {
            let payload = EntryRecords.payload(records)
            self.carryOut(try self.raft.propose(payload, id: id, acknowledgement: acknowledgement, at: now).actions)
        } catch {
            throw .proposal(error)
        }
    }

    private func isReadable(_ message: RaftMessage) -> Bool {
        guard case .append(let request) = message else { return true }
        return request.entries.allSatisfy { entry in
            guard case .payload(let payload) = entry.content else { return true }
            return payload.count + 64 <= RecordJournal.leadershipPayloadMaximum
                && (try? EntryRecords.check(payload)) != nil
        }
    }
}
