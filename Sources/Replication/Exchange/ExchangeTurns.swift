import AntiEntropy
import Causality
import DataModel
import Journal
import Membership
import Platform

// The exchange's own time: what is due, and what has become possible.

extension PeerExchange {
    /// Begins to look for peers and to talk to them.
    func begin(now: Instant) {
        guard !self.isRunning else { return }
        self.isRunning = true
        self.startedAt = now
        self.gathering.begin(now: now, length: self.configuration.limits.gathering)
        self.healing.begin(now: now)
        self.tellOfHealing()
        for address in self.localAddresses { self.heed(self.roster.addOwn(address), now: now) }
        self.takeUpMemory(now: now)
        for address in self.configuration.peers {
            self.heed(self.roster.add(address, source: .configured, at: now), now: now)
        }
        if self.configuration.discovery != nil { self.beacons.start(at: now) }
    }

    /// Parts from everyone and talks no more.
    func stop(now: Instant) {
        self.isRunning = false
        self.beacons.stop()
        self.cancelForgetting(now: now)
        for link in self.links { self.step(link.id, now: now) { $0.stop(at: now) } }
    }

    /// Does what is due, and goes on with what the log has made possible.
    func advance(now: Instant, wallNow: WallTime) {
        self.mintIfAtRest(now: now)
        let timeout = self.configuration.limits.connectTimeout
        let synced = self.journal.hasFailed ? .max : self.journal.syncedLSN
        // Most turns concern few links, or none.
        var due: [LinkID] = []
        for link in self.links where link.isDue(at: now, syncedThrough: synced, connectTimeout: timeout) {
            due.append(link.id)
        }
        for id in due { self.goOn(id, now: now) }
        if self.isRunning {
            self.heed(self.roster.tick(at: now), now: now)
            self.callBeacon(now: now)
            self.callTheSilent(now: now)
            if self.mayCall, let due = self.schedule.nextDeadline, due <= now {
                for action in self.schedule.tick(at: now) { self.heed(action, now: now) }
            }
        }
        if self.isRunning { self.goOnForgetting(now: now) }
        self.keepRoster(now: now)
        if let ending = self.gathering.check(now: now, allTried: self.haveAllBeenTried(now: now)) {
            self.note(ending)
        }
        if self.healing.isGoingOn { self.heal(now: now) }
    }

    /// Whether peers may be called now.
    private var mayCall: Bool { self.mintReason == nil && self.healing.phase != .restoring }

    private func note(_ ending: Gathering.Ending) {
        switch ending {
        case .answered: self.counters.rejoin.gatheringsAnswered += 1
        case .timedOut:
            self.counters.rejoin.gatheringsTimedOut += 1
            self.trace(
                .notice, "gathering.timeout",
                "not every known peer was heard: clients are served by what this node's own log says")
        }
    }

    /// When ``advance(now:wallNow:)`` is due even if nothing happens.
    var nextDeadline: Instant {
        var deadline = min(self.gathering.deadline, self.healing.deadline)
        let timeout = self.configuration.limits.connectTimeout
        for link in self.links {
            if let due = link.deadline { deadline = min(deadline, due) }
            if !link.isConnected { deadline = min(deadline, link.openedAt + timeout) }
        }
        if let retry = self.rosterRetry { deadline = min(deadline, retry) }
        guard self.isRunning else { return deadline }
        deadline = min(deadline, self.nextForgettingDeadline)
        // While a new peer ID is needed nobody is called, however long the disk takes.
        if self.mayCall { deadline = min(deadline, self.schedule.nextDeadline ?? .distantFuture) }
        deadline = min(deadline, self.roster.nextDeadline ?? .distantFuture)
        return min(deadline, self.beacons.nextDeadline ?? .distantFuture)
    }

