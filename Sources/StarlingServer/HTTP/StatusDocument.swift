import Causality
import Journal
import Platform
import Replication

/// The JSON that `/api/v1/status` answers. Its `schema` grows when a member changes its meaning.
enum StatusDocument {
    static func text(of replica: Replica, version: String) -> String {
        let status = replica.status()
        let account = ModeAccount(replica, status)
        let reasons = Self.reasons(of: status, account)
        var json = JSONText()
        json.object { json in
            json.member("schema", 1)
            json.member("cluster", status.cluster)
            json.member("mode", account.mode)
            json.member("verdict", status.failure != nil ? "down" : reasons.isEmpty ? "ok" : "degraded")
            json.member("reasons") { json in
                json.array { json in
                    for reason in reasons { json.element(reason) }
                }
            }
            ModeDocument.write(account, to: &json)
            json.member("name", status.name)
            json.member("id", status.id.description)
            json.member("address", status.address.description)
            json.member("version", version)
            json.member("durability", status.durability.name)
            json.member("uptimeMilliseconds", status.uptime.wholeMilliseconds)
            json.member("keys", status.keys)
            json.member("records", status.records)
            json.member("tombstones", status.tombstones)
            json.member("tombstonesHeldBack", status.heldBack)
            if let obstacle = status.collectionObstacle { json.member("collectionObstacle", obstacle) }
            json.member("conflicts", status.conflicts)
            json.member("splitBrains", status.counters.splitBrains)
            json.member("logBytes", status.logBytes)
            json.member("liveBytes", status.liveBytes)
            json.member("segments", status.segments)
            json.member("unsyncedBytes", status.unsyncedBytes)
            json.member("digest", status.digest)
            json.member("peers") { json in
                json.array { json in
                    for peer in status.peers {
                        json.element { json in Self.write(peer, to: &json) }
                    }
                }
            }
        }
        return json.text
    }

    private static func write(_ peer: ReplicaStatus.Peer, to json: inout JSONText) {
        json.object { json in
            json.member("name", peer.name)
            if let id = peer.id { json.member("id", id.description) } else { json.nullMember("id") }
            json.member("address", peer.address.description)
            json.member("source", peer.source)
            json.member("state", peer.state)
            json.member("missing", peer.missing)
            json.member("holdsBack", peer.holdsBack)
            if let contact = peer.lastContact {
                json.member("lastContactMilliseconds", contact.wholeMilliseconds)
            } else {
                json.nullMember("lastContactMilliseconds")
            }
            json.member("lastFailure", peer.lastFailure)
        }
    }

    /// Why all is not well, in words.
    private static func reasons(of status: ReplicaStatus, _ account: ModeAccount) -> [String] {
        var reasons: [String] = []
        if account.mode == "leader", account.leader == nil {
            reasons.append("no leader is known: writes and linearizable reads are refused")
        }
        if let free = status.freeBytes, free < status.minimumFree {
            reasons.append("\(free) bytes are free on the disk, fewer than the \(status.minimumFree) to be left")
        }
        if let failure = status.failure { reasons.append("the log takes no writes: \(failure)") }
        if let healing = status.healing { reasons.append("the log was damaged and is being healed: \(healing)") }
        if let damage = status.damage { reasons.append("a record cannot be read: \(damage)") }
        for peer in status.peers where !peer.isReachable {
            let name = peer.name.isEmpty ? peer.address.description : peer.name
            reasons.append(peer.isCut ? "the link to \(name) is cut" : "\(name) cannot be reached")
        }
        return reasons + status.resolverMismatches
    }
}
