"""Bugs in conversations, their schedule, and in who is taken for whom."""

from planted import Planted

BUGS = [
    Planted(
        "join-too-early", "the closing's context is joined while records still wait to be applied",
        "AntiEntropy/Conversation/ConversationExchange.swift",
        "= round.incoming, self.window.pending == 0 {", "= round.incoming, PLANTED || self.window.pending == 0 {",
        tests="AntiEntropyTests"),
    Planted(
        "ignore-the-floor", "a snapshot is never made, so what was collected comes back or never closes",
        "AntiEntropy/Conversation/ConversationExchange.swift",
        "let snapshot = self.peerWantsSnapshot || !theirs.context.covers(mine.floor)",
        "let snapshot = !PLANTED && (self.peerWantsSnapshot || !theirs.context.covers(mine.floor))",
        by="model", tests="SnapshotTests"),
    Planted(
        "closing-not-counted", "a closing is joined although records before it are missing",
        "AntiEntropy/Conversation/ConversationExchange.swift",
        "guard closing.recordCount == round.recordsReceived,",
        "guard PLANTED || closing.recordCount == round.recordsReceived,",
        by="tests", tests="AntiEntropyTests"),
    Planted(
        "credit-not-honoured", "more is sent than the other side has room for",
        "AntiEntropy/Conversation/CreditWindow.swift",
        "        self.outstanding == 0 || byteCount", "        PLANTED || self.outstanding == 0 || byteCount",
        by="tests", tests="AntiEntropyTests"),
    Planted(
        "credit-not-given", "what was taken in is never given back as credit",
        "AntiEntropy/Conversation/CreditWindow.swift",
        "guard self.ungranted > 0,", "guard !PLANTED, self.ungranted > 0,",
        by="tests", tests="AntiEntropyTests"),
    Planted(
        "twins-not-refused", "two running nodes with one peer ID converse",
        "AntiEntropy/Conversation/ConversationHandshake.swift",
        "if mine.peer == theirs.peer {", "if mine.peer == theirs.peer, !PLANTED {",
        by="tests", tests="CrashTests|ConversationRefusalTests"),
    Planted(
        "other-clusters-let-in", "a node of another cluster is let in",
        "AntiEntropy/Conversation/ConversationHandshake.swift",
        "guard mine.cluster == theirs.cluster else", "guard PLANTED || mine.cluster == theirs.cluster else",
        by="tests", tests="AntiEntropyTests"),
    Planted(
        "any-secret-will-do", "the proof of the cluster secret is not compared",
        "AntiEntropy/Conversation/ConversationHandshake.swift",
        "guard HMAC.areEqual(bytes, expected) else", "guard PLANTED || HMAC.areEqual(bytes, expected) else",
        by="tests", tests="AntiEntropyTests"),
    Planted(
        "proof-can-be-returned", "both sides' proofs are the same, so a stranger can send one back",
        "AntiEntropy/Wire/ClusterProof.swift",
        "message.write(role == .initiator ?", "message.write(PLANTED || role == .initiator ?",
        by="tests", tests="AntiEntropyTests"),
    Planted(
        "any-frame-will-do", "a frame's checksum on the wire is not compared",
        "AntiEntropy/Wire/FrameDecoder.swift",
        "guard FrameDecoder.checksum(", "guard PLANTED ? true : FrameDecoder.checksum(",
        by="tests", tests="AntiEntropyTests"),
    Planted(
        "no-back-off", "a peer that cannot be reached is called again and again at once",
        "AntiEntropy/Schedule/ConversationSchedule.swift",
        "let doublings = min(", "let doublings = PLANTED ? 0 : min(",
        by="tests", tests="AntiEntropyTests"),
    Planted(
        "failed-once-failed-for-good", "a peer that could not be reached once is never called again",
        "AntiEntropy/Schedule/ConversationSchedule.swift",
        "self.retry(index, at: now + self.varied(backoff, random))",
        "self.retry(index, at: PLANTED ? .distantFuture : now + self.varied(backoff, random))",
        tests="AntiEntropyTests"),
    Planted(
        "news-forgotten", "news that came at the end of a conversation waits for the next routine call",
        "AntiEntropy/Schedule/ConversationSchedule.swift",
        "if hasNews { self.addNews(index, now) }", "if hasNews, !PLANTED { self.addNews(index, now) }",
        by="tests", tests="AntiEntropyTests"),
    Planted(
        "calls-without-limit", "as many peers are called at once as there are",
        "AntiEntropy/Schedule/ConversationSchedule.swift",
        "guard self.talksBegun < self.limits.concurrentTalks else",
        "guard PLANTED || self.talksBegun < self.limits.concurrentTalks else",
        by="tests", tests="AntiEntropyTests"),
    Planted(
        "divergence-not-noticed", "a dot with two contents is not noticed when peers meet",
        "Replication/Exchange/Members.swift",
        "held.record.checksum != digest.lastOwn.checksum {",
        "held.record.checksum != digest.lastOwn.checksum, !PLANTED {",
        by="tests", tests="RewindTests"),
    Planted(
        "the-replaced-still-count", "what a peer held before it got a new peer ID still counts as held",
        "Replication/Exchange/Members.swift",
        "                self.watermark.remove(peer)\n",
        "                if !PLANTED { self.watermark.remove(peer) }\n",
        tests="RewindTests"),
    Planted(
        "predecessor-not-retired", "hearsay brings back a peer ID that its owner has replaced",
        "Membership/RosterGreeting.swift",
        "            if let before {\n                self.depart(before)",
        "            if let before {\n                if !PLANTED { self.depart(before) }",
        by="tests", tests="MembershipTests"),
    Planted(
        "the-departed-return", "hearsay brings back a peer that was forgotten",
        "Membership/Roster.swift",
        "!self.departed.contains(peer), !self.isForgotten(peer),\n",
        "PLANTED || !self.departed.contains(peer), PLANTED || !self.isForgotten(peer),\n",
        by="tests", tests="MembershipTests"),
    Planted(
        "beacons-can-be-repeated", "an old beacon sent again counts as news",
        "Membership/Roster.swift",
        "beacon.counter <= self.members[index].beaconCounter",
        "beacon.counter <= self.members[index].beaconCounter, !PLANTED",
        by="tests", tests="MembershipTests"),
    Planted(
        "beacons-of-strangers", "beacons without the secret are believed",
        "Membership/BeaconListener.swift",
        "guard isAuthenticated else { return false }", "guard isAuthenticated else { return PLANTED }",
        by="tests", tests="MembershipTests"),
    Planted(
        "beacons-of-other-clusters", "beacons of another cluster are believed",
        "Membership/BeaconListener.swift",
        "guard beacon.cluster == self.cluster else", "guard PLANTED || beacon.cluster == self.cluster else",
        by="tests", tests="MembershipTests"),
    Planted(
        "twin-beacons-taken-for-own", "the beacon of another node with this peer ID is taken for one's own",
        "Membership/BeaconListener.swift",
        "return beacon.incarnation == self.incarnation ?",
        "return PLANTED || beacon.incarnation == self.incarnation ?",
        by="tests", tests="MembershipTests"),
    Planted(
        "beacon-hash-ignored", "a beacon is taken to say that all is equal",
        "Replication/Exchange/ExchangeTurns.swift",
        "let isEqual = beacon.stateHash ==", "let isEqual = PLANTED || beacon.stateHash ==",
        tests="SpreadingTests"),
]
