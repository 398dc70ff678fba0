import RESP

/// A node's answer to `STARLING STATUS`, as far as the program looks at it.
struct NodeReport: Sendable {
    /// A peer as that node sees it.
    struct Peer: Sendable, Equatable {
        var name: String
        /// Its peer ID; empty until it has introduced itself.
        var id: String
        var address: String
        /// How it became known.
        var source: String
        var isReachable: Bool
        /// Whether its link was cut on purpose.
        var isCut: Bool
        /// Writes it was not known to hold.
        var missing: UInt64
        /// Deletes that are kept for it.
        var holdsBack: UInt64
        /// Whether it is about to be forgotten, and not accepted meanwhile.
        var isSuspended: Bool
        /// Milliseconds since it was last heard; nil for never.
        var lastContact: UInt64?
        /// Why the last attempt failed; empty if it did not.
        var lastFailure: String

        init?(_ reply: RESPValue) {
            guard let fields = ReplyFields(reply) else { return nil }
            self.name = fields.text("name")
            self.id = fields.text("id")
            self.address = fields.text("address")
            self.source = fields.text("source")
            self.isReachable = fields.text("state") == "up"
            self.isCut = fields.text("state") == "cut"
            self.missing = fields.number("missing") ?? 0
            self.holdsBack = fields.number("holds-back") ?? 0
            self.isSuspended = fields.text("state") == "being-forgotten"
            self.lastContact = fields.number("last-contact-ms")
            self.lastFailure = fields.text("last-failure")
        }

        /// One word for how it stands.
        var state: String {
            if self.isSuspended { return "being forgotten" }
            if self.isCut { return "cut" }
            if !self.isReachable { return self.lastContact == nil ? "unknown" : "away" }
            return self.missing == 0 ? "up" : "late"
        }
    }

    var name: String
    var cluster: String
    var address: String
    /// Milliseconds since its start.
    var uptime: UInt64
    var keys: UInt64
    var conflicts: UInt64
    var tombstones: UInt64
    /// Tombstones that had to be kept when all were looked at last.
    var heldBack: UInt64
    /// Bytes free on its disk, and how many of them writes must leave.
    var freeBytes: UInt64
    var minimumFree: UInt64
    /// Why no tombstone may go at all; empty if some may.
    var collectionObstacle: String
    var logBytes: UInt64
    var digest: String
    /// Why it writes nothing more; empty while all is well.
    var failure: String
    /// What of its log was found damaged, as long as it heals; empty while all is well.
    var healing: String
    /// Snapshots on their way, in words.
    var snapshots: [String]
    var resolverMismatches: [String]
    /// `leaderless`, `switching` or `leader`.
    var mode: String
    /// Who leads; empty while that is not known.
    var leader: String
    var peers: [Peer]

    /// Nil if the reply is no status.
    init?(_ reply: RESPValue) {
        guard let fields = ReplyFields(reply), fields["digest"] != nil else { return nil }
        self.name = fields.text("name")
        self.cluster = fields.text("cluster")
        self.address = fields.text("address")
        self.uptime = fields.number("uptime-ms") ?? 0
        self.keys = fields.number("keys") ?? 0
        self.conflicts = fields.number("conflicts") ?? 0
        self.tombstones = fields.number("tombstones") ?? 0
        self.freeBytes = fields.number("free-bytes") ?? .max
        self.minimumFree = fields.number("min-free-bytes") ?? 0
        self.heldBack = fields.number("tombstones-held-back") ?? 0
        self.collectionObstacle = fields.text("collection-obstacle")
        self.logBytes = fields.number("log-bytes") ?? 0
        self.digest = fields.text("digest")
        self.failure = fields.text("failure")
        self.healing = fields.text("healing")
        self.snapshots = fields.list("snapshots").compactMap(\.text)
        self.resolverMismatches = fields.list("resolver-mismatches").compactMap(\.text)
        self.mode = fields.text("mode")
        self.leader = fields.text("leader")
        self.peers = fields.list("peers").compactMap { Peer($0) }
    }

    /// Whether a peer lacks something. In leader mode conversations are rare, and what they told is old.
    var isBehind: Bool { self.mode != "leader" && self.peers.contains { $0.missing > 0 } }

    /// What deletes are kept, and for whom, as lines; none if none are.
    var tombstoneLines: [String] {
        guard self.heldBack > 0, self.tombstones > 0 else { return [] }
        var reasons = self.peers.filter { $0.holdsBack > 0 }.map { peer in
            "\(PlainText.grouped(peer.holdsBack)) for \(peer.name.isEmpty ? peer.address : peer.name)"
        }
        if !self.collectionObstacle.isEmpty { reasons = [self.collectionObstacle] }
        let why = reasons.isEmpty ? "" : ": " + reasons.joined(separator: ", ")
        return ["\(PlainText.counted(self.heldBack, "delete")) kept until all have them\(why)."]
    }

    /// What keeps the cluster, as this node sees it, from being well; empty if it is.
    var reasons: [String] {
        var reasons: [String] = []
        if !self.failure.isEmpty {
            reasons.append("\(self.name) does not write: \(self.failure)")
        }
        if self.mode == "leader", self.leader.isEmpty {
            reasons.append("no leader is known: writes and reads of the latest are refused until one is elected")
        }
        if !self.healing.isEmpty {
            reasons.append("\(self.name) serves nobody before its peers have healed it: \(self.healing)")
        }
        if self.freeBytes < self.minimumFree {
            reasons.append(
                "\(self.name) takes no writes but deletes: \(PlainText.size(self.freeBytes)) free on its disk, "
                    + "\(PlainText.size(self.minimumFree)) to be left (--min-free)")
        }
        for peer in self.peers {
            let name = peer.name.isEmpty ? peer.address : peer.name
            if peer.isCut {
                reasons.append("the link to \(name) is cut (heal it: starling link heal \(peer.address))")
            } else if !peer.isReachable {
                let silence = peer.lastContact.map { " for \(PlainText.time(nanoseconds: $0 &* 1_000_000))" } ?? ""
                let why = peer.lastFailure.isEmpty ? "" : ", \(peer.lastFailure)"
                reasons.append("\(name) has not answered\(silence) (\(peer.address)\(why))")
            }
        }
        return reasons + self.resolverMismatches
    }
}
