import Causality
import Journal
import Platform
import Replication

/// What `/metrics` answers.
struct MetricsPage {
    private let state: ServerState
    private let replica: Replica
    private let status: ReplicaStatus

    init(state: ServerState, replica: Replica) {
        self.state = state
        self.replica = replica
        self.status = replica.status()
    }

    var text: String {
        var page = PrometheusText()
        self.writeNode(&page)
        self.writePeers(&page)
        self.writeLeaderMode(&page)
        self.writeCommands(&page)
        self.writeConnections(&page)
        self.writeData(&page)
        self.writeConversations(&page)
        self.writeDiscovery(&page)
        return page.text
    }

    private func writeNode(_ page: inout PrometheusText) {
        page.family("starling_build_info", .gauge, "The program's version; always 1.")
        page.sample("starling_build_info", [("version", self.state.configuration.version)], "1")
        page.family("starling_node_info", .gauge, "Who this node is; always 1.")
        page.sample(
            "starling_node_info",
            [
                ("id", self.status.id.description), ("name", self.status.name), ("cluster", self.status.cluster),
                ("mode", ModeAccount(self.replica, self.status).mode),
            ], "1")
        let start =
            self.replica.wallNow.milliseconds
            - min(
                self.replica.wallNow.milliseconds, self.status.uptime.wholeMilliseconds)
        page.single("starling_start_timestamp_seconds", .gauge, "When the node started, since 1970.", start / 1_000)
    }

    private func writeLeaderMode(_ page: inout PrometheusText) {
        let account = ModeAccount(self.replica, self.status)
        let counters = self.status.counters
        page.single("starling_leader_term", .gauge, "The term of leader mode; 0 without it.", account.term)
        page.single("starling_is_leader", .gauge, "Whether this node leads.", account.role == .leader ? 1 : 0)
        page.single("starling_has_leader", .gauge, "Whether a leader is known.", account.leader == nil ? 0 : 1)
        page.family("starling_elections_total", .counter, "Elections that this node asked for, and that it won.")
        page.sample("starling_elections_total", [("result", "asked")], String(counters.elections))
        page.sample("starling_elections_total", [("result", "won")], String(counters.electionsWon))
        page.single(
            "starling_leader_changes_total", .counter, "Leaders that were heard of.", self.state.leaderChanges)
        page.single(
            "starling_forwarded_commands_total", .counter, "Requests that were passed on to the leader.",
            self.state.forwardedRequests)
        page.single(
            "starling_split_brain_detected_total", .counter, "Times that two nodes were found to lead at once.",
            counters.splitBrains)
        page.single(
            "starling_decided_entries", .gauge, "The number of the last entry that is decided.", account.decided.commit)
        page.single(
            "starling_applied_entries", .gauge, "The number of the last entry that is applied here.",
            account.decided.applied)
        page.family("starling_follower_lag_entries", .gauge, "Entries that a follower is not known to have.")
        guard account.role == .leader else { return }
        for member in account.followers {
            let labels = [("peer", member.name), ("id", member.id.description)]
            page.sample("starling_follower_lag_entries", labels, String(member.lag ?? account.decided.last))
        }
    }

    private func writePeers(_ page: inout PrometheusText) {
        let peers = self.status.peers
        page.single("starling_known_peers", .gauge, "Peers that are known.", UInt64(peers.count))
        page.single(
            "starling_up_peers", .gauge, "Peers that can be reached.", UInt64(peers.count { $0.isReachable }))
        page.family("starling_peer_up", .gauge, "Whether a peer can be reached.")
        for peer in peers { page.sample("starling_peer_up", Self.label(peer), peer.isReachable ? "1" : "0") }
        page.family(
            "starling_replication_lag_entries", .gauge, "Writes known here that a peer is not known to hold.")
        for peer in peers {
            page.sample(
                "starling_replication_lag_entries", Self.label(peer) + [("direction", "out")], String(peer.missing))
        }
        page.family(
            "starling_peer_held_back_tombstones", .gauge, "Deletes that are kept since a peer may not have them.")
        for peer in peers {
            page.sample("starling_peer_held_back_tombstones", Self.label(peer), String(peer.holdsBack))
        }
        page.family(
            "starling_peer_last_contact_timestamp_seconds", .gauge, "When a peer was last heard, since 1970.")
        for peer in peers {
            guard let contact = peer.lastContact else { continue }
            let now = self.replica.wallNow.milliseconds
            let moment = now - min(now, contact.wholeMilliseconds)
            page.sample("starling_peer_last_contact_timestamp_seconds", Self.label(peer), String(moment / 1_000))
        }
    }

    private static func label(_ peer: ReplicaStatus.Peer) -> [(String, String)] {
        [("peer", peer.name.isEmpty ? peer.address.description : peer.name)]
    }

    private func writeCommands(_ page: inout PrometheusText) {
        let statistics = self.state.statistics
        page.family("starling_commands_total", .counter, "Commands served in the Redis protocol.")
        for (index, row) in CommandTable.rows.enumerated() {
            let failed = statistics.failed[index]
            let succeeded = statistics.calls[index] - failed
            if succeeded > 0 {
                page.sample(
                    "starling_commands_total", [("command", row.name), ("result", "ok")], String(succeeded))
            }
            let errors = failed + statistics.rejected[index]
            if errors > 0 {
                page.sample(
                    "starling_commands_total", [("command", row.name), ("result", "error")], String(errors))
            }
        }
        page.family("starling_errors_total", .counter, "Error replies, by their first word.")
        for error in statistics.errors {
            page.sample("starling_errors_total", [("prefix", error.prefix)], String(error.count))
        }
    }

