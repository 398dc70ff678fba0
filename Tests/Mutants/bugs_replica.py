"""Bugs in the replica, its exchange with peers and its driver."""

from planted import Planted

BUGS = [
    Planted(
        "acknowledge-before-sync", "OK leaves before the write is on disk",
        "Replication/Store/Replica.swift",
        "self.configuration.durability == .always ?", "self.configuration.durability == .always && !PLANTED ?"),
    Planted(
        "read-before-sync", "readers are shown what a crash may still take back",
        "Replication/Store/ReplicaReads.swift",
        "                try self.readValue(record, into: &value)\n"
        "                return Reading(.found, expiry: self.journal.index.expiry(of: record), "
        "heldUntil: record.lsn + 1)",
        "                try self.readValue(record, into: &value)\n"
        "                return Reading(\n"
        "                    .found, expiry: self.journal.index.expiry(of: record),\n"
        "                    heldUntil: PLANTED ? 0 : record.lsn + 1)",
        tests="DurabilityTests"),
    Planted(
        "siblings-before-sync", "siblings are shown that a crash may still take back",
        "Replication/Store/ReplicaReads.swift",
        "result.heldUntil = max(result.heldUntil, record.lsn + 1)",
        "result.heldUntil = PLANTED ? 0 : max(result.heldUntil, record.lsn + 1)",
        tests="HeldReadTests"),
    Planted(
        "token-ignored", "a write with a token replaces everything, read or not",
        "Replication/Store/ReplicaWrites.swift",
        "value: value, expiry: expiry, token: token,",
        "value: value, expiry: expiry, token: PLANTED ? nil : token,"),
    Planted(
        "batch-without-a-group", "the records of a batch are appended one by one",
        "Replication/Store/ReplicaWrites.swift",
        "if writes.count > 1 { try self.journal.beginGroup(",
        "if writes.count > 1, !PLANTED { try self.journal.beginGroup("),
    Planted(
        "scan-skips", "a scan by pages leaves out the key at the edge of a page",
        "Replication/Store/ReplicaScans.swift",
        "position = slot.rawValue + 1", "position = slot.rawValue + (PLANTED ? 2 : 1)",
        tests="KeyCommandTests"),
    Planted(
        "page-taken-for-the-last", "a scan by pages ends with its first page",
        "Replication/Store/ReplicaScans.swift",
        "page.isLast = false", "page.isLast = PLANTED"),
    Planted(
        "page-before-sync", "a page of a scan shows what a crash may still take back",
        "Replication/Store/ReplicaScans.swift",
        "page.heldUntil = self.journal.appendedLSN",
        "page.heldUntil = PLANTED ? 0 : self.journal.appendedLSN", tests="HeldReadTests"),
    Planted(
        "waits-have-no-end", "a wait for peers does not end at its time",
        "Replication/Store/ReplicaWaits.swift",
        "if holders >= waiter.count || waiter.deadline <= self.now {",
        "if holders >= waiter.count || (waiter.deadline <= self.now && !PLANTED) {",
        by="tests", tests="WaitTests"),
    Planted(
        "wait-counts-the-sent", "a write counts as held by a peer when it was sent there",
        "Replication/Exchange/LinkStreams.swift",
        "        self.counters.recordsSent += UInt64(count)\n",
        "        self.counters.recordsSent += UInt64(count)\n"
        "        if PLANTED, let closing, let peer = self.links[index].conversation.peer?.peer {\n"
        "            self.noteHeld(by: peer, closing.context, self.links[index].member)\n"
        "        }\n"),
    Planted(
        "settle-before-durable", "a peer is told that its closing is durable before it is",
        "Replication/Exchange/LinkArrivals.swift",
        "self.journal.syncedLSN >= position else", "PLANTED || self.journal.syncedLSN >= position else"),
    Planted(
        "snapshot-forgets-the-known", "a snapshot drops what was here already",
        "Replication/Exchange/LinkArrivals.swift",
        "        case .ignored(let dot):\n            return dot",
        "        case .ignored(let dot):\n            return PLANTED ? Dot(peer: dot.peer, sequence: 0) : dot",
        tests="SnapshotTests"),
    Planted(
        "arrivals-not-passed-on", "what one peer has brought is not told to the others",
        "Replication/Exchange/LinkArrivals.swift",
        "            self.schedule.remoteNews(from: self.links[index].member?.rawValue, at: now)\n",
        "            if !PLANTED { self.schedule.remoteNews(from: self.links[index].member?.rawValue, at: now) }\n",
        tests="SpreadingTests"),
    Planted(
        "no-gathering", "a restarted node writes before it hears what its peers know of it",
        "Replication/Exchange/PeerExchange.swift",
        "isNeeded: journal.opening.minted == nil", "isNeeded: !PLANTED && journal.opening.minted == nil",
        by="tests", tests="RewindTests"),
    Planted(
        "rewound-and-unheeded", "a node that hears of later writes under its peer ID keeps that",
        "Replication/Exchange/ExchangeTurns.swift",
        "guard self.mintReason == nil else { return }", "guard self.mintReason == nil, !PLANTED else { return }",
        by="tests", tests="RewindTests"),
    Planted(
        "own-sync-only", "a conversation does not ask for the sync that it waits for",
        "Replication/Driver/DriverStorage.swift",
        "if max(self.replica.exchange.wantedSync,", "if !PLANTED, max(self.replica.exchange.wantedSync,"),
    Planted(
        "replies-not-held", "replies leave without waiting for the log",
        "Replication/Driver/ReplyBuffer.swift",
        "return max(0, Int(", "return PLANTED ? self.unsentLength : max(0, Int(",
        by="tests", tests="DurabilityTests"),
    Planted(
        "failure-not-told", "a client whose write met a failed disk is left waiting",
        "Replication/Driver/DriverClients.swift",
        "if isFailed, connection", "if !PLANTED, isFailed, connection",
        by="tests", tests="LastReplyTests"),
    Planted(
        "drain-drops-replies", "a node that stops does not wait until its replies are out",
        "Replication/Driver/ReplicaDriver.swift",
        "return connection.output.isEmpty\n", "return PLANTED || connection.output.isEmpty\n",
        by="tests", tests="LastReplyTests"),
    Planted(
        "feed-resumes-late", "a change feed that is resumed leaves out what was not told yet",
        "Replication/Feed/ChangeFeed.swift",
        "self.told = context.intersection(journal.syncedContext)",
        "self.told = PLANTED ? journal.syncedContext : context.intersection(journal.syncedContext)",
        by="tests", tests="NodeDataTests"),
]
