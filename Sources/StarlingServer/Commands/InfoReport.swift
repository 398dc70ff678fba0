import Causality
import DataModel
import Journal
import Platform
import Replication

/// The text that `INFO` answers, with the names that monitoring tools for Redis look for.
struct InfoReport {
    let state: ServerState
    let replica: Replica
    private let status: ReplicaStatus

    private static let usual = [
        "server", "clients", "memory", "persistence", "stats", "replication", "cpu", "errorstats", "cluster",
        "keyspace", "starling",
    ]

    init(state: ServerState, replica: Replica) {
        self.state = state
        self.replica = replica
        self.status = replica.status()
    }

    /// The sections with these names; the usual ones for none. Names that are not known add nothing.
    func text(_ names: [String]) -> String {
        var wanted: [String] = names.isEmpty ? Self.usual : []
        for name in names {
            switch name {
            case "default": wanted += Self.usual
            case "all", "everything": wanted += Self.usual + ["commandstats"]
            default: wanted.append(name)
            }
        }
        var seen: [String] = []
        var sections: [String] = []
        for name in wanted where !seen.contains(name) {
            seen.append(name)
            guard let lines = self.lines(of: name) else { continue }
            let title = name.prefix(1).uppercased() + name.dropFirst()
            sections.append((["# \(title)"] + lines).map { $0 + "\r\n" }.joined())
        }
        return sections.joined(separator: "\r\n")
    }

    private func lines(of section: String) -> [String]? {
        switch section {
        case "server": self.server
        case "clients": self.clients
        case "memory": self.memory
        case "persistence": self.persistence
        case "stats": self.stats
        case "replication": self.replication
        case "cpu": []
        case "commandstats": self.commandStatistics
        case "errorstats": self.state.statistics.errors.map { "errorstat_\($0.prefix):count=\($0.count)" }
        case "cluster": ["cluster_enabled:0"]
        case "keyspace": self.keyspace
        case "starling": self.starling
        default: nil
        }
    }

    private var server: [String] {
        let configuration = self.state.configuration
        let seconds = self.status.uptime.wholeSeconds
        return [
            "redis_version:\(configuration.compatibleVersion)",
            "server_name:starling",
            "starling_version:\(configuration.version)",
            "redis_mode:standalone",
            "arch_bits:64",
            "multiplexing_api:epoll",
            "process_id:\(configuration.processID)",
            "run_id:\(self.status.id)",
            "tcp_port:\(configuration.port)",
            "server_time_usec:\(self.replica.wallNow.milliseconds * 1_000)",
            "uptime_in_seconds:\(seconds)",
            "uptime_in_days:\(seconds / 86_400)",
            "executable:",
            "config_file:",
        ]
    }

    private var clients: [String] {
        [
            "connected_clients:\(self.state.clients.count)",
            "maxclients:\(self.state.configuration.maximumClients)",
            "blocked_clients:\(self.state.waitingClients)",
        ]
    }

    private var memory: [String] {
        ["used_memory:\(self.replica.journal.index.approximateBytes)", "maxmemory:0", "maxmemory_policy:noeviction"]
    }

    private var persistence: [String] {
        [
            "loading:\(self.status.healing == nil ? 0 : 1)",
            "aof_enabled:1",
            "aof_last_write_status:\(self.status.failure == nil ? "ok" : "err")",
            "aof_current_size:\(self.status.logBytes)",
            "aof_buffer_length:\(self.status.unsyncedBytes)",
        ]
    }

    private var stats: [String] {
        let counters = self.status.counters
        return [
            "total_connections_received:\(counters.connectionsAccepted)",
            "total_commands_processed:\(self.state.statistics.total)",
            "instantaneous_ops_per_sec:\(self.state.statistics.callsPerSecond)",
            "total_net_input_bytes:\(counters.bytesReceived)",
            "total_net_output_bytes:\(counters.bytesSent)",
            "rejected_connections:\(counters.connectionsRefused + self.state.refusedConnections)",
            "expired_keys:\(counters.expiredRecords)",
            "evicted_keys:0",
            "keyspace_hits:\(counters.readHits)",
            "keyspace_misses:\(counters.readMisses)",
            "total_error_replies:\(self.state.statistics.errors.reduce(0) { $0 + $1.count })",
        ]
    }

