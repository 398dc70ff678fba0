"""Planted bugs: small edits, each of which breaks a promise that the simulator or a test must notice.

Each has a name, what is wrong, the file below Sources, the text replaced (it must occur exactly once) and its
replacement. `tests` names a filter for `swift test` where the promise is one that no simulated run can break.
"""

from typing import NamedTuple, Optional


class Planted(NamedTuple):
    name: str
    story: str
    file: str
    old: str
    new: str
    tests: Optional[str] = None


PLANTED = [
    Planted(
        "acknowledge-before-sync", "OK leaves before the write is on disk",
        "Replication/Store/Replica.swift",
        "self.configuration.durability == .always ? self.journal.syncedLSN : .max",
        "self.configuration.durability == .always ? .max : .max"),
    Planted(
        "ship-before-sync", "a conversation streams records that a crash may still take back, and claims them",
        "Journal/RecordJournal.swift",
        "package var syncedContext: CausalContext { self.synced.context }",
        "package var syncedContext: CausalContext { self.state.context }"),
    Planted(
        "no-mint-after-copy", "a copied or rolled back directory keeps its peer ID and uses dots again",
        "Journal/RecordJournal+Opening.swift",
        "if reason != nil { try identity.mint(",
        "if reason == .newDirectory { try identity.mint("),
    Planted(
        "sequence-from-memory", "after a restart sequences begin again from 1",
        "Journal/RecordJournal.swift",
        "self.ownSequence = max(state.own.sequence, state.context[identity.peer].highest)",
        "self.ownSequence = 0"),
    Planted(
        "no-directory-sync", "a new segment's name is not made durable before it is written to",
        "Journal/Log/SegmentedLog+Flushing.swift",
        "                steps.append(.syncDirectory(self.directory))\n",
        ""),
    Planted(
        "no-crc", "whatever stands in a segment is taken for a frame",
        "Journal/Format/FrameHeader.swift",
        "        self.checksum\n            == FrameHeader.checksum(",
        "        true || self.checksum\n            == FrameHeader.checksum(",
        tests="JournalTests"),
    Planted(
        "crc-without-place", "a frame's CRC does not cover where it stands, so stale frames count",
        "Journal/Format/FrameHeader.swift",
        "words: (peer.rawValue, lsn, header,", "words: (peer.rawValue, 0, header,",
        tests="JournalTests"),
    Planted(
        "cut-in-the-middle", "damage below what was synced is cut off like a torn tail",
        "Journal/Recovery/Recovery.swift",
        "if let synced = end.syncedThrough, synced > segment.firstLSN + end.offset {",
        "if let synced = end.syncedThrough, synced > segment.firstLSN + end.offset, synced == 0 {",
        tests="JournalTests"),
    Planted(
        "retry-failed-sync", "after a failed sync the log goes on as if nothing had happened",
        "Journal/Log/SegmentedLog+Flushing.swift",
        "            self.failure = .failed(error)\n            return nil",
        "            self.inFlight = nil\n            _ = error\n            return nil"),
    Planted(
        "scalar-clock-only", "a record with a higher clock drops concurrent siblings",
        "Journal/RecordJournal+Receiving.swift",
        "            if head.covers(sibling.dot) {\n",
        "            if head.covers(sibling.dot) || head.clock > sibling.clock {\n"),
    Planted(
        "drop-the-loser", "a received record replaces whatever is there",
        "Journal/RecordJournal+Receiving.swift",
        "            if head.covers(sibling.dot) {\n",
        "            if true || head.covers(sibling.dot) {\n"),
    Planted(
        "keep-the-covered", "a received record that a live one replaces becomes live beside it",
        "Journal/RecordJournal+Receiving.swift",
        "                effects.isCovered = true\n",
        "                effects.isCovered = false\n"),
    Planted(
        "join-too-early", "the closing's context is joined while records still wait to be applied",
        "AntiEntropy/Conversation/ConversationExchange.swift",
        "if case .closed(let closing) = round.incoming, self.window.pending == 0 {",
        "if case .closed(let closing) = round.incoming {",
        tests="AntiEntropyTests"),
    Planted(
        "close-before-the-last", "the sender closes although a pass has not met the newest records",
        "Journal/Tail/RecordJournal+Tails.swift",
        "if let target, target == self.synced.context { return .finished(target) }",
        "if target != nil { return .finished(self.synced.context) }"),
    Planted(
        "own-records-only", "what others wrote is not passed on",
        "Journal/Tail/RecordJournal+Tails.swift",
        "                if let record = self.syncedRecord(Dot(peer: peer, sequence: next.sequence), next.slot) {",
        "                if peer == self.identity.peer,\n"
        "                    let record = self.syncedRecord(Dot(peer: peer, sequence: next.sequence), next.slot) {"),
    Planted(
        "skip-one-of-a-range", "streaming steps over one sequence too many",
        "Journal/Tail/TailCursor.swift",
        "self.missing.append((peer, (sequence + 1)...range.upperBound))",
        "self.missing.append((peer, min(sequence + 2, range.upperBound)...range.upperBound))"),
    Planted(
        "forget-the-retired", "a synced record replaced by an unsynced one is neither streamed nor waited for",
        "Journal/RecordJournal+Writing.swift",
        "        if self.isTaken(record) {\n            self.index.retire",
        "        if false, self.isTaken(record) {\n            self.index.retire"),
    Planted(
        "ignore-the-floor", "a snapshot is never made, so what was collected comes back or never closes",
        "AntiEntropy/Conversation/ConversationExchange.swift",
        "let snapshot = !theirs.context.covers(mine.floor)",
        "let snapshot = false && !theirs.context.covers(mine.floor)",
        tests="AntiEntropyTests|SimulationTests"),
    Planted(
        "no-floor-for-dropped-tombstones", "a tombstone dropped by a record that did not know it raises no floor",
        "Journal/RecordJournal+Receiving.swift",
        "let raisesFloor = sibling.operation == .delete && !isInherited",
        "let raisesFloor = false && sibling.operation == .delete && !isInherited",
        tests="JournalTests|SimulationTests"),
    Planted(
        "resolve-by-arrival", "a resolver sees siblings in the order in which they came",
        "DataModel/Resolver.swift",
        "return self.rule(key, siblings.sorted(by: Sibling.precedes))",
        "return self.rule(key, siblings)",
        tests="DataModelTests|SimulationTests"),
    Planted(
        "order-by-clock-only", "siblings of one clock have no order",
        "DataModel/Sibling.swift",
        "        if left.timestamp != right.timestamp { return left.timestamp < right.timestamp }\n"
        "        return left.dot < right.dot",
        "        return false",
        tests="DataModelTests|SimulationTests"),
    Planted(
        "expiry-stays-home", "a record's expiry is not written down, so only its writer knows of it",
        "DataModel/RecordCoding.swift",
        "if head.expiry != nil { flags |= RecordFlags.hasExpiry }",
        "if head.expiry == .max { flags |= RecordFlags.hasExpiry }",
        tests="DataModelTests|SimulationTests"),
    Planted(
        "split-batches", "the records of a batch are appended one by one",
        "Journal/Log/SegmentedLog.swift",
        "        self.group?.frameCount += 1\n",
        "        self.group?.frameCount = 1\n",
        tests="JournalTests|SimulationTests"),
    Planted(
        "context-not-inherited", "a write names what it replaces but not what that had replaced",
        "Journal/WritePlan.swift",
        "            self.context.formUnion(index.fullContext(of: record))\n",
        ""),
    Planted(
        "token-ignored", "a write with a token replaces everything, read or not",
        "Replication/Store/ReplicaWrites.swift",
        "value: value, expiry: expiry, token: token,",
        "value: value, expiry: expiry, token: nil,"),
    Planted(
        "own-covers-itself", "a record covers the next of its writer too",
        "DataModel/RecordCoding.swift",
        "if self.replacesAllEarlier, dot.peer == self.dot.peer, dot.sequence < self.dot.sequence { return true }",
        "if self.replacesAllEarlier, dot.peer == self.dot.peer, dot.sequence <= self.dot.sequence + 1 { return true }"),
    Planted(
        "replay-by-context", "replay skips records whose dot a join frame has claimed",
        "Journal/Recovery/Replay.swift",
        "        let head = layout.head\n        self.recordCount += 1\n",
        "        let head = layout.head\n        self.recordCount += 1\n"
        "        if self.state.context.contains(head.dot) { return }\n",
        tests="JournalTests|SimulationTests"),
    Planted(
        "settle-before-durable", "a peer is told that its closing is durable before it is",
        "Replication/Exchange/LinkArrivals.swift",
        "guard let position = self.links[index].joinedAt, self.journal.syncedLSN >= position else { return [] }",
        "guard self.links[index].joinedAt != nil else { return [] }"),
    Planted(
        "no-gathering", "a restarted node writes before it hears what its peers know of it",
        "Replication/Exchange/PeerExchange.swift",
        "isNeeded: journal.opening.minted == nil && mayKnowPeers,",
        "isNeeded: false && journal.opening.minted == nil && mayKnowPeers,",
        tests="SimulationTests"),
    Planted(
        "counter-by-peer", "a counter's entry is continued although its record is no longer live here",
        "Replication/Store/ReplicaWrites.swift",
        "let own = CounterValue(joining: found.siblings.filter { $0.dot.peer == peer && $0.operation == .count })",
        "let own = counter"),
    Planted(
        "total-counter", "a counter keeps one total instead of an entry for each opener",
        "DataModel/CounterValue.swift",
        "        let dot = continued ?? opened\n",
        "        let dot = continued ?? Dot(peer: opened.peer, sequence: 1)\n"),
]
