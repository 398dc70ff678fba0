import RESP

/// The commands on values.
enum StringCommand: Int, CaseIterable, Sendable {
    case get, set, setIfAbsent, setWithSeconds, setWithMilliseconds, getAndSet, getAndDelete, getAndExpire
    case getMany, setMany, setManyIfAbsent
    case length, append, getRange, setRange
    case increment, decrement, incrementBy, decrementBy

    init?(_ name: RESPToken) {
        switch name {
        case "GET": self = .get
        case "SET": self = .set
        case "INCR": self = .increment
        case "MGET": self = .getMany
        case "MSET": self = .setMany
        case "SETNX": self = .setIfAbsent
        case "SETEX": self = .setWithSeconds
        case "PSETEX": self = .setWithMilliseconds
        case "GETSET": self = .getAndSet
        case "GETDEL": self = .getAndDelete
        case "GETEX": self = .getAndExpire
        case "MSETNX": self = .setManyIfAbsent
        case "STRLEN": self = .length
        case "APPEND": self = .append
        case "GETRANGE": self = .getRange
        case "SETRANGE": self = .setRange
        case "DECR": self = .decrement
        case "INCRBY": self = .incrementBy
        case "DECRBY": self = .decrementBy
        default: return nil
        }
    }

    /// In the order of the cases.
    static let rows: [CommandRow] = [
        .string("get", 2, .reading, since: "1.0.0", "Returns the value of a key.", "key"),
        .string(
            "set", -3, .growing, since: "1.0.0", "Sets the value of a key.",
            "key value [NX | XX] [GET] [EX seconds | PX milliseconds | EXAT unix-time-seconds | "
                + "PXAT unix-time-milliseconds | KEEPTTL]"),
        .string("setnx", 3, .growing, since: "1.0.0", "Sets the value of a key that is not there.", "key value"),
        .string("setex", 4, .growing, since: "2.0.0", "Sets a value and when it expires.", "key seconds value"),
        .string("psetex", 4, .growing, since: "2.6.0", "Sets a value and when it expires.", "key milliseconds value"),
        .string("getset", 3, .growing, since: "1.0.0", "Sets a value and returns the one before.", "key value"),
        .string("getdel", 2, .writing, since: "6.2.0", "Returns the value of a key and deletes it.", "key"),
        .string(
            "getex", -2, .writing, since: "6.2.0", "Returns the value of a key and sets when it expires.",
            "key [EX seconds | PX milliseconds | EXAT unix-time-seconds | PXAT unix-time-milliseconds | PERSIST]"),
        .string(
            "mget", -2, .reading, keys: CommandRow.allKeys, since: "1.0.0", "Returns the values of keys.",
            "key [key ...]"),
        .string(
            "mset", -3, .growing, keys: CommandRow.keysAndValues, since: "1.0.1",
            "Sets the values of keys, all at once.", "key value [key value ...]"),
        .string(
            "msetnx", -3, .growing, keys: CommandRow.keysAndValues, since: "1.0.1",
            "Sets the values of keys, if none of them is there.", "key value [key value ...]"),
        .string("strlen", 2, .reading, since: "2.2.0", "Returns the length of a value.", "key"),
        .string("append", 3, .growing, since: "2.0.0", "Appends to a value.", "key value"),
        .string("getrange", 4, .reading, since: "2.4.0", "Returns a part of a value.", "key start end"),
        .string("setrange", 4, .growing, since: "2.2.0", "Overwrites a part of a value.", "key offset value"),
        .string("incr", 2, .growing, since: "1.0.0", "Adds one to a number.", "key"),
        .string("decr", 2, .growing, since: "1.0.0", "Takes one from a number.", "key"),
        .string("incrby", 3, .growing, since: "1.0.0", "Adds to a number.", "key increment"),
        .string("decrby", 3, .growing, since: "1.0.0", "Takes from a number.", "key decrement"),
    ]
}

extension CommandRow {
    fileprivate enum Kind {
        case reading, writing, growing

        var flags: [String] {
            switch self {
            case .reading: ["readonly", "fast"]
            case .writing: ["write", "fast"]
            case .growing: ["write", "denyoom", "fast"]
            }
        }
    }

    fileprivate static func string(
        _ name: String, _ arity: Int, _ kind: Kind, keys: (first: Int, last: Int, step: Int) = CommandRow.oneKey,
        since: String, _ summary: String, _ usage: String
    ) -> CommandRow {
        CommandRow(name, arity, kind.flags, keys: keys, group: "string", since: since, summary, usage: usage)
    }
}