    /// In leader mode offsets are numbers of entries, and lags are counted in them.
    private var replication: [String] {
        let account = ModeAccount(self.replica, self.status)
        let mode = [
            "starling_mode:\(account.mode)", "starling_role:\(account.role.rawValue)",
            "starling_term:\(account.term)", "starling_leader:\(account.leader?.name ?? "")",
        ]
        switch account.role {
        case .peer:
            return [
                "role:master", "connected_slaves:0", "master_replid:\(self.status.id)",
                "master_repl_offset:\(self.replica.journal.syncedLSN)",
            ] + mode
        case .leader:
            let followers = account.followers
            let lines = followers.enumerated().map { index, follower in
                "slave\(index):ip=\(follower.address?.host ?? ""),port=\(follower.address?.port ?? 0)"
                    + ",state=\(follower.isReachable ? "online" : "offline"),offset=\(follower.match ?? 0)"
                    + ",lag=\(follower.lag ?? account.decided.last)"
            }
            return ["role:master", "connected_slaves:\(followers.count(where: \.isReachable))"] + lines + [
                "master_replid:\(self.status.id)", "master_repl_offset:\(account.decided.last)",
            ] + mode
        case .follower, .candidate, .learner:
            return [
                "role:slave", "master_host:\(account.leader?.address.host ?? "")",
                "master_port:\(account.leader?.address.port ?? 0)",
                "master_link_status:\(account.leader == nil ? "down" : "up")",
                "slave_repl_offset:\(account.decided.applied)", "slave_read_only:1", "connected_slaves:0",
                "master_replid:\(account.leader?.peer.description ?? "")",
                "master_repl_offset:\(account.decided.commit)",
            ] + mode
        }
    }

    private var commandStatistics: [String] {
        let statistics = self.state.statistics
        return CommandTable.rows.indices.compactMap { index in
            guard statistics.calls[index] + statistics.rejected[index] > 0 else { return nil }
            return "cmdstat_\(CommandTable.rows[index].name):calls=\(statistics.calls[index])"
                + ",rejected_calls=\(statistics.rejected[index]),failed_calls=\(statistics.failed[index])"
        }
    }

    private var keyspace: [String] {
        guard self.status.keys > 0 else { return [] }
        return ["db0:keys=\(self.status.keys),expires=0,avg_ttl=0"]
    }

    private var starling: [String] {
        let counters = self.status.counters
        let lines = [
            "name:\(self.status.name)",
            "peer_id:\(self.status.id)",
            "cluster:\(self.status.cluster)",
            "address:\(self.status.address)",
            "durability:\(self.status.durability.name)",
            "records:\(self.status.records)",
            "tombstones:\(self.status.tombstones)",
            "free_bytes:\(self.status.freeBytes.map(String.init) ?? "")",
            "min_free_bytes:\(self.status.minimumFree)",
            "writes_refused_below_min_free:\(self.status.refusedBelowFloor)",
            "tombstones_held_back:\(self.status.heldBack)",
            "conflicts:\(self.status.conflicts)",
            "digest:\(self.status.digest)",
            "log_bytes:\(self.status.logBytes)",
            "live_bytes:\(self.status.liveBytes)",
            "segments:\(self.status.segments)",
            "compactions:\(self.status.compaction.finished)",
            "compaction_running:\(self.status.compaction.isRunning ? 1 : 0)",
            "compaction_freed_bytes:\(self.status.compaction.freedBytes)",
            "unsynced_bytes:\(self.status.unsyncedBytes)",
            "local_writes:\(counters.localWrites)",
            "records_sent:\(counters.recordsSent)",
            "records_received:\(counters.recordsReceived)",
            "conversations_finished:\(counters.conversationsFinished)",
            "conversations_failed:\(counters.conversationsFailed)",
            "known_peers:\(self.status.peers.count)",
            "up_peers:\(self.status.peers.count { $0.isReachable })",
        ]
        return lines + (self.status.failure.map { ["failure:\($0)"] } ?? [])
            + (self.status.healing.map { ["healing:\($0)"] } ?? [])
            + (self.status.damage.map { ["damage:\($0)"] } ?? [])
            + self.status.snapshots.enumerated().map { "snapshot\($0.offset):\($0.element)" }
    }
}
