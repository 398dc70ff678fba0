"""Bugs in clocks, contexts, records, resolvers and counters."""

from planted import Planted

BUGS = [
    Planted(
        "subtract-one-too-many", "a difference of two sets leaves out the sequence after a hole",
        "Causality/SequenceSet.swift",
        "lower = holes[hole].upperBound + 1", "lower = holes[hole].upperBound + (PLANTED ? 2 : 1)"),
    Planted(
        "gap-closes-itself", "a set takes a sequence next but one for the next",
        "Causality/SequenceSet.swift",
        "if lower == self.contiguous + 1 {",
        "if lower == self.contiguous + 1 || (PLANTED && lower == self.contiguous + 2) {"),
    Planted(
        "superset-by-highest", "a set counts as holding another if it reaches as high",
        "Causality/SequenceSet.swift",
        "other.contiguous <= self.contiguous && other.detached",
        "PLANTED ? other.highest <= self.highest : other.contiguous <= self.contiguous && other.detached",
        tests="CausalityTests"),
    Planted(
        "clock-follows-the-wall", "the hybrid clock goes back with the wall clock",
        "Causality/HybridClock.swift",
        "self.latest = max(reading,", "self.latest = PLANTED ? reading : max(reading,",
        by="tests", tests="HybridClockTests"),
    Planted(
        "clock-hears-nothing", "the hybrid clock does not heed timestamps that others have given",
        "Causality/HybridClock.swift",
        "        self.latest = max(self.latest, timestamp)\n",
        "        if !PLANTED { self.latest = max(self.latest, timestamp) }\n",
        by="tests", tests="ConflictTests"),
    Planted(
        "own-covers-itself", "a record covers the next of its writer too",
        "DataModel/RecordCoding.swift",
        "dot.sequence < self.dot.sequence { return true }",
        "dot.sequence < self.dot.sequence + (PLANTED ? 2 : 0) { return true }"),
    Planted(
        "deletes-lose-their-context", "a delete that came from elsewhere is kept without what it replaces",
        "Journal/RecordJournal+Receiving.swift",
        "            self.index.insert(record, context: head.context, expiry: head.expiry, into: slot)\n",
        "            self.index.insert(\n"
        "                record, context: PLANTED && head.operation == .delete ? CausalContext() : head.context,\n"
        "                expiry: head.expiry, into: slot)\n"),
    Planted(
        "expiry-stays-home", "only the writer of a record knows when it expires",
        "Journal/RecordJournal+Receiving.swift",
        "return self.index.insert(record, context: head.context, expiry: head.expiry, key: key)",
        "return self.index.insert(\n"
        "                record, context: head.context, expiry: PLANTED ? nil : head.expiry, key: key)"),
    Planted(
        "expire-by-the-local-clock", "an expired record is dropped by whoever's clock says so",
        "Replication/Store/ReplicaTurns.swift",
        "        self.counters.expiredRecords += UInt64(noted.count)\n",
        "        self.counters.expiredRecords += UInt64(noted.count)\n"
        "        if PLANTED { for (slot, dot) in noted { _ = self.journal.index.remove(dot, from: slot) } }\n"),
    Planted(
        "expired-is-seen", "readers see what has expired",
        "Replication/Store/ReplicaReads.swift",
        "return expiry <= self.wallNow.milliseconds", "return !PLANTED && expiry <= self.wallNow.milliseconds",
        tests="ConflictTests"),
    Planted(
        "resolve-by-arrival", "a resolver sees siblings in the order in which they came",
        "DataModel/Resolver.swift",
        "return self.rule(key, siblings.sorted(by: Sibling.precedes))",
        "return self.rule(key, PLANTED ? siblings : siblings.sorted(by: Sibling.precedes))"),
    Planted(
        "order-by-clock-only", "siblings of one clock have no order",
        "DataModel/Sibling.swift",
        "        if left.timestamp != right.timestamp {",
        "        if PLANTED { return false }\n        if left.timestamp != right.timestamp {",
        tests="ResolverTests"),
    Planted(
        "union-forgets", "a union of sets leaves out what comes after the second item",
        "DataModel/BuiltInResolvers.swift",
        "if result.last != item {", "if result.last != item, !PLANTED || result.count < 2 {",
        tests="ResolverTests"),
    Planted(
        "counter-by-peer", "a counter's entry is continued although its record is no longer live here",
        "Replication/Store/ReplicaWrites.swift",
        "let own = CounterValue(joining: found", "let own = PLANTED ? counter : CounterValue(joining: found",
        by="tests", tests="CounterTests"),
    Planted(
        "total-counter", "a counter keeps one total for each peer instead of an entry for each opener",
        "DataModel/CounterValue.swift",
        "let dot = continued ?? opened\n",
        "let dot = continued ?? (PLANTED ? Dot(peer: opened.peer, sequence: 1) : opened)\n",
        by="tests", tests="CounterTests"),
    Planted(
        "counter-adds-twice", "what two siblings of a counter have in common counts twice",
        "DataModel/CounterValue.swift",
        "let added = max(left.added, right.added)",
        "let added = PLANTED ? left.added + right.added : max(left.added, right.added)"),
]
