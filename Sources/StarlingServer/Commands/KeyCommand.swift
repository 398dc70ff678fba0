import RESP

/// The commands on keys, whatever their values.
enum KeyCommand: Int, CaseIterable, Sendable {
    case delete, unlink, exists, touch, type, keys, scan, randomKey
    case expire, expireMilliseconds, expireAt, expireAtMilliseconds
    case timeToLive, timeToLiveMilliseconds, expireTime, expireTimeMilliseconds, persist
    case wait, object

    init?(_ name: RESPToken) {
        switch name {
        case "DEL": self = .delete
        case "UNLINK": self = .unlink
        case "EXISTS": self = .exists
        case "TOUCH": self = .touch
        case "TYPE": self = .type
        case "KEYS": self = .keys
        case "SCAN": self = .scan
        case "RANDOMKEY": self = .randomKey
        case "EXPIRE": self = .expire
        case "PEXPIRE": self = .expireMilliseconds
        case "EXPIREAT": self = .expireAt
        case "PEXPIREAT": self = .expireAtMilliseconds
        case "TTL": self = .timeToLive
        case "PTTL": self = .timeToLiveMilliseconds
        case "EXPIRETIME": self = .expireTime
        case "PEXPIRETIME": self = .expireTimeMilliseconds
        case "PERSIST": self = .persist
        case "WAIT": self = .wait
        case "OBJECT": self = .object
        default: return nil
        }
    }

    private static let reading = ["readonly", "fast"]
    private static let writing = ["write", "fast"]

    /// In the order of the cases.
    static let rows: [CommandRow] = [
        .key("del", -2, ["write"], CommandRow.allKeys, "1.0.0", "Deletes keys, all at once.", "key [key ...]"),
        .key("unlink", -2, Self.writing, CommandRow.allKeys, "4.0.0", "Deletes keys, all at once.", "key [key ...]"),
        .key(
            "exists", -2, Self.reading, CommandRow.allKeys, "1.0.0", "Counts keys that are there.", "key [key ...]"),
        .key(
            "touch", -2, Self.reading, CommandRow.allKeys, "3.2.1", "Counts the keys that are there.", "key [key ...]"),
        .key("type", 2, Self.reading, CommandRow.oneKey, "1.0.0", "Returns the type of a key's value.", "key"),
        .key("keys", 2, ["readonly"], CommandRow.noKeys, "1.0.0", "Returns the keys that match a pattern.", "pattern"),
        .key(
            "scan", -2, ["readonly"], CommandRow.noKeys, "2.8.0", "Walks through the keys, some at a time.",
            "cursor [MATCH pattern] [COUNT count] [TYPE type]"),
        .key("randomkey", 1, ["readonly"], CommandRow.noKeys, "1.0.0", "Returns one of the keys.", ""),
        .key(
            "expire", -3, Self.writing, CommandRow.oneKey, "1.0.0", "Sets after how long a key expires.",
            "key seconds [NX | XX | GT | LT]"),
        .key(
            "pexpire", -3, Self.writing, CommandRow.oneKey, "2.6.0", "Sets after how long a key expires.",
            "key milliseconds [NX | XX | GT | LT]"),
        .key(
            "expireat", -3, Self.writing, CommandRow.oneKey, "1.2.0", "Sets when a key expires.",
            "key unix-time-seconds [NX | XX | GT | LT]"),
        .key(
            "pexpireat", -3, Self.writing, CommandRow.oneKey, "2.6.0", "Sets when a key expires.",
            "key unix-time-milliseconds [NX | XX | GT | LT]"),
        .key(
            "ttl", 2, Self.reading, CommandRow.oneKey, "1.0.0", "Returns after how many s a key expires.", "key"),
        .key("pttl", 2, Self.reading, CommandRow.oneKey, "2.6.0", "Returns after how many ms a key expires.", "key"),
        .key("expiretime", 2, Self.reading, CommandRow.oneKey, "7.0.0", "Returns when a key expires, in s.", "key"),
        .key("pexpiretime", 2, Self.reading, CommandRow.oneKey, "7.0.0", "Returns when a key expires, in ms.", "key"),
        .key("persist", 2, Self.writing, CommandRow.oneKey, "2.2.0", "Lets a key never expire.", "key"),
        .key(
            "wait", 3, ["blocking"], CommandRow.noKeys, "3.0.0",
            "Waits until that many peers are known to hold this connection's latest write.", "numreplicas timeout"),
        .key(
            "object", -2, ["readonly"], (first: 2, last: 2, step: 1), "2.2.3", "Tells about a value.",
            "ENCODING|REFCOUNT key"),
    ]
}

extension CommandRow {
    fileprivate static func key(
        _ name: String, _ arity: Int, _ flags: [String], _ keys: (first: Int, last: Int, step: Int), _ since: String,
        _ summary: String, _ usage: String
    ) -> CommandRow {
        CommandRow(name, arity, flags, keys: keys, group: "generic", since: since, summary, usage: usage)
    }
}
