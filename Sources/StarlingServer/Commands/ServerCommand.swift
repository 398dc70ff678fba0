import RESP

/// The commands on the server as a whole.
enum ServerCommand: Int, CaseIterable, Sendable {
    case command, info, config, databaseSize, flushAll, flushDatabase, time, role, memory, starling

    init?(_ name: RESPToken) {
        switch name {
        case "COMMAND": self = .command
        case "INFO": self = .info
        case "CONFIG": self = .config
        case "DBSIZE": self = .databaseSize
        case "FLUSHALL": self = .flushAll
        case "FLUSHDB": self = .flushDatabase
        case "TIME": self = .time
        case "ROLE": self = .role
        case "MEMORY": self = .memory
        case "STARLING": self = .starling
        default: return nil
        }
    }

    /// In the order of the cases.
    static let rows: [CommandRow] = [
        .server(
            "command", -1, ["loading", "stale"], "2.8.13", "Tells about the commands.", "[subcommand [argument ...]]"),
        .server("info", -1, ["loading", "stale"], "1.0.0", "Tells about the server.", "[section [section ...]]"),
        .server("config", -2, ["admin", "loading", "stale"], "2.0.0", "Tells the settings.", "GET pattern"),
        .server("dbsize", 1, ["readonly", "fast"], "1.0.0", "Returns the number of keys.", ""),
        .server("flushall", -1, ["write"], "1.0.0", "Deletes all keys.", "[ASYNC | SYNC]"),
        .server("flushdb", -1, ["write"], "1.0.0", "Deletes all keys.", "[ASYNC | SYNC]"),
        .server("time", 1, ["loading", "stale", "fast"], "2.6.0", "Returns the server's time.", ""),
        .server("role", 1, ["loading", "stale", "fast"], "2.8.12", "Returns the part the server plays.", ""),
        .server(
            "memory", -2, ["readonly"], keys: (first: 2, last: 2, step: 1), "4.0.0", "Tells what memory a key takes.",
            "USAGE key [SAMPLES count]"),
        .server(
            "starling", -2, ["readonly", "loading", "stale"], "7.2.4",
            "Tells about peers, siblings and conflicts; see STARLING HELP.", "subcommand [argument ...]"),
    ]
}

extension CommandRow {
    fileprivate static func server(
        _ name: String, _ arity: Int, _ flags: [String],
        keys: (first: Int, last: Int, step: Int) = CommandRow.noKeys, _ since: String, _ summary: String,
        _ usage: String
    ) -> CommandRow {
        CommandRow(name, arity, flags, keys: keys, group: "server", since: since, summary, usage: usage)
    }
}