    /// Gives a link what it waits for, if that is there now.
    private func goOn(_ id: LinkID, now: Instant) {
        if let index = self.index(of: id), !self.links[index].isConnected {
            if self.links[index].openedAt + self.configuration.limits.connectTimeout <= now {
                self.effects.append(.close(id, awaitingPeer: false))
                self.closed(id, "no connection in time", now: now)
            }
            return
        }
        if let index = self.index(of: id), self.links[index].digestAt != nil {
            self.carryOut(self.makeDigestIfSynced(index, now: now), on: id, now: now)
        }
        if let index = self.index(of: id), self.links[index].hasArrivals {
            self.carryOut(self.takeInArrivals(index, now: now), on: id, now: now)
        }
        if let index = self.index(of: id), self.links[index].joinedAt != nil {
            self.carryOut(self.answerJoinIfSynced(index, now: now), on: id, now: now)
        }
        if let index = self.index(of: id), self.links[index].wantedBytes != nil {
            self.carryOut(self.fetchIfPossible(index, now: now), on: id, now: now)
        }
        guard let index = self.index(of: id), let deadline = self.links[index].deadline, deadline <= now else { return }
        self.links[index].deadline = nil
        self.step(id, now: now) { $0.deadlineReached(at: now) }
    }

    private func heed(_ action: ConversationSchedule.Action, now: Instant) {
        switch action {
        case .talk(let peer):
            self.dial(Member.ID(rawValue: peer), now: now)
        case .news(let peer):
            let links = self.links.filter { $0.member?.rawValue == peer }
            // One that is parting remembers the news for the schedule, which has forgotten it.
            guard let link = links.first(where: { $0.conversation.isEstablished }) ?? links.first else { return }
            self.step(link.id, now: now) { $0.news(at: now) }
        }
    }

    /// Whether everyone known has been talked to, or could not be.
    func haveAllBeenTried(now: Instant) -> Bool {
        guard self.isRunning, self.gathering.isGoingOn || self.healing.isGoingOn else { return false }
        // Names still to be resolved, and peers still to be heard, may bring more.
        guard self.resolving.isEmpty, self.roster.names.allSatisfy({ $0.failure == nil }) else { return false }
        if self.configuration.discovery != nil, self.roster.members.isEmpty { return false }
        return self.roster.members.allSatisfy { self.tried.contains($0.id) }
    }

    /// Calls members whose beacons have ceased, to find out whether they are gone.
    private func callTheSilent(now: Instant) {
        guard self.configuration.discovery != nil, now >= self.silenceCheck else { return }
        self.silenceCheck = now + PeerExchange.silence
        for member in self.roster.members where member.sources.contains(.multicast) && member.isReachable {
            guard now.since(member.lastHeard) >= PeerExchange.silence else { continue }
            self.schedule.peerReturned(member.id.rawValue, at: now)
        }
    }

    /// Beacons come every five seconds at the least; after this long some must have been lost, or all.
    private static let silence = Delay.seconds(12)

    /// Sends a beacon when it is time.
    private func callBeacon(now: Instant) {
        guard self.beacons.nextDeadline != nil else { return }
        // What a healing node has, its next start may begin anew without: it is nobody's equal.
        let hash = self.healing.isGoingOn ? 0 : self.stateHash()
        self.beacons.stateChanged(to: hash, at: now)
        guard let deadline = self.beacons.nextDeadline, deadline <= now else { return }
        self.beaconCounter += 1
        let beacon = Beacon(
            cluster: self.configuration.cluster, peer: self.journal.identity.peer, incarnation: self.incarnation,
            name: self.configuration.name, advertised: self.advertised, stateHash: hash, counter: self.beaconCounter)
        if let bytes = beacon.encoded(secret: self.configuration.secret) {
            self.effects.append(.multicast(bytes))
            self.counters.beaconsSent += 1
        }
        self.beacons.sent(hash, at: now, random: self.random())
    }

