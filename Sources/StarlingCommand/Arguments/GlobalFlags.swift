/// The flags that every command takes, and those that may stand before a command.
enum GlobalFlags {
    static let help = Flag("help", short: "h", .switchOnly, isSetting: false, help: "show help and stop")
    static let version = Flag("version", .switchOnly, isSetting: false, help: "show the version and stop")
    static let noColor = Flag(
        "no-color", .switchOnly, isSetting: false, help: "plain text (also by NO_COLOR in the environment)")

    /// Taken by every command.
    static let all = [Self.help, Self.version, Self.noColor]

    static let host = Flag("host", short: "H", .required("HOST"), help: "the node to talk to (default 127.0.0.1)")
    static let port = Flag("port", short: "p", .required("PORT"), help: "its port (default 9000)")
    static let timeout = Flag(
        "timeout", .required("TIME"), help: "how long to wait for it, for example 500ms or 5s (default 5s)")
    static let json = Flag("json", .switchOnly, isSetting: false, help: "one line of JSON instead of text")

    /// Taken by the commands that talk to a node.
    static let client = [Self.host, Self.port, Self.timeout, Self.json]
}
