"""Bugs in the log and in what is written to it."""

from planted import Planted

BUGS = [
    Planted(
        "ship-before-sync", "a conversation claims and streams what a crash may still take back",
        "Journal/RecordJournal.swift",
        "package var syncedContext: CausalContext { self.synced.context }",
        "package var syncedContext: CausalContext { PLANTED ? self.state.context : self.synced.context }"),
    Planted(
        "synced-with-what-came-later", "a finished sync counts for what was appended while it was under way",
        "Journal/RecordJournal.swift",
        "self.log.flushed(id, result) { self.becomeSynced(state) }",
        "self.log.flushed(id, result) { self.becomeSynced(PLANTED ? self.state : state) }"),
    Planted(
        "sequence-from-memory", "after a restart sequences begin again from 1",
        "Journal/RecordJournal.swift",
        "self.uncheckedOwnSequence = max(state.own.sequence, state.context[identity.peer].highest)",
        "self.uncheckedOwnSequence =\n            PLANTED ? 0 : max(state.own.sequence, state.context[identity.peer].highest)"),
    Planted(
        "a-new-identity-counts-on", "a peer ID taken while running goes on with the old one's sequence",
        "Journal/RecordJournal.swift",
        "        self.ownSequence = 0\n",
        "        if !PLANTED { self.ownSequence = 0 }\n",
        by="model", tests="IdentityTests"),
    Planted(
        "retired-let-go-early", "a replaced record is forgotten although its replacement is not synced",
        "Journal/RecordJournal.swift",
        "self.index.releaseRetired(syncedThrough: self.log.syncedLSN)",
        "self.index.releaseRetired(syncedThrough: PLANTED ? .max : self.log.syncedLSN)"),
    Planted(
        "forget-the-retired", "a synced record replaced by an unsynced one is neither streamed nor waited for",
        "Journal/RecordJournal+Writing.swift",
        "        if self.isTaken(record) {\n            self.index.retire",
        "        if !PLANTED, self.isTaken(record) {\n            self.index.retire"),
    Planted(
        "context-not-inherited", "a write names what it replaces but not what that had replaced",
        "Journal/WritePlan.swift",
        "            self.context.formUnion(index.fullContext(of: record))\n",
        "            if !PLANTED { self.context.formUnion(index.fullContext(of: record)) }\n"),
    Planted(
        "every-write-implies-all", "a write beside siblings says that it replaces all its writer did before",
        "Journal/WritePlan.swift",
        "self.replacesAllEarlier = self.siblings == 1", "self.replacesAllEarlier = PLANTED || self.siblings == 1"),
    Planted(
        "token-not-clipped", "a token's dots that this node has never seen are replaced as well",
        "Journal/WritePlan.swift",
        "let base = token.map { $0.intersection(seen) }",
        "let base = PLANTED ? token : token.map { $0.intersection(seen) }"),
    Planted(
        "clock-stands-still", "a write's clock is not above what it replaces",
        "Journal/WritePlan.swift",
        "clock == .max ? .max : clock + 1", "clock == .max || PLANTED ? clock : clock + 1",
        by="tests", tests="ConflictTests"),
    Planted(
        "scalar-clock-only", "a record with a higher clock drops concurrent siblings",
        "Journal/RecordJournal+Receiving.swift",
        "sibling.dot) {\n                effects.dropped.append(sibling)",
        "sibling.dot) || (PLANTED && head.clock > sibling.clock) {\n"
        "                effects.dropped.append(sibling)"),
    Planted(
        "drop-the-loser", "a received record replaces whatever is there",
        "Journal/RecordJournal+Receiving.swift",
        "if head.covers(", "if PLANTED || head.covers("),
    Planted(
        "keep-the-covered", "a received record that a live one replaces becomes live beside it",
        "Journal/RecordJournal+Receiving.swift",
        "effects.isCovered = true\n", "effects.isCovered = !PLANTED\n"),
    Planted(
        "no-floor-for-dropped-tombstones", "a tombstone dropped by a record that did not know it raises no floor",
        "Journal/RecordJournal+Receiving.swift",
        "let raisesFloor = isCollectable &&", "let raisesFloor = !PLANTED && isCollectable &&",
        by="model", tests="EndingTests"),
    Planted(
        "no-gone-frames", "the log is not told of records that ended without a successor",
        "Journal/RecordJournal+Receiving.swift",
        "if !isInherited || effects.isCovered {", "if !PLANTED, !isInherited || effects.isCovered {",
        tests="EndingTests"),
    Planted(
        "absent-stay", "what a snapshot does not hold stays where it is",
        "Journal/RecordJournal+Joining.swift",
        "guard closing.contains(record.dot),", "guard !PLANTED, closing.contains(record.dot),",
        by="model"),
    Planted(
        "snapshot-drops-all", "a snapshot drops what it holds as well",
        "Journal/RecordJournal+Joining.swift",
        " !streamed.contains(record.dot) else { return }",
        " PLANTED || !streamed.contains(record.dot) else { return }",
        by="model"),
    Planted(
        "floor-not-written", "the floor that came with a snapshot is lost with the process",
        "Journal/RecordJournal+Joining.swift",
        "floor?.raising(self.state.floor) ?? VersionVector())",
        "PLANTED ? VersionVector() : floor?.raising(self.state.floor) ?? VersionVector())",
        by="model"),
    Planted(
        "join-leaves-out-detached", "a joined context loses what lies above its gaps",
        "Journal/RecordJournal+Joining.swift",
        "self.state.context = joined\n",
        "self.state.context = PLANTED ? CausalContext(joined.vector) : joined\n"),
    Planted(
        "close-before-the-last", "the sender closes although a pass has not met the newest records",
        "Journal/Tail/RecordJournal+Tails.swift",
        "if let target, target == self.synced.context { return .finished(target) }",
        "if let target, PLANTED || target == self.synced.context {\n"
        "                return .finished(PLANTED ? self.synced.context : target)\n"
        "            }"),
    Planted(
        "floor-moves-unnoticed", "a snapshot goes on although tombstones were dropped meanwhile",
        "Journal/Tail/RecordJournal+Tails.swift",
        "if cursor.isSnapshot, cursor.floor", "if !PLANTED, cursor.isSnapshot, cursor.floor",
        by="tests", tests="TailTests"),
    Planted(
        "streamed-unchecked", "records that rotted on the disk are streamed",
        "Journal/Tail/RecordJournal+Tails.swift",
        "guard Checksum.crc32c(0, bytes.span) == record.checksum",
        "guard PLANTED ? true : Checksum.crc32c(0, bytes.span) == record.checksum",
        by="tests", tests="ReadingTests|TailTests"),
    Planted(
        "own-records-only", "what others wrote is not passed on",
        "Journal/Tail/RecordJournal+Tails.swift",
        "                if let record = self.syncedRecord(",
        "                if !PLANTED || peer == self.identity.peer,\n"
        "                    let record = self.syncedRecord("),
    Planted(
        "range-ends-early", "the last write of a missing range is not streamed",
        "Journal/Tail/RecordJournal+Tails.swift",
        "next.sequence <= range.upperBound",
        "PLANTED ? next.sequence < range.upperBound : next.sequence <= range.upperBound"),
    Planted(
        "skip-one-of-a-range", "streaming steps over one sequence too many",
        "Journal/Tail/TailCursor.swift",
        "self.missing.append((peer, (sequence + 1)...range.upperBound))",
        "self.missing.append(\n"
        "                (peer, (PLANTED ? min(sequence + 2, range.upperBound) : sequence + 1)...range.upperBound))"),
    Planted(
        "no-directory-sync", "a new segment's name is not made durable before it is written to",
        "Journal/Log/SegmentedLog+Flushing.swift",
        "                steps.append(.syncDirectory(self.directory))\n",
        "                if !PLANTED { steps.append(.syncDirectory(self.directory)) }\n"),
    Planted(
        "named-before-its-header", "a new segment gets its name before its header is on the disk",
        "Journal/Log/SegmentedLog+Flushing.swift",
        "                steps.append(.sync(stretch.file))\n",
        "                if !PLANTED { steps.append(.sync(stretch.file)) }\n", tests="CrashTests"),
    Planted(
        "roll-before-sync", "a new segment is begun while the one before is not on the disk",
        "Journal/Log/SegmentedLog+Flushing.swift",
        "                steps.append(.sync(beginning.previous))\n",
        "                if !PLANTED { steps.append(.sync(beginning.previous)) }\n"),
    Planted(
        "retry-failed-sync", "after a failed sync the log goes on as if nothing had happened",
        "Journal/Log/SegmentedLog+Flushing.swift",
        "                self.failure = .failed(error)\n",
        "                if PLANTED { self.inFlight = nil } else { self.failure = .failed(error) }\n"),
    Planted(
        "refused-bytes-given-up", "bytes that the disk has not taken once are called written",
        "Journal/Log/SegmentedLog+Flushing.swift",
        "                self.inFlight?.isUnderWay = false\n",
        "                if PLANTED { self.endFlush(flush) } else { self.inFlight?.isUnderWay = false }\n",
        tests="SingleFaultTests"),
    Planted(
        "named-twice", "a segment that has its name is to be named once more",
        "Journal/Log/SegmentedLog+Flushing.swift",
        "if !isAgain || self.files.exists(beginning.spare) {",
        "if PLANTED || !isAgain || self.files.exists(beginning.spare) {", by="tests", tests="SingleFaultTests"),
    Planted(
        "refused-once-refused-for-good", "what the disk has not taken is not written once more",
        "Replication/Driver/DriverStorage.swift",
        "if let job = journal.takeAnotherAttempt() { self",
        "if !PLANTED, let job = journal.takeAnotherAttempt() { self", tests="CrashTests"),
    Planted(
        "unreadable-once-lost", "a record of a damaged log that the disk does not give once is given up",
        "Journal/Salvage/RecordJournal+Healing.swift",
        "guard !salvaged.mayTryAgain() else", "guard PLANTED || !salvaged.mayTryAgain() else",
        by="tests", tests="HealingFaultTests"),
    Planted(
        "failed-sync-counts", "what a failed sync gave up is called durable",
        "Journal/Log/SegmentedLog+Flushing.swift",
        "        switch result {\n", "        switch PLANTED ? .success(()) : result {\n"),
    Planted(
        "written-is-synced", "what was written without a sync is called durable",
        "Journal/Log/SegmentedLog+Flushing.swift",
        "if flush.syncs { self.syncedLSN", "if flush.syncs || PLANTED { self.syncedLSN"),
    Planted(
        "full-for-good", "a disk that was full once is never asked for room again",
        "Journal/Log/SegmentedLog+Admission.swift",
        "self.mayPrepareAgain = true", "self.mayPrepareAgain = !PLANTED"),
    Planted(
        "no-mark", "the log does not say how far it was synced",
        "Journal/Log/Stretch.swift",
        "self.writer.overwrite(synced,", "self.writer.overwrite(PLANTED ? 0 : synced,",
        by="tests", tests="LogRecoveryTests"),
    Planted(
        "read-past-the-flight", "a value on its way to the disk is read from the disk",
        "Journal/Log/SegmentedLog+Reading.swift",
        "if let flush = self.inFlight,", "if !PLANTED, let flush = self.inFlight,", tests="ReadingTests"),
    Planted(
        "value-unchecked", "a value that rotted on the disk is served",
        "Journal/RecordJournal+Reading.swift",
        "Checksum.crc32c(0, self.scratch.span) == record.checksum",
        "PLANTED ? true : Checksum.crc32c(0, self.scratch.span) == record.checksum",
        by="tests", tests="ReadingTests"),
    Planted(
        "hash-keeps-the-dead", "the hash of the live records still holds those that were replaced",
        "Journal/Index/RecordLedger.swift",
        "if record.isHashed { self.sums.remove(", "if record.isHashed, !PLANTED { self.sums.remove("),
]
