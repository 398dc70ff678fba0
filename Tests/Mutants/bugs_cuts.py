"""Bugs in what reads one state while writers go on: cuts, scans and backups."""

from planted import Planted

BUGS = [
    Planted(
        "cut-holds-nothing", "what is replaced while a state is read is not kept for it",
        "Journal/Index/RecordLedger.swift",
        "if self.held.cuts.isEmpty || !self.held.take(record)",
        "if PLANTED || self.held.cuts.isEmpty || !self.held.take(record)", by="tests", tests="CutTests"),
    Planted(
        "cut-forgets-what-lies-ahead", "a record is let go of although the cut has still to come to it",
        "Journal/Cut/Cut.swift",
        "dot <= passed { return false }", "PLANTED || dot <= passed { return false }", by="tests", tests="CutTests"),
    Planted(
        "cut-shows-what-was-gone", "a cut shows records that had been replaced before it was opened",
        "Journal/Cut/HeldRecords.swift",
        "entry.number > cut.heldBefore", "PLANTED || entry.number > cut.heldBefore", by="tests", tests="CutTests"),
    Planted(
        "one-holder-is-enough", "what two cuts hold is let go of with the first",
        "Journal/Cut/HeldRecords.swift",
        "if entry.holders == 0 {", "if PLANTED || entry.holders == 0 {", by="tests", tests="CutTests"),
    Planted(
        "held-for-good", "what was held for a cut is never let go of",
        "Journal/Cut/HeldRecords.swift",
        "        self.abandoned += self.cuts.remove(at: index).held\n",
        "        let closed = self.cuts.remove(at: index).held\n"
        "        if !PLANTED { self.abandoned += closed }\n", by="tests", tests="CutTests"),
    Planted(
        "held-records-stay-behind", "a record that a cut holds is not told of its new place",
        "Journal/Cut/HeldRecords.swift",
        "        self.entries[dot]?.record.lsn = lsn\n",
        "        if !PLANTED { self.entries[dot]?.record.lsn = lsn }\n", by="tests", tests="CutTests"),
    Planted(
        "scan-sees-the-new", "a scan of one state meets records that came later",
        "Journal/Cut/RecordJournal+KeyCuts.swift",
        "if cut.context.contains(record.dot) {", "if PLANTED || cut.context.contains(record.dot) {",
        tests="KeyCutTests"),
    Planted(
        "scan-misses-the-gone", "a scan of one state does not meet keys that have gone",
        "Journal/Cut/RecordJournal+KeyCuts.swift",
        "        while goesOn, let next = cut.nextReplaced() { goesOn",
        "        while !PLANTED, goesOn, let next = cut.nextReplaced() { goesOn", tests="KeyCutTests"),
    Planted(
        "scan-notes-too-little", "a scan does not keep what is replaced before the next flush",
        "Journal/RecordJournal+Writing.swift",
        "        !self.index.keyCuts.isEmpty\n", "        (!PLANTED && !self.index.keyCuts.isEmpty)\n",
        tests="KeyCutTests"),
    Planted(
        "scan-keeps-what-was-read", "a scan keeps what is replaced of keys that it has read",
        "Journal/Cut/KeyCut.swift",
        "        guard self.isAhead(key), self.context", "        guard PLANTED || self.isAhead(key), self.context",
        by="tests", tests="KeyCutTests"),
    Planted(
        "scan-passes-too-far", "a scan that stops before a key takes it for read",
        "Journal/Cut/RecordJournal+KeyCuts.swift",
        "        guard records.isEmpty || body(key, records) else { return false }\n",
        "        guard records.isEmpty || body(key, records) else {\n"
        "            if PLANTED { cut.pass(key) }\n            return false\n        }\n", tests="KeyCutTests"),
    Planted(
        "backup-names-too-much", "a backup names as live what the reader has and what is not live any more",
        "Journal/Cut/RecordJournal+Cuts.swift",
        "            if let record = self.index.cutRecord(dot, slotHint: next.slot, of: cursor.id) {\n",
        "            if PLANTED, cursor.since.contains(dot) { part.keep(dot) } else if let record = self.index.cutRecord(\n"
        "                dot, slotHint: next.slot, of: cursor.id)\n            {\n",
        by="tests", tests="BackupTests"),
    Planted(
        "backup-without-a-floor", "a backup does not tell which tombstones had been collected",
        "Journal/Backup/BackupStream.swift",
        "        let floor = self.cursor.floor\n",
        "        let floor = PLANTED ? VersionVector() : self.cursor.floor\n", by="tests", tests="BackupTests"),
    Planted(
        "backup-of-what-is-unsynced", "a backup is begun before what was asked for is synced",
        "Replication/Backup/ReplicaBackups.swift",
        "guard self.journal.syncedLSN >= self.backups[index].wantedLSN ||",
        "guard PLANTED || self.journal.syncedLSN >= self.backups[index].wantedLSN ||",
        by="tests", tests="BackupCommandTests|BackupSceneTests"),
    Planted(
        "backup-frame-unchecked", "a frame of a backup is believed whatever its checksum says",
        "Journal/Backup/BackupDecoder.swift",
        "            guard found == checksum else { throw .malformed }\n",
        "            guard PLANTED || found == checksum else { throw .malformed }\n", by="tests",
        tests="BackupTests"),
    Planted(
        "restore-keeps-the-gone", "restoring an incremental backup leaves what had gone by then",
        "Journal/Backup/Restoration+Records.swift",
        "            try journal.dropAbsent(closing: summary.context, streamed: self.kept)\n",
        "            if !PLANTED { try journal.dropAbsent(closing: summary.context, streamed: self.kept) }\n",
        by="tests", tests="BackupTests"),
    Planted(
        "restored-in-part-opens", "a directory that was restored in part is opened",
        "Journal/RecordJournal+Opening.swift",
        "guard !files.exists(FileNames.unfinished(in: directory)) else {",
        "guard PLANTED || !files.exists(FileNames.unfinished(in: directory)) else {", by="tests",
        tests="RestorationTests"),
]
