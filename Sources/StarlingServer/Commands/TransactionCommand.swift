import RESP

/// The commands around a transaction.
enum TransactionCommand: Int, CaseIterable, Sendable {
    case multi, execute, discard, watch, unwatch

    init?(_ name: RESPToken) {
        switch name {
        case "MULTI": self = .multi
        case "EXEC": self = .execute
        case "DISCARD": self = .discard
        case "WATCH": self = .watch
        case "UNWATCH": self = .unwatch
        default: return nil
        }
    }

    /// In the order of the cases.
    static let rows: [CommandRow] = [
        .transaction("multi", 1, CommandRow.noKeys, "1.2.0", "Begins a transaction: what follows is queued."),
        .transaction("exec", 1, CommandRow.noKeys, "1.2.0", "Does what was queued, all at once or not at all."),
        .transaction("discard", 1, CommandRow.noKeys, "2.0.0", "Gives up what was queued."),
        .transaction(
            "watch", -2, CommandRow.allKeys, "2.2.0", "Has EXEC do nothing if one of the keys was written.",
            "key [key ...]"),
        .transaction("unwatch", 1, CommandRow.noKeys, "2.2.0", "Forgets the keys that were watched."),
    ]
}

extension CommandRow {
    fileprivate static func transaction(
        _ name: String, _ arity: Int, _ keys: (first: Int, last: Int, step: Int), _ since: String, _ summary: String,
        _ usage: String = ""
    ) -> CommandRow {
        CommandRow(
            name, arity, ["noscript", "loading", "stale", "fast"], keys: keys, group: "transactions", since: since,
            summary, usage: usage)
    }
}
