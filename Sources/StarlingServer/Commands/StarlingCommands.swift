import ByteCoding
import Causality
import DataModel
import Journal
import Platform
import RESP
import Replication

// STARLING and its subcommands: what Redis has no words for.
extension RESPSession {
    func starling(
        _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) -> CommandOutcome {
        switch self.token(1, bytes) {
        case "STATUS":
            try self.expect(2, "starling|status")
            self.appendStatus(replica.status(), connection, replica)
        case "PEERS":
            try self.expect(2, "starling|peers")
            self.appendPeers(replica.status().peers, connection)
        case "MODE": return try self.mode(bytes, connection, replica)
        case "STEPDOWN": try self.stepDown(bytes, connection, replica)
        case "TOPOLOGY": try self.topology(connection, replica)
        case "FORGET":
            return try self.forget(bytes, connection, replica)
        case "DIGEST":
            try self.expect(2, "starling|digest")
            self.holdReply(until: replica.journal.appendedLSN)
            self.encoder.appendBulk(replica.digest(), to: &connection.output.bytes)
        case "SIBLINGS":
            try self.expect(3, "starling|siblings")
            try self.admit(.read, replica)
            try self.siblings(bytes, connection, replica)
        case "CONFLICTS":
            try self.conflicts(bytes, connection, replica)
        case "COMPACT":
            try self.expect(2, "starling|compact")
            replica.journal.compact()
            self.appendOK(connection)
        case "BACKUP":
            try self.backup(bytes, connection, replica)
        case "SET":
            try self.admit(.readAndWrite, replica)
            try self.setAfter(bytes, connection, replica)
        case "LINK":
            try self.link(bytes, connection, replica)
        case "HELP":
            self.encoder.appendArrayHeader(count: Self.starlingHelp.count, to: &connection.output.bytes)
            for line in Self.starlingHelp { self.encoder.appendSimpleString(line, to: &connection.output.bytes) }
        default:
            throw .unknownSubcommand(ShownText.of(bytes.extracting(self.argument(1))), of: "STARLING")
        }
        return .done
    }

    private static let starlingHelp = [
        "STARLING <subcommand> [<arg> ...]. Subcommands are:",
        "STATUS",
        "    What this node knows of itself and its peers.",
        "PEERS",
        "    The peers this node knows.",
        "MODE [LEADER|LEADERLESS]",
        "    How the cluster takes writes; with a word, switches the whole cluster.",
        "STEPDOWN [peer]",
        "    Hands leadership to that member, or to the one that is furthest. Only where this node leads.",
        "TOPOLOGY",
        "    What MODE tells, and every member with its part and how far it is behind.",
        "FORGET peer [peer ...]",
        "    Forgets peers for good, by name, host:port or peer ID. Every other member must agree.",
        "DIGEST",
        "    32 hexadecimal digits over all that is stored; equal on equal nodes.",
        "SIBLINGS key",
        "    The concurrent values of a key, and the token to replace exactly them.",
        "CONFLICTS [COUNT count]",
        "    Keys with more than one sibling: what readers see of them, and what they do not.",
        "COMPACT",
        "    Goes through the whole log in the background and frees what is not needed any more.",
        "BACKUP OPEN [SINCE context] | READ id | CLOSE id",
        "    Makes a backup of what is stored: READ returns the next bytes of its file, none at the end.",
        "SET key value AFTER token",
        "    Replaces exactly the siblings that were read with the token; what came since stays.",
        "LINK CUT|HEAL host:port",
        "    Cuts or heals the link to a peer. Only on a node started with --allow-faults.",
        "HELP",
        "    This text.",
    ]

    private func siblings(
        _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        let found: KeySiblings
        do throws(ReplicaError) {
            found = try replica.siblings(of: bytes.extracting(self.argument(2)))
        } catch {
            throw CommandFailure(error)
        }
        self.holdReply(until: found.heldUntil)
        self.encoder.appendMapHeader(count: 2, to: &connection.output.bytes)
        self.appendPair("token", CausalToken.text(of: found.context), connection)
        self.encoder.appendBulk("siblings", to: &connection.output.bytes)
        self.encoder.appendArrayHeader(count: found.siblings.count, to: &connection.output.bytes)
        for sibling in found.siblings { self.appendSibling(sibling, connection) }
    }

