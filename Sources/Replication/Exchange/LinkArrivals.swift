import AntiEntropy
import Causality
import DataModel
import Journal
import Membership
import Platform

// Taking in what the other side streams.

extension PeerExchange {
    /// Applies what has arrived, in order, as far as the log has room.
    func takeInArrivals(_ index: Int, now: Instant) -> [Conversation.Action] {
        var actions: [Conversation.Action] = []
        while let arrival = self.links[index].arrivals.first {
            do throws(JournalError) {
                guard try self.apply(arrival, from: index, now: now) else { return actions }
            } catch {
                return actions
                    + self.links[index].conversation.refuse(
                        Refusal(.malformed, "a record cannot be taken in: \(error)"), at: now)
            }
            let byteCount = self.links[index].arrivals.removeFirst().records.byteCount
            actions += self.links[index].conversation.ingested(byteCount: byteCount, at: now)
        }
        guard let closing = self.links[index].arrivedClosing else { return actions }
        do throws(JournalError) {
            guard try self.joins(closing, index) else { return actions }
        } catch {
            self.links[index].arrivedClosing = nil
            return actions
                + self.links[index].conversation.refuse(
                    Refusal(.limit, "the closing cannot be joined: \(error)"), at: now)
        }
        return actions + self.answerJoinIfSynced(index, now: now)
    }

    /// Tells the other side that its closing is durable, once it is.
    func answerJoinIfSynced(_ index: Int, now: Instant) -> [Conversation.Action] {
        guard let position = self.links[index].joinedAt, self.journal.syncedLSN >= position else { return [] }
        self.links[index].joinedAt = nil
        if self.links[index].hasJoinedSnapshot {
            let progress = self.links[index].receiving ?? SnapshotProgress(at: now)
            self.links[index].receiving = nil
            self.links[index].hasJoinedSnapshot = false
            self.trace(
                .info, "snapshot.received", "a snapshot was taken in",
                progress.fields(peer: self.peerName(on: index), of: nil, now: now))
            self.endRejoining()
        }
        // All that the other side had is here: a restarted node has heard what it must from this peer.
        if let member = self.links[index].member { self.noteTried(member) }
        self.noteHealed(by: self.links[index], self.links[index].joinedContext)
        return self.links[index].conversation.joined(self.journal.syncedContext.withinLimits, at: now)
    }

    /// A node that was forgotten has its snapshot now.
    private func endRejoining() {
        guard self.isRejoining else { return }
        self.isRejoining = false
        self.hasRosterChanged = true
    }

    /// Applies the records of one message in one turn and as one atomic group, so that the members of
    /// a writer's batch become visible together here too. False if the log had no room for all of them.
    ///
    /// What a record drops may need more room than records usually do; then the group is ended early
    /// and another begun.
    private func apply(_ arrival: Arrival, from index: Int, now: Instant) throws(JournalError) -> Bool {
        var arrival = arrival
        var missing = 0
        var streamed = CausalContext()
        swap(&streamed, &self.links[index].streamed)
        defer {
            swap(&streamed, &self.links[index].streamed)
            self.links[index].arrivals[0] = arrival
        }
        while arrival.next < arrival.ranges.count {
            let byteCount = arrival.remainingBytes + missing
            guard self.admits(byteCount) else {
                self.counters.rejoin.arrivalsDelayed += 1
                return false
            }
            try self.journal.beginGroup(byteCount: byteCount)
            defer { self.journal.endGroup() }
            missing = 0
            while arrival.next < arrival.ranges.count, missing == 0 {
                do throws(JournalError) {
                    let dot = try self.receive(arrival, from: index, now: now)
                    if arrival.records.isSnapshot { streamed.insert(dot) }
                    arrival.next += 1
                } catch {
                    guard case .notAdmitted(let needed) = error else { throw error }
                    missing = needed
                }
            }
        }
        self.counters.recordsReceived += UInt64(arrival.records.count)
        if arrival.records.isSnapshot { self.noteReceiving(arrival, index, now: now) }
        if self.links[index].hasBroughtNews {
            self.links[index].hasBroughtNews = false
            self.noteNews(from: self.links[index].member)
            self.schedule.remoteNews(from: self.links[index].member?.rawValue, at: now)
        }
        return true
    }

    /// Tells of a snapshot that is being taken in, now and then.
    private func noteReceiving(_ arrival: Arrival, _ index: Int, now: Instant) {
        var progress = self.links[index].receiving ?? SnapshotProgress(at: now)
        let isDue = progress.add(records: arrival.records.count, bytes: arrival.records.byteCount, at: now)
        self.links[index].receiving = progress
        guard isDue else { return }
        self.trace(
            .info, "snapshot.progress", "receiving a snapshot",
            progress.fields(peer: self.peerName(on: index), of: nil, now: now))
    }

    /// Applies the arrival's next record and returns its dot.
    private func receive(_ arrival: Arrival, from index: Int, now: Instant) throws(JournalError) -> Dot {
        switch try self.journal.receive(arrival.records.bytes, arrival.ranges[arrival.next]) {
        case .ignored(let dot):
            return dot
        case .covered(let layout):
            self.noteOwn(layout.head.dot)
            return layout.head.dot
        case .applied(let layout, let isConflict, let slot):
            self.noteOwn(layout.head.dot)
            self.journal.observe(layout.head.timestamp)
            if isConflict { self.noteConflict(slot) }
            self.links[index].hasBroughtNews = true
            return layout.head.dot
        }
    }

    /// A write of this node itself that it did not know: its log was rewound, and what it writes next
    /// could be another content of a dot that a peer has.
    private func noteOwn(_ dot: Dot) {
        guard dot.peer == self.journal.identity.peer else { return }
        // Another leader may have decided what this node had proposed.
        if self.isInLeaderMode, dot.sequence <= self.journal.ownSequence { return }
        self.requestMint(
            .peersKnowMore, "a peer holds write \(dot) of this node, which does not hold it itself")
    }

    /// Joins the closing's context and floor; false if the log has no room yet.
    private func joins(_ closing: Closing, _ index: Int) throws(JournalError) -> Bool {
        let floor = closing.isSnapshot ? closing.floor : nil
        var byteCount = self.journal.joinBytes(context: closing.context, floor: floor)
        if closing.isSnapshot {
            byteCount += self.journal.absentBytes(closing: closing.context, streamed: self.links[index].streamed)
        }
        guard self.admits(byteCount) else { return false }
        if closing.context[self.journal.identity.peer].highest > self.journal.ownSequence {
            self.requestMint(
                .peersKnowMore, "a peer has heard of more of this node's writes than it knows itself")
        }
        self.links[index].arrivedClosing = nil
        try self.journal.checkJoin(context: closing.context, floor: floor)
        try self.journal.beginGroup(byteCount: byteCount)
        // A batch left open would stop everything written after it.
        defer { self.journal.endGroup() }
        if closing.isSnapshot {
            try self.journal.dropAbsent(closing: closing.context, streamed: self.links[index].streamed)
        }
        try self.journal.join(context: closing.context, floor: floor)
        if closing.isSnapshot { self.counters.rejoin.snapshotsReceived += 1 }
        self.links[index].hasJoinedSnapshot = closing.isSnapshot
        self.links[index].streamed = CausalContext()
        self.links[index].joinedAt = self.journal.appendedLSN
        self.links[index].joinedContext = closing.context
        return true
    }

    private func admits(_ byteCount: Int) -> Bool {
        self.journal.admit(byteCount: byteCount) == .now
    }
}
