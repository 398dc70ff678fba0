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
        "address-of-a-twin", "who has lost the address that a person named counts as named all the same",
        "Membership/Roster.swift",
        "            self.members[index].sources.subtract(.meant)\n",
        "            if !PLANTED { self.members[index].sources.subtract(.meant) }\n",
        by="tests", tests="RosterTests"),
    Planted(
        "address-kept-from-its-owner", "an address that a twin has had for a while is tried for nobody else",
        "Membership/Roster.swift",
        "        holder != known && self.members[known]", "        !PLANTED && holder != known && self.members[known]",
        by="tests", tests="RosterTests"),
    Planted(
        "clients-keep-peers-out", "clients may take every connection that a node has",
        "Replication/ReplicaLimits.swift",
        "package var connections = 12_000\n", "package var connections = PLANTED ? 10_000 : 12_000\n",
        by="tests", tests="ConnectionCommandTests"),
    Planted(
        "clients-without-number", "no client is turned away, however many there are",
        "StarlingServer/ServerFaces.swift",
        "guard state.clients.count < state", "guard PLANTED || state.clients.count < state",
        by="tests", tests="ConnectionCommandTests"),
    Planted(
        "suspended-for-good", "nobody asks what has become of an attempt whose maker has died",
        "Replication/Exchange/ForgettingMembers.swift",
        "for suspension in waiting {", "for suspension in waiting where !PLANTED {",
        tests="ForgettingTests"),
]
