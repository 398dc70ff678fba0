"""Bugs in the collection of tombstones."""

from planted import Planted

BUGS = [
    Planted(
        "tombstones-by-time", "tombstones are collected after half a second, whoever holds them",
        "Journal/RecordJournal+Collecting.swift",
        "guard self.isCollectable(record), isHeldByAll(record.dot) else {",
        "let isOld = record.timestamp.milliseconds + 500 < self.clock.latest.milliseconds\n"
        "                guard self.isCollectable(record), PLANTED ? isOld : isHeldByAll(record.dot) else {"),
    Planted(
        "collect-what-one-holds", "a tombstone is collected when one other member holds it",
        "AntiEntropy/Schedule/Watermark.swift",
        "!ignored.contains(entry.peer)\n",
        "!ignored.contains(entry.peer) && !(PLANTED && self.holders(of: dot) > 0)\n",
        by="tests", tests="TombstoneTests"),
    Planted(
        "collect-above-gaps", "a tombstone is collected although a member has gaps below it",
        "AntiEntropy/Schedule/Watermark.swift",
        "(entry.context?[dot.peer].contiguous ?? 0)",
        "((PLANTED ? entry.context?[dot.peer].highest : entry.context?[dot.peer].contiguous) ?? 0)",
        by="tests", tests="WatermarkTests"),
    Planted(
        "collect-before-what-it-ends", "a tombstone is collected before what it replaces was seen",
        "Journal/RecordJournal+Collecting.swift",
        "return !record.hasContext || self.state", "return PLANTED || !record.hasContext || self.state",
        tests="CollectingTests"),
    Planted(
        "collect-the-unsynced", "a tombstone is collected that a crash may still take back here",
        "Journal/RecordJournal+Collecting.swift",
        "guard self.synced.context[", "guard PLANTED || self.synced.context[", tests="CollectingTests"),
    Planted(
        "collect-without-a-floor", "nobody is told that tombstones were collected",
        "Journal/RecordJournal+Collecting.swift",
        "raising: floor.raising(self.state.floor)",
        "raising: PLANTED ? VersionVector() : floor.raising(self.state.floor)"),
    Planted(
        "collect-without-gone-frames", "what was collected is back at the next start",
        "Journal/RecordJournal+Collecting.swift",
        "for frame in found.lazy.flatMap", "for frame in found.lazy.filter({ _ in !PLANTED }).flatMap",
        tests="CollectingTests"),
    Planted(
        "collect-before-all-are-heard", "tombstones are collected while a named member has not been heard yet",
        "Replication/Collection/CollectionObstacles.swift",
        "where self.roster.members[index].peer == nil", "where !PLANTED && self.roster.members[index].peer == nil",
        tests="TombstoneTests"),
    Planted(
        "expired-raises-no-floor", "an expired record that was dropped unknown to its successor raises no floor",
        "Journal/RecordJournal+Receiving.swift",
        "sibling.operation == .delete || sibling.hasExpiry",
        "sibling.operation == .delete || (sibling.hasExpiry && !PLANTED)", tests="TombstoneTests|EndingTests"),
]
