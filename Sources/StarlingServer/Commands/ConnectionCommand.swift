import RESP

/// The commands on the connection itself.
enum ConnectionCommand: Int, CaseIterable, Sendable {
    case ping, echo, hello, authenticate, client, select, quit, reset, read, readOnly, readWrite

    init?(_ name: RESPToken) {
        switch name {
        case "PING": self = .ping
        case "ECHO": self = .echo
        case "HELLO": self = .hello
        case "AUTH": self = .authenticate
        case "CLIENT": self = .client
        case "SELECT": self = .select
        case "QUIT": self = .quit
        case "RESET": self = .reset
        case "READ": self = .read
        case "READONLY": self = .readOnly
        case "READWRITE": self = .readWrite
        default: return nil
        }
    }

    /// In the order of the cases.
    static let rows: [CommandRow] = [
        CommandRow(
            "ping", -1, ["fast"], keys: CommandRow.noKeys, group: "connection", since: "1.0.0",
            "Answers PONG, or what it was given.", usage: "[message]"),
        .connection("echo", 2, "1.0.0", "Returns what it was given.", "message"),
        .connection(
            "hello", -1, "6.0.0", "Chooses the version of the protocol, and tells about the server.",
            "[protover [AUTH username password] [SETNAME clientname]]"),
        .connection("auth", -2, "1.0.0", "Proves who the client is.", "[username] password"),
        .connection(
            "client", -2, "2.4.0", "Tells about clients, and sets what concerns this one.",
            "subcommand [argument ...]"),
        .connection("select", 2, "1.0.0", "Chooses the database; there is only 0.", "index"),
        .connection("quit", -1, "1.0.0", "Closes the connection.", ""),
        .connection("reset", 1, "6.2.0", "Sets the connection back to how it began.", ""),
        .connection(
            "read", 2, "7.2.4", "Lets any node answer reads in leader mode, however old, or not.",
            "LOCAL | DEFAULT"),
        .connection("readonly", 1, "3.0.0", "The same as READ LOCAL.", ""),
        .connection("readwrite", 1, "3.0.0", "The same as READ DEFAULT.", ""),
    ]
}

extension CommandRow {
    fileprivate static func connection(
        _ name: String, _ arity: Int, _ since: String, _ summary: String, _ usage: String
    ) -> CommandRow {
        CommandRow(
            name, arity, ["noscript", "loading", "stale", "fast"], keys: CommandRow.noKeys, group: "connection",
            since: since, summary, usage: usage)
    }
}
