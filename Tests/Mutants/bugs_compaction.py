"""Bugs in compaction and in index snapshots."""

from planted import Planted

BUGS = [
    Planted(
        "look-under-the-new-name", "a segment whose name changes is read where its name leads",
        "Journal/Compaction/RecordJournal+Compaction.swift",
        "            self.log.handles.renamed = (replaced.segment.number, replaced.file)\n",
        "            if !PLANTED { self.log.handles.renamed = (replaced.segment.number, replaced.file) }\n",
        tests="CompactionTests"),
    Planted(
        "compaction-leaves-gone-frames-out", "what was collected is back when its segment was packed",
        "Journal/Compaction/Compaction.swift",
        "guard self.keepsGone else { return }", "guard !PLANTED, self.keepsGone else { return }",
        tests="CompactionTests"),
    Planted(
        "compaction-leaves-the-floor-out", "a packed segment forgets what was collected",
        "Journal/Compaction/Compaction.swift",
        "case .floor: self.floor.formUnion(try reader.readVector())",
        "case .floor: if !PLANTED { self.floor.formUnion(try reader.readVector()) }",
        tests="CompactionTests"),
    Planted(
        "compaction-leaves-joins-out", "a packed segment forgets what had been joined",
        "Journal/Compaction/Compaction.swift",
        "        case .join:\n            for entry",
        "        case .join where PLANTED: return\n        case .join:\n            for entry",
        tests="CompactionTests"),
    Planted(
        "compaction-forgets-the-dead", "the dots of records that were left out are not told of",
        "Journal/Compaction/Compaction.swift",
        "                self.leave(dot.peer, dot.sequence...dot.sequence)\n",
        "                if !PLANTED { self.leave(dot.peer, dot.sequence...dot.sequence) }\n",
        tests="CompactionTests"),
    Planted(
        "compaction-leaves-the-retired-out", "a record is left out whose replacement is not synced yet",
        "Journal/Compaction/Compaction.swift",
        "guard let found = index.needed(dot), found.record.lsn == frame.lsn else {",
        "guard let found = index.needed(dot), found.record.lsn == frame.lsn, !(PLANTED && found.isRetired) else {",
        tests="CompactionTests"),
    Planted(
        "moved-but-not-told", "the index is not told where a packed record is now",
        "Journal/Compaction/RecordJournal+CompactionSteps.swift",
        "let isLive = self.index.relocate(move.dot, slotHint: move.slot, to: move.newLSN)",
        "let isLive = PLANTED ? true : self.index.relocate(move.dot, slotHint: move.slot, to: move.newLSN)",
        tests="CompactionTests"),
    Planted(
        "snapshot-before-its-log", "an index snapshot is put in place before the log is synced as far as it says",
        "Journal/Snapshot/RecordJournal+Snapshots.swift",
        "guard self.log.syncedLSN >= snapshot.throughLSN else { return nil }",
        "guard PLANTED || self.log.syncedLSN >= snapshot.throughLSN else { return nil }",
        tests="SnapshotTests"),
    Planted(
        "snapshot-of-a-longer-log", "an index snapshot is believed that tells of more than the log holds",
        "Journal/Recovery/Replay.swift",
        "        self.noteSynced(snapshot.header.throughLSN)\n",
        "        if !PLANTED { self.noteSynced(snapshot.header.throughLSN) }\n",
        tests="SnapshotTests"),
    Planted(
        "snapshot-of-another-identity", "a directory with a new peer ID begins with the old one's index snapshot",
        "Journal/Snapshot/SnapshotFile.swift",
        "guard header.peer == peer, header", "guard PLANTED || header.peer == peer, header",
        tests="SnapshotTests"),
    Planted(
        "snapshot-keeps-the-dead", "a record that has died since the index snapshot was written is alive again",
        "Journal/Recovery/Recovery+Snapshot.swift",
        "            if let slot = lost[dot] { index.remove(dot, from: slot) }\n",
        "            if !PLANTED, let slot = lost[dot] { index.remove(dot, from: slot) }\n",
        tests="CompactionTests"),
    Planted(
        "replay-from-the-end", "what was written while an index snapshot was made is not replayed",
        "Journal/Recovery/Recovery+Snapshot.swift",
        "        var start = snapshot.header.startLSN\n",
        "        var start = PLANTED ? snapshot.header.throughLSN : snapshot.header.startLSN\n",
        tests="SnapshotTests"),
]
