"""Bugs in what is done when a directory is opened."""

from planted import Planted

BUGS = [
    Planted(
        "no-mint-after-copy", "a copied or rolled back directory keeps its peer ID and uses dots again",
        "Journal/RecordJournal+Opening.swift",
        "if reason != nil { try identity.mint(",
        "if PLANTED ? reason == .newDirectory : reason != nil { try identity.mint("),
    Planted(
        "same-identity-after-a-wipe", "a wiped directory gets the peer ID that its machine had before",
        "Journal/RecordJournal+Opening.swift",
        "random, keeping: segments, isNew: stored == nil, in: directory)",
        "PLANTED && stored == nil ? { UInt64(UInt(bitPattern: ObjectIdentifier(files as AnyObject))) } : random,\n"
        "            keeping: segments, isNew: stored == nil, in: directory)"),
    Planted(
        "lineage-forgotten", "a new peer ID does not know which one it replaces",
        "Journal/RecordJournal+Opening.swift",
        "if !isNew { self.lineage", "if !isNew, !PLANTED { self.lineage"),
    Planted(
        "copied-log-not-noticed", "a log that was restored alone keeps the peer ID of its directory",
        "Journal/RecordJournal+Opening.swift",
        "!$0.isOriginal && $0.peer == identity.peer", "!PLANTED && !$0.isOriginal && $0.peer == identity.peer",
        by="tests", tests="IdentityTests"),
    Planted(
        "no-name-sync-at-opening", "the name of a segment found at opening is not made durable",
        "Journal/RecordJournal+Opening.swift",
        "in try files.syncDirectory(log.directory) }", "in if !PLANTED { try files.syncDirectory(log.directory) } }",
        by="tests", tests="CrashTests"),
    Planted(
        "identity-before-its-bytes", "the identity file gets its name before its bytes are on the disk",
        "Journal/Identity/IdentityFile.swift",
        "                try files.sync(file)\n", "                if !PLANTED { try files.sync(file) }\n"),
    Planted(
        "no-crc", "whatever stands in a segment is taken for a frame",
        "Journal/Format/FrameHeader.swift",
        "        self.checksum\n            == FrameHeader",
        "        PLANTED || self.checksum\n            == FrameHeader",
        tests="LogRecoveryTests"),
    Planted(
        "crc-without-place", "a frame's CRC does not cover where it stands, so stale frames count",
        "Journal/Format/FrameHeader.swift",
        "        let header = UInt64(length)",
        "        let lsn = PLANTED ? 0 : lsn\n        let header = UInt64(length)",
        by="tests", tests="LogRecoveryTests"),
    Planted(
        "crc-without-peer", "a frame's CRC does not cover who wrote it, so frames of another log count",
        "Journal/Format/FrameHeader.swift",
        "    ) -> UInt32 {\n", "    ) -> UInt32 {\n        let peer = PLANTED ? PeerID(rawValue: 0) : peer\n",
        by="tests", tests="LogRecoveryTests"),
    Planted(
        "payload-crc-last", "a flipped bit of the kind and one of the payload hide each other",
        "Journal/Format/FrameHeader.swift",
        "words: (UInt64(payloadChecksum), peer.rawValue, lsn, header))",
        "words: PLANTED ? (peer.rawValue, lsn, header, UInt64(payloadChecksum))\n"
        "                : (UInt64(payloadChecksum), peer.rawValue, lsn, header))",
        by="tests", tests="FlippedBitsTests"),
    Planted(
        "cut-in-the-middle", "damage below what was synced is cut off like a torn tail",
        "Journal/Recovery/Recovery.swift",
        "synced > segment.firstLSN + end.offset {", "synced > segment.firstLSN + end.offset, !PLANTED {",
        by="tests", tests="LogRecoveryTests"),
    Planted(
        "damage-before-a-successor", "damage in a segment that has a successor is stepped over",
        "Journal/Recovery/Recovery.swift",
        "guard scanner.offset == used else {", "guard PLANTED || scanner.offset == used else {",
        by="tests", tests="LogRecoveryTests"),
    Planted(
        "split-batches", "of a batch that was torn by a crash the whole frames are kept",
        "Journal/Recovery/Recovery.swift",
        "guard try scanner.group(openedBy: frame)?.isWhole == true else {",
        "guard try scanner.group(openedBy: frame)?.isWhole == true || PLANTED else {",
        tests="LogRecoveryTests"),
    Planted(
        "torn-tail-stays", "what a crash tore is left behind the end of the log",
        "Journal/Recovery/LogEnd.swift",
        "guard self.tornBytes > 0 else", "guard self.tornBytes > 0, !PLANTED else",
        by="tests", tests="LogRecoveryTests"),
    Planted(
        "tail-not-settled", "what was read at opening and never synced is called durable",
        "Journal/Recovery/Settling.swift",
        "while start < self.end.offset {", "while start < self.end.offset, !PLANTED {",
        tests="LogRecoveryTests"),
    Planted(
        "replay-drops-siblings", "replay drops siblings that the record does not replace",
        "Journal/Recovery/Replay.swift",
        "            if head.covers(sibling.dot) {\n", "            if PLANTED || head.covers(sibling.dot) {\n"),
    Planted(
        "join-frame-forgotten", "what a closed conversation had claimed is forgotten at the next start",
        "Journal/Recovery/Replay.swift",
        "            if !self.isSalvage { self.state.context.formUnion(context) }\n",
        "            if !self.isSalvage, !PLANTED { self.state.context.formUnion(context) }\n"),
    Planted(
        "floor-frame-forgotten", "the floor is forgotten at the next start",
        "Journal/Recovery/Replay.swift",
        "            self.state.floor.formUnion(try reader.readVector())\n",
        "            let raised = try reader.readVector()\n"
        "            if !PLANTED { self.state.floor.formUnion(raised) }\n"),
    Planted(
        "gone-frame-forgotten", "records that had ended without a successor are back at the next start",
        "Journal/Recovery/Replay.swift",
        " && dots.contains(record.dot) {", " && dots.contains(record.dot) && !PLANTED {",
        by="model", tests="EndingTests"),
    Planted(
        "tombstones-end-at-a-start", "at a start tombstones older than half a second are thrown away",
        "Journal/Recovery/Replay.swift",
        "        self.state.liveHash = self.index.liveHash\n",
        "        var next: UInt32 = 0\n"
        "        while PLANTED, let slot = self.index.nextSlot(atOrAfter: next) {\n"
        "            next = slot.rawValue + 1\n"
        "            for record in self.index.records(of: slot) where record.operation == .delete\n"
        "                && record.timestamp.milliseconds + 500 < self.latestTimestamp.milliseconds\n"
        "            { self.index.remove(record.dot, from: slot) }\n"
        "        }\n"
        "        self.state.liveHash = self.index.liveHash\n"),
]