    private func writeConnections(_ page: inout PrometheusText) {
        let counters = self.status.counters
        page.family("starling_connected_clients", .gauge, "Clients connected now.")
        for face in ClientFace.allCases {
            page.sample(
                "starling_connected_clients", [("protocol", face.name)], String(self.state.clients.count(of: face)))
        }
        page.family("starling_connections_total", .counter, "Clients that connected.")
        for face in ClientFace.allCases {
            page.sample(
                "starling_connections_total", [("protocol", face.name)], String(self.state.clients.accepted(face)))
        }
        page.single(
            "starling_rejected_connections_total", .counter, "Connections that were turned away.",
            counters.connectionsRefused + self.state.refusedConnections)
        page.family("starling_received_bytes_total", .counter, "Bytes received.")
        page.sample("starling_received_bytes_total", [("channel", "peer")], String(counters.peerBytesReceived))
        page.sample("starling_received_bytes_total", [("channel", "all")], String(counters.bytesReceived))
        page.family("starling_sent_bytes_total", .counter, "Bytes sent.")
        page.sample("starling_sent_bytes_total", [("channel", "peer")], String(counters.peerBytesSent))
        page.sample("starling_sent_bytes_total", [("channel", "all")], String(counters.bytesSent))
    }

    private func writeData(_ page: inout PrometheusText) {
        let counters = self.status.counters
        page.single("starling_keys", .gauge, "Keys that readers see.", UInt64(clamping: self.status.keys))
        page.single("starling_records", .gauge, "Live records.", UInt64(clamping: self.status.records))
        page.single("starling_tombstones", .gauge, "Live records of deletes.", UInt64(clamping: self.status.tombstones))
        if let free = self.status.freeBytes {
            page.single("starling_disk_free_bytes", .gauge, "Bytes free on the disk.", free)
        }
        page.single(
            "starling_disk_floor_bytes", .gauge, "Bytes of them that writes must leave.", self.status.minimumFree)
        page.single(
            "starling_refused_writes_total", .counter, "Writes refused for the sake of those bytes.",
            self.status.refusedBelowFloor)
        page.single(
            "starling_held_back_tombstones", .gauge, "Deletes that had to be kept when all were looked at last.",
            UInt64(clamping: self.status.heldBack))
        page.single(
            "starling_conflicted_keys", .gauge, "Keys with more than one sibling.",
            UInt64(clamping: self.status.conflicts))
        page.single("starling_conflicts_total", .counter, "Conflicts that came up.", counters.conflictsSeen)
        page.single("starling_local_writes_total", .counter, "Writes taken in from clients.", counters.localWrites)
        page.single("starling_keyspace_hits_total", .counter, "Reads that found a value.", counters.readHits)
        page.single("starling_keyspace_misses_total", .counter, "Reads that found none.", counters.readMisses)
        page.single(
            "starling_expired_keys_total", .counter, "Records whose time was seen to be over.",
            counters.expiredRecords)
        page.single("starling_log_bytes", .gauge, "Bytes of the log on disk.", self.status.logBytes)
        page.single("starling_log_live_bytes", .gauge, "Bytes of the log that are needed.", self.status.liveBytes)
        page.single("starling_log_segments", .gauge, "Files of the log.", UInt64(clamping: self.status.segments))
        page.single(
            "starling_compactions_total", .counter, "Times that segments were packed together.",
            self.status.compaction.finished)
        page.single(
            "starling_compaction_freed_bytes_total", .counter, "Bytes of files that compactions freed.",
            self.status.compaction.freedBytes)
        page.single(
            "starling_log_unsynced_bytes", .gauge, "Bytes of the log not yet durable.", self.status.unsyncedBytes)
        page.single("starling_log_fsyncs_total", .counter, "Syncs of the log.", counters.syncs)
        page.single(
            "starling_log_failed", .gauge, "Whether the log takes no writes.", self.status.failure == nil ? 0 : 1)
    }

    private func writeConversations(_ page: inout PrometheusText) {
        let counters = self.status.counters
        let name = "starling_sync_conversations_total"
        page.family(name, .counter, "Conversations with peers.")
        page.sample(name, [("result", "ok")], String(counters.conversationsFinished))
        page.sample(name, [("result", "error")], String(counters.conversationsFailed))
        page.sample(name, [("result", "refused")], String(counters.conversationsRefused))
        page.single("starling_sync_entries_sent_total", .counter, "Records sent to peers.", counters.recordsSent)
        page.single(
            "starling_sync_entries_received_total", .counter, "Records received from peers.", counters.recordsReceived)
        page.single(
            "starling_malformed_frames_total", .counter, "Frames from peers that made no sense.",
            counters.malformedFrames)
    }

    private func writeDiscovery(_ page: inout PrometheusText) {
        let counters = self.status.counters
        let name = "starling_discovery_beacons_total"
        page.family(name, .counter, "Multicast beacons.")
        page.sample(name, [("direction", "sent"), ("result", "accepted")], String(counters.beaconsSent))
        for (result, count) in [
            ("accepted", counters.beaconsAccepted), ("self", counters.beaconsOwn),
            ("wrong_cluster", counters.beaconsWrongCluster), ("wrong_key", counters.beaconsWrongSecret),
            ("bad", counters.beaconsMalformed),
        ] {
            page.sample(name, [("direction", "received"), ("result", result)], String(count))
        }
    }
}
