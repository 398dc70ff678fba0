"""Bugs in who belongs to the cluster, and in forgetting those who do no longer."""

from planted import Planted

BUGS = [
    Planted(
        "members-of-one-process", "a restart forgets every member that is away",
        "Membership/RosterForgetting.swift",
        "for known in memory.members {", "for known in memory.members where !PLANTED {",
        tests="RosterMemoryTests|ForgettingTests"),
    Planted(
        "forget-before-all-agree", "a peer is forgotten when the first member has reported",
        "Membership/Forgetting.swift",
        "guard self.missing.isEmpty else { return [] }", "guard PLANTED || self.missing.isEmpty else { return [] }",
        tests="ForgettingTests"),
    Planted(
        "void-above-what-is-held", "the write above all that is held is declared void too",
        "Membership/Forgetting.swift",
        "SequenceSet(through: highest)", "SequenceSet(through: PLANTED ? highest + 1 : highest)",
        tests="ForgettingTests"),
    Planted(
        "void-what-was-void", "a void write counts as held, and makes others void",
        "Membership/Forgetting.swift",
        "held.subtracting(voids).last", "(PLANTED ? held.ranges : held.subtracting(voids)).last",
        by="tests", tests="ForgettingTests"),
    Planted(
        "accept-the-forgotten", "a forgotten peer goes on as if nothing had happened",
        "Membership/RosterForgetting.swift",
        "        self.forgotten.contains { $0.peer.peer == peer }\n",
        "        self.forgotten.contains { $0.peer.peer == peer && !PLANTED }\n",
        tests="RosterMemoryTests|ForgettingTests"),
    Planted(
        "rejoin-without-a-snapshot", "a forgotten node comes back without a snapshot",
        "Replication/Exchange/LinkStreams.swift",
        "wantsSnapshot: self.isRejoining", "wantsSnapshot: self.isRejoining && !PLANTED",
        by="tests", tests="ForgettingTests"),
    Planted(
        "suspended-for-good", "nobody asks what has become of an attempt whose maker has died",
        "Replication/Exchange/ForgettingMembers.swift",
        "for suspension in waiting {", "for suspension in waiting where !PLANTED {",
        tests="ForgettingTests"),
]