    /// A datagram has come to the multicast group.
    func receivedBeacon(_ bytes: [UInt8], from sender: NetworkAddress, now: Instant) {
        let listener = BeaconListener(
            cluster: self.configuration.cluster, peer: self.journal.identity.peer, incarnation: self.incarnation,
            secret: self.configuration.secret)
        switch listener.judge(bytes) {
        case .accepted(let beacon):
            self.counters.beaconsAccepted += 1
            guard self.isRunning else { return }
            let (member, actions) = self.roster.heard(beacon, from: sender, at: now)
            self.heed(actions, now: now)
            guard let member, !self.roster.isCut(member) else { return }
            let isEqual = beacon.stateHash == self.stateHash()
            if isEqual, self.roster[member]?.peer == beacon.peer {
                self.noteHeld(by: beacon.peer, self.journal.syncedContext, member)
            }
            self.schedule.beacon(from: member.rawValue, isEqual: isEqual, at: now, random: self.random())
        case .ownBeacon: self.counters.beaconsOwn += 1
        case .duplicateIdentity(let beacon):
            self.counters.beaconsAccepted += 1
            self.noteTwin(
                "node \"\(beacon.name)\" runs with this node's peer ID \(beacon.peer)", now: now)
        case .wrongCluster: self.counters.beaconsWrongCluster += 1
        case .wrongSecret: self.counters.beaconsWrongSecret += 1
        case .version, .malformed: self.counters.beaconsMalformed += 1
        }
    }

    /// Another process has this node's peer ID. One that has just started, and so has written nothing yet,
    /// takes a new one: not everyone who answers confirms the old. Otherwise it is said, once a minute at
    /// the most, for only a person can tell which of the two should go.
    func noteTwin(_ text: String, now: Instant) {
        self.counters.rejoin.twinsFound += 1
        if self.gathering.isGoingOn { self.requestMint(.twin, text) }
        if let last = self.duplicateReported, now.since(last) < .seconds(60) { return }
        self.duplicateReported = now
        self.report(.failed("two running nodes have one peer ID: \(text)"))
        self.trace(.error, "peer.duplicate", text)
    }

    /// Two other processes have one peer ID. They are told, and so is whoever reads what this node has to say, once a
    /// minute at the most.
    func noteForeignTwins(_ text: String, now: Instant) {
        if let last = self.foreignTwinsReported, now.since(last) < .seconds(60) { return }
        self.foreignTwinsReported = now
        self.trace(.error, "peer.duplicate", text)
    }

    /// Asks for a new peer ID; until it is there nothing is written.
    func requestMint(_ cause: MintCause, _ reason: String) {
        guard self.mintReason == nil else { return }
        switch cause {
        case .peersKnowMore, .otherContent, .twin: self.isMemoryDoubtful = true
        case .forgotten: break
        }
        self.mintReason = reason
        self.counters.rejoin.note(cause)
    }

    /// Takes a new peer ID once the log is at rest, and begins all conversations anew under it.
    private func mintIfAtRest(now: Instant) {
        guard let reason = self.mintReason, !self.journal.isFlushing else { return }
        let old = self.journal.identity.peer
        do throws(JournalError) {
            try self.journal.mint(PeerID(rawValue: self.random()))
        } catch {
            self.report(.failed("a new peer ID is needed (\(reason)) but could not be taken: \(error)"))
            self.mintReason = nil
            return
        }
        self.mintReason = nil
        self.roster.ownPeer = self.journal.identity.peer
        if self.isMemoryDoubtful {
            self.isMemoryDoubtful = false
            self.heed(self.roster.doubtMemory(), now: now)
        }
        for link in self.links {
            self.step(link.id, now: now) { $0.refuse(Refusal(.closing, "this node has taken a new peer ID"), at: now) }
        }
        self.report(.identityChanged(from: old, to: self.journal.identity.peer, reason: reason))
        self.trace(
            .warning, "identity.changed", "a new peer ID was taken: \(reason)",
            [.init("from", old.description), .init("to", self.journal.identity.peer.description)])
    }

    /// A record has made a key conflicted.
    func noteConflict(_ slot: SlotID) {
        self.counters.conflictsSeen += 1
        self.report(
            .conflict(key: Key(self.journal.index.key(of: slot)), siblings: self.journal.index.visibleCount(of: slot)))
    }
}
