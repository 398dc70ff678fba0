import Causality
import Journal
import Platform
import RESP
import Replication

// ROLE, and STARLING MODE, STEPDOWN and TOPOLOGY.
extension RESPSession {
    /// In Redis' words: what takes writes is a master, and what follows a leader a slave.
    func role(_ connection: ClientConnection, _ replica: Replica) {
        let account = ModeAccount(replica)
        switch account.role {
        case .peer, .leader:
            let followers = account.role == .leader ? account.followers : []
            let offset = account.role == .leader ? account.decided.last : replica.journal.syncedLSN
            self.encoder.appendArrayHeader(count: 3, to: &connection.output.bytes)
            self.encoder.appendBulk("master", to: &connection.output.bytes)
            self.encoder.appendInteger(Int64(clamping: offset), to: &connection.output.bytes)
            self.encoder.appendArrayHeader(count: followers.count, to: &connection.output.bytes)
            for follower in followers {
                self.encoder.appendArrayHeader(count: 3, to: &connection.output.bytes)
                self.encoder.appendBulk(follower.address?.host ?? "", to: &connection.output.bytes)
                self.encoder.appendBulk(String(follower.address?.port ?? 0), to: &connection.output.bytes)
                self.encoder.appendBulk(String(follower.match ?? 0), to: &connection.output.bytes)
            }
        case .follower, .learner, .candidate:
            self.encoder.appendArrayHeader(count: 5, to: &connection.output.bytes)
            self.encoder.appendBulk("slave", to: &connection.output.bytes)
            self.encoder.appendBulk(account.leader?.address.host ?? "", to: &connection.output.bytes)
            self.encoder.appendInteger(Int64(account.leader?.address.port ?? 0), to: &connection.output.bytes)
            self.encoder.appendBulk(account.leader == nil ? "connect" : "connected", to: &connection.output.bytes)
            self.encoder.appendInteger(Int64(clamping: account.decided.applied), to: &connection.output.bytes)
        }
    }

    /// `STARLING MODE [LEADER | LEADERLESS]`: with a word it is answered when the mode has changed, or will not.
    func mode(
        _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) -> CommandOutcome {
        guard self.argumentCount > 2 else {
            self.appendMode(ModeAccount(replica), withMembers: false, connection, replica)
            return .done
        }
        try self.expect(3, "starling|mode")
        switch self.token(2, bytes) {
        case "LEADER":
            try self.lead(replica) { replica throws(LeaderModeRefusal) in try replica.enterLeaderMode() }
            return self.awaitMode(wantsLeader: true, connection, replica)
        case "LEADERLESS":
            try self.lead(replica) { replica throws(LeaderModeRefusal) in try replica.leaveLeaderMode() }
            return self.awaitMode(wantsLeader: false, connection, replica)
        default: throw .syntax
        }
    }

    /// `STARLING STEPDOWN [peer]`: answered when the handing over has begun.
    func stepDown(
        _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        guard self.argumentCount <= 3 else { throw .wrongArgumentCount("starling|stepdown") }
        var successor: PeerID?
        if self.argumentCount == 3 {
            let name = self.text(2, bytes)
            let account = ModeAccount(replica)
            guard
                let member = account.members.first(where: {
                    $0.name == name || $0.id.description == name || $0.address?.description == name
                })
            else { throw .reply("ERR '\(ShownText.of(bytes.extracting(self.argument(2))))' is no member") }
            successor = member.id
        }
        try self.lead(replica) { replica throws(LeaderModeRefusal) in try replica.handOver(to: successor) }
        self.appendOK(connection)
    }

    /// `STARLING TOPOLOGY`: what `MODE` tells, and all members.
    func topology(_ connection: ClientConnection, _ replica: Replica) throws(CommandFailure) {
        try self.expect(2, "starling|topology")
        self.appendMode(ModeAccount(replica), withMembers: true, connection, replica)
    }

    /// Turns refusals of what only the leader does into replies.
    private func lead(
        _ replica: Replica, _ body: (Replica) throws(LeaderModeRefusal) -> Void
    ) throws(CommandFailure) {
        do throws(LeaderModeRefusal) {
            try body(replica)
        } catch {
            if case .notNow = error { throw .busy }
            throw .reply(
                LeaderDirection(replica).replyText(
                    for: error, asked: .leading, followsRedirects: self.client.followsRedirects))
        }
    }

    private func awaitMode(
        wantsLeader: Bool, _ connection: ClientConnection, _ replica: Replica
    ) -> CommandOutcome {
        let isSilent = self.replyMode != .on
        self.state.modeQuestions.add(
            ModeQuestions.Question(wantsLeader: wantsLeader) { [weak self, weak connection] failure in
                guard let self, let connection else { return }
                if let failure {
                    self.state.statistics.noteError(failure)
                    if !isSilent { self.encoder.appendError(failure, to: &connection.output.bytes) }
                } else if !isSilent {
                    self.appendOK(connection)
                }
                connection.resume()
            })
        return .suspended
    }

    private func appendMode(
        _ account: ModeAccount, withMembers: Bool, _ connection: ClientConnection, _ replica: Replica
    ) {
        self.encoder.appendMapHeader(count: withMembers ? 13 : 12, to: &connection.output.bytes)
        self.appendPair("mode", account.mode, connection)
        self.appendPair("name", replica.configuration.name, connection)
        self.appendPair("role", account.role.rawValue, connection)
        self.appendPair("term", Int64(clamping: account.term), connection)
        self.appendPair("leader", account.leader?.name ?? "", connection)
        self.appendPair("leader-address", account.leader?.address.description ?? "", connection)
        self.appendPair("voters", Int64(account.members.count(where: \.isVoter)), connection)
        self.appendPair("reachable", Int64(account.members.count(where: \.isReachable)), connection)
        self.appendPair("decided", Int64(clamping: account.decided.commit), connection)
        self.appendPair("applied", Int64(clamping: account.decided.applied), connection)
        self.appendPair("last", Int64(clamping: account.decided.last), connection)
        self.appendPair("split-brains", Int64(clamping: replica.counters.splitBrains), connection)
        guard withMembers else { return }
        self.encoder.appendBulk("members", to: &connection.output.bytes)
        self.encoder.appendArrayHeader(count: account.members.count, to: &connection.output.bytes)
        for member in account.members {
            self.encoder.appendMapHeader(count: 8, to: &connection.output.bytes)
            self.appendPair("name", member.name, connection)
            self.appendPair("id", member.id.description, connection)
            self.appendPair("address", member.address?.description ?? "", connection)
            self.appendPair("role", member.role.rawValue, connection)
            self.appendPair("votes", member.isVoter ? 1 : 0, connection)
            self.appendPair("up", member.isReachable ? 1 : 0, connection)
            self.appendPair("self", member.isSelf ? 1 : 0, connection)
            self.encoder.appendBulk("lag", to: &connection.output.bytes)
            if let lag = member.lag {
                self.encoder.appendInteger(Int64(clamping: lag), to: &connection.output.bytes)
            } else {
                self.encoder.appendNull(to: &connection.output.bytes)
            }
        }
    }
}
