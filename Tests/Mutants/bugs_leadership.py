"""Bugs in leader mode's decider. No simulated run meets it yet: tests alone look for them."""

from planted import Planted

BUGS = [
    Planted(
        "old-terms-committed-by-counting", "an entry of an earlier term is committed because a majority has it",
        "Leadership/Raft/Raft+Leading.swift",
        "self.outline.term(at: index) == self.ballot.term", "PLANTED || self.outline.term(at: index) == self.ballot.term",
        by="tests", tests="ReplicationPaperTests"),
    Planted(
        "entries-acknowledged-unwritten", "a follower says that it holds what is not on its disk yet",
        "Leadership/Raft/Raft+Following.swift",
        "let outcome = AppendAnswer.Outcome.matched(min(following.verified, self.writes.index))",
        "let outcome = AppendAnswer.Outcome.matched(PLANTED ? self.outline.last.index "
        ": min(following.verified, self.writes.index))",
        by="tests", tests="LeadershipTests"),
    Planted(
        "votes-sent-unwritten", "a vote is sent before it is on disk",
        "Leadership/Raft/Raft.swift",
        "if self.writes.ballot == self.ballot {\n            self.actions.append(action)",
        "if PLANTED || self.writes.ballot == self.ballot {\n            self.actions.append(action)",
        by="tests", tests="ElectionPaperTests"),
    Planted(
        "two-votes-in-a-term", "whoever asks gets a vote, also in a term in which one has been given",
        "Leadership/Raft/Raft+Election.swift",
        "let isFree = self.ballot.vote == nil", "let isFree = PLANTED || self.ballot.vote == nil",
        by="tests", tests="ElectionPaperTests"),
    Planted(
        "votes-for-shorter-logs", "a candidate is voted for although its log lacks what the voter has",
        "Leadership/Raft/Raft+Election.swift",
        "let isComplete = request.last >= self.outline.last", "let isComplete = (PLANTED || request.last >= self.outline.last)",
        by="tests", tests="ElectionPaperTests"),
    Planted(
        "votes-while-a-leader-is-heard", "a member votes for another although it has just heard the leader",
        "Leadership/Raft/Raft+Election.swift",
        "now < self.leaderHeardAt + self.limits.election", "!PLANTED && now < self.leaderHeardAt + self.limits.election",
        by="tests", tests="ElectionPaperTests"),
    Planted(
        "leases-outlive-transfers", "a leader that has told a successor to stand goes on to answer reads alone",
        "Leadership/Raft/Raft+Proposals.swift",
        "leading.hasForfeitedLease = true", "leading.hasForfeitedLease = !PLANTED",
        by="tests", tests="ReplicationPaperTests"),
    Planted(
        "reads-before-the-first-commit", "a new leader answers reads before it knows what is committed",
        "Leadership/Raft/Raft+Proposals.swift",
        "guard leading.reads.count > 0, self.commit >= leading.firstIndex else { return }",
        "guard leading.reads.count > 0, PLANTED || self.commit >= leading.firstIndex else { return }",
        by="tests", tests="ReplicationPaperTests"),
    Planted(
        "commits-unverified", "a follower applies entries that the leader has not shown to be its own",
        "Leadership/Raft/Raft+Following.swift",
        "self.advanceCommit(to: min(request.commit, following.verified))",
        "self.advanceCommit(to: min(request.commit, PLANTED ? self.outline.last.index : following.verified))",
        by="tests", tests="ReplicationPaperTests"),
    Planted(
        "writes-outlive-truncations", "the end of a write is taken for that of the entries that took its place",
        "Leadership/Log/PendingWrites.swift",
        "self.queue[position].last = min(self.queue[position].last, index)",
        "self.queue[position].last = PLANTED ? self.queue[position].last : min(self.queue[position].last, index)",
        by="tests", tests="ReplicationPaperTests"),
    Planted(
        "changes-overlap", "members are changed before the change before is committed",
        "Leadership/Raft/Raft+Proposals.swift",
        "guard self.commit >= leading.firstIndex, self.commit >= self.outline.electorateIndex else {",
        "guard PLANTED || (self.commit >= leading.firstIndex && self.commit >= self.outline.electorateIndex) else {",
        by="tests", tests="ReplicationPaperTests"),
    Planted(
        "unsynced-entries-sent", "a leader sends entries that it may lose, and with them its dots",
        "Leadership/Raft/Raft+Leading.swift",
        "self.limits.sendsDurableOnly ? min(", "!PLANTED && self.limits.sendsDurableOnly ? min(",
        by="tests", tests="LeadershipMemberTests"),
]