    /// A sibling as a map; the expiry is in milliseconds since 1970, null for never.
    private func appendSibling(_ sibling: Sibling, _ connection: ClientConnection) {
        self.encoder.appendMapHeader(count: 5, to: &connection.output.bytes)
        self.appendPair("dot", sibling.dot.description, connection)
        self.appendPair("clock", Int64(clamping: sibling.clock), connection)
        self.appendPair("timestamp", Int64(clamping: sibling.timestamp.milliseconds), connection)
        self.encoder.appendBulk("value", to: &connection.output.bytes)
        self.encoder.appendBulk(Self.shownValue(of: sibling), to: &connection.output.bytes)
        self.encoder.appendBulk("expiry", to: &connection.output.bytes)
        if let expiry = sibling.expiry {
            self.encoder.appendInteger(Int64(clamping: expiry), to: &connection.output.bytes)
        } else {
            self.encoder.appendNull(to: &connection.output.bytes)
        }
    }

    /// A sibling's value as a reader would see it were it alone: a counter as its sum.
    private static func shownValue(of sibling: Sibling) -> [UInt8] {
        sibling.operation == .count ? CounterValue(joining: [sibling]).decimal : sibling.value
    }

    /// Lists keys in conflict: for each a map of `key`, `siblings` (their number), `value` (what
    /// readers see, null if the choice is left to them or they see nothing) and `losers` (the siblings'
    /// values that differ from it).
    private func conflicts(
        _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        var limit: Int64 = 100
        if self.argumentCount > 2 {
            guard self.argumentCount == 4, self.token(2, bytes) == "COUNT" else { throw .syntax }
            limit = try self.integer(3, bytes)
            guard limit >= 1 else { throw .syntax }
        }
        let slots = replica.conflicts(limit: Int(min(limit, 10_000)))
        self.holdReply(until: replica.journal.appendedLSN)
        self.encoder.appendArrayHeader(count: slots.count, to: &connection.output.bytes)
        let start = connection.output.bytes.count
        for slot in slots {
            try self.appendConflict(slot, connection, replica)
            guard connection.output.bytes.count - start <= Self.maximumReplyLength else {
                throw .reply("ERR the values are more than \(Self.maximumReplyLength) bytes; ask for fewer with COUNT")
            }
        }
    }

    private func appendConflict(
        _ slot: SlotID, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        let key = replica.journal.index.key(of: slot)
        let siblings: [Sibling]
        do throws(ReplicaError) {
            siblings = try replica.siblings(in: slot).siblings
        } catch {
            throw CommandFailure(error)
        }
        var seen: [UInt8]?
        if !siblings.isEmpty {
            let resolver = replica.configuration.resolvers.resolver(for: key.span)
            if case .value(let value, _) = resolver.view(of: Key(key), siblings) { seen = value }
        }
        let values = siblings.map(Self.shownValue(of:))
        let losers = values.filter { $0 != seen }
        self.encoder.appendMapHeader(count: 4, to: &connection.output.bytes)
        self.encoder.appendBulk("key", to: &connection.output.bytes)
        self.encoder.appendBulk(key, to: &connection.output.bytes)
        self.appendPair("siblings", Int64(siblings.count), connection)
        self.encoder.appendBulk("value", to: &connection.output.bytes)
        if let seen {
            self.encoder.appendBulk(seen, to: &connection.output.bytes)
        } else {
            self.encoder.appendNull(to: &connection.output.bytes)
        }
        self.encoder.appendBulk("losers", to: &connection.output.bytes)
        self.encoder.appendArrayHeader(count: losers.count, to: &connection.output.bytes)
        for loser in losers { self.encoder.appendBulk(loser, to: &connection.output.bytes) }
    }

    /// `STARLING SET key value AFTER token`.
    private func setAfter(
        _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        try self.expect(6, "starling|set")
        guard self.token(4, bytes) == "AFTER" else { throw .syntax }
        guard let token = CausalToken.context(of: bytes.extracting(self.argument(5))) else {
            throw .reply("ERR the token is not one that STARLING SIBLINGS gave")
        }
        let key = bytes.extracting(self.argument(2))
        do throws(ReplicaError) {
            self.note(try replica.put(key, bytes.extracting(self.argument(3)), after: token))
        } catch {
            throw CommandFailure(error)
        }
        self.appendOK(connection)
    }

    private func link(_ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica) throws(CommandFailure) {
        try self.expect(4, "starling|link")
        let word = self.token(2, bytes)
        guard word == "CUT" || word == "HEAL" else { throw .syntax }
        guard self.state.configuration.allowsFaults else {
            throw .reply("ERR faults are not allowed here; start the node with --allow-faults")
        }
        guard let address = NetworkAddress(parsing: self.text(3, bytes)) else {
            let shown = ShownText.of(bytes.extracting(self.argument(3)))
            throw .reply("ERR '\(shown)' is not an address; give it as host:port")
        }
        do throws(ReplicaError) {
            try replica.setCut(address, word == "CUT")
        } catch {
            throw CommandFailure(error)
        }
        self.appendOK(connection)
    }
}
