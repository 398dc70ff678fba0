import Causality
import Journal
import Platform
import RESP
import Replication

// The node's status as a map.
extension RESPSession {
    func appendStatus(_ status: ReplicaStatus, _ connection: ClientConnection, _ replica: Replica) {
        let counters = status.counters
        let account = ModeAccount(replica, status)
        let numbers: [(String, UInt64)] = [
            ("keys", UInt64(clamping: status.keys)),
            ("records", UInt64(clamping: status.records)),
            ("term", account.term),
            ("decided-entries", account.decided.commit),
            ("applied-entries", account.decided.applied),
            ("elections", counters.elections),
            ("elections-won", counters.electionsWon),
            ("split-brains", counters.splitBrains),
            ("tombstones", UInt64(clamping: status.tombstones)),
            ("tombstones-held-back", UInt64(clamping: status.heldBack)),
            ("conflicts", UInt64(clamping: status.conflicts)),
            ("log-bytes", status.logBytes),
            ("live-bytes", status.liveBytes),
            ("segments", UInt64(clamping: status.segments)),
            ("compactions", status.compaction.finished),
            ("index-snapshots", counters.snapshots),
            ("compaction-freed-bytes", status.compaction.freedBytes),
            ("compaction-pass-bytes", status.compaction.passBytes),
            ("compaction-passed-bytes", status.compaction.passedBytes),
            ("free-bytes", status.freeBytes ?? .max),
            ("min-free-bytes", status.minimumFree),
            ("unsynced-bytes", status.unsyncedBytes),
            ("uptime-ms", status.uptime.wholeMilliseconds),
            ("local-writes", counters.localWrites),
            ("syncs", counters.syncs),
            ("records-sent", counters.recordsSent),
            ("records-received", counters.recordsReceived),
            ("conversations-finished", counters.conversationsFinished),
            ("conversations-failed", counters.conversationsFailed),
            ("conversations-refused", counters.conversationsRefused),
            ("malformed-frames", counters.malformedFrames),
            ("beacons-sent", counters.beaconsSent),
            ("beacons-accepted", counters.beaconsAccepted),
            ("beacons-wrong-cluster", counters.beaconsWrongCluster),
            ("beacons-wrong-secret", counters.beaconsWrongSecret),
            ("beacons-malformed", counters.beaconsMalformed),
        ]
        let texts = self.texts(of: status, account)
        self.encoder.appendMapHeader(count: texts.count + numbers.count + 3, to: &connection.output.bytes)
        for (name, text) in texts { self.appendPair(name, text, connection) }
        for (name, number) in numbers { self.appendPair(name, Int64(clamping: number), connection) }
        self.encoder.appendBulk("snapshots", to: &connection.output.bytes)
        self.encoder.appendArrayHeader(count: status.snapshots.count, to: &connection.output.bytes)
        for text in status.snapshots { self.encoder.appendBulk(text, to: &connection.output.bytes) }
        self.encoder.appendBulk("resolver-mismatches", to: &connection.output.bytes)
        self.encoder.appendArrayHeader(count: status.resolverMismatches.count, to: &connection.output.bytes)
        for text in status.resolverMismatches { self.encoder.appendBulk(text, to: &connection.output.bytes) }
        self.encoder.appendBulk("peers", to: &connection.output.bytes)
        self.appendPeers(status.peers, connection)
    }

    private func texts(of status: ReplicaStatus, _ account: ModeAccount) -> [(String, String)] {
        [
            ("name", status.name),
            ("id", status.id.description),
            ("cluster", status.cluster),
            ("address", status.address.description),
            ("version", self.state.configuration.version),
            ("mode", account.mode),
            ("role", account.role.rawValue),
            ("leader", account.leader?.name ?? ""),
            ("leader-address", account.leader?.address.description ?? ""),
            ("durability", status.durability.name),
            ("digest", status.digest),
            ("compaction", status.compaction.isForced ? "forced" : status.compaction.isRunning ? "running" : "idle"),
            ("compaction-failure", status.compaction.failure?.description ?? ""),
            ("collection-obstacle", status.collectionObstacle ?? ""),
            ("failure", status.failure ?? ""),
            ("healing", status.healing ?? ""),
            ("damage", status.damage ?? ""),
        ]
    }

    /// The peers, each as a map. `last-contact-ms` is how long ago it was heard, null for never.
    func appendPeers(_ peers: [ReplicaStatus.Peer], _ connection: ClientConnection) {
        self.encoder.appendArrayHeader(count: peers.count, to: &connection.output.bytes)
        for peer in peers {
            self.encoder.appendMapHeader(count: 9, to: &connection.output.bytes)
            self.appendPair("name", peer.name, connection)
            self.appendPair("id", peer.id?.description ?? "", connection)
            self.appendPair("address", peer.address.description, connection)
            self.appendPair("source", peer.source, connection)
            self.appendPair("state", peer.state, connection)
            self.appendPair("missing", Int64(clamping: peer.missing), connection)
            self.appendPair("holds-back", Int64(peer.holdsBack), connection)
            self.encoder.appendBulk("last-contact-ms", to: &connection.output.bytes)
            if let contact = peer.lastContact {
                self.encoder.appendInteger(Int64(clamping: contact.wholeMilliseconds), to: &connection.output.bytes)
            } else {
                self.encoder.appendNull(to: &connection.output.bytes)
            }
            self.appendPair("last-failure", peer.lastFailure, connection)
        }
    }
}
