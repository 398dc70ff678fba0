import RESP

/// One key of a node's answer to `STARLING CONFLICTS`.
struct ConflictReport: Sendable {
    var key: [UInt8]
    var siblings: UInt64
    /// What readers see; nil if the resolver leaves it to them.
    var seen: [UInt8]?
    /// The values that readers do not see.
    var unseen: [[UInt8]]

    /// Nil if the reply is none.
    init?(_ reply: RESPValue) {
        guard let fields = ReplyFields(reply), let key = fields["key"]?.bytes else { return nil }
        self.key = key
        self.siblings = fields.number("siblings") ?? 0
        self.seen = fields["value"]?.bytes
        self.unseen = fields.list("losers").compactMap(\.bytes)
    }

    /// The conflict for scripts.
    var json: JSON {
        .object([
            JSON.bytes("key", self.key), ("siblings", .unsigned(self.siblings)),
            self.seen.map { JSON.bytes("seen", $0) } ?? ("seen", .null),
            ("not_seen", .array(self.unseen.map { .object([JSON.bytes("value", $0)]) })),
        ])
    }
}
