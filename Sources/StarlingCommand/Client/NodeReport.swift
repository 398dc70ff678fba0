import RESP

/// A node's answer to `STARLING STATUS`, as far as the program looks at it.
struct NodeReport: Sendable {
    /// A peer as that node sees it.
    struct Peer: Sendable, Equatable {
        var name: String
        var address: String
        /// How it became known.
        var source: String
        var isReachable: Bool
        /// Whether its link was cut on purpose.
        var isCut: Bool
        /// Writes it was not known to hold.
        var missing: UInt64
        /// Milliseconds since it was last heard; nil for never.
        var lastContact: UInt64?
        /// Why the last attempt failed; empty if it did not.
        var lastFailure: String

        init?(_ reply: RESPValue) {
            guard let fields = ReplyFields(reply) else { return nil }
            self.name = fields.text("name")
            self.address = fields.text("address")
            self.source = fields.text("source")
            self.isReachable = fields.text("state") == "up"
            self.isCut = fields.text("state") == "cut"
            self.missing = fields.number("missing") ?? 0
            self.lastContact = fields.number("last-contact-ms")
            self.lastFailure = fields.text("last-failure")
        }

        /// One word for how it stands.
        var state: String {
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
    var logBytes: UInt64
    var digest: String
    /// Why it writes nothing more; empty while all is well.
    var failure: String
    var resolverMismatches: [String]
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
        self.logBytes = fields.number("log-bytes") ?? 0
        self.digest = fields.text("digest")
        self.failure = fields.text("failure")
        self.resolverMismatches = fields.list("resolver-mismatches").compactMap(\.text)
        self.peers = fields.list("peers").compactMap { Peer($0) }
    }

    /// What keeps the cluster, as this node sees it, from being well; empty if it is.
    var reasons: [String] {
        var reasons: [String] = []
        if !self.failure.isEmpty {
            reasons.append("\(self.name) does not write: \(self.failure)")
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
