/// What `starling serve` can be told, by flag, variable or file.
enum ServeFlags {
    static let port = Flag(
        "port", short: "p", .required("PORT"), help: "listen here; 0 for any free port (default 9000)")
    static let bind = Flag("bind", .required("ADDRESS"), help: "listen on this address (default 127.0.0.1)")
    static let advertise = Flag(
        "advertise", .required("HOST[:PORT]"), help: "the address that peers should dial (default: the one they see)")
    static let data = Flag(
        "data", .required("DIR"), help: "keep the data in this directory (default ./starling-data)")
    static let name = Flag("name", .required("NAME"), help: "what people call the node (default HOSTNAME:PORT)")
    static let cluster = Flag(
        "cluster", .required("NAME"), help: "talk only to nodes of this cluster (default starling)")
    static let peers = Flag(
        "peers", .required("HOST:PORT,..."), isRepeatable: true, help: "nodes to talk to; names are resolved")
    static let discover = Flag(
        "discover", .optional("GROUP:PORT"), help: "look for nodes by multicast (default group 239.77.83.1:9909)")
    static let discoverInterface = Flag(
        "discover-interface", .required("NAME"), help: "look only there: eth0, or the interface's address")
    static let secretFile = Flag(
        "secret-file", .required("FILE"), help: "peers must prove that they know what is in this file")
    static let resolver = Flag(
        "resolver", .required("'PREFIX*=NAME'"), isRepeatable: true, isPair: true,
        help: "who decides conflicts of these keys: version, lww, union, counter, keep-all")
    static let durability = Flag(
        "durability", .required("always|TIME|never"),
        help: "when a write is acknowledged: on disk, or synced within TIME, or when the system likes (default always)")
    static let mode = Flag(
        "mode", .required("leaderless|leader"),
        help: "with leader, the nodes enter leader mode by themselves after their start (default leaderless)")
    static let acknowledgement = Flag(
        "ack", .required("async|semi|majority|sync"),
        help:
            "in leader mode answer a write when the leader has it, one follower, a majority, or all (default majority)")
    static let onFollower = Flag(
        "on-follower", .required("forward|redirect"),
        help: "in leader mode a follower passes requests on to the leader, or says where it is (default forward)")
    static let minimumFree = Flag(
        "min-free", .required("SIZE"),
        help: "refuse writes, but deletes, while less is free on the disk (default 32MiB; 0 for never)")
    static let lagBudget = Flag(
        "lag-budget", .required("SIZE"),
        help: "keep so much of deletes for peers that are away, then they need a snapshot (default 1GiB; 0: no bound)")
    static let allowFaults = Flag(
        "allow-faults", .switchOnly, help: "let clients cut links with STARLING LINK, for tests and demonstrations")
    static let config = Flag("config", .required("FILE"), help: "read settings from this file too")
    static let logLevel = Flag(
        "log-level", .required("LEVEL"), help: "debug, info, notice, warning or error (default info)")
    static let logFormat = Flag("log-format", .required("text|json"), help: "how diagnostics look (default text)")

    static let all = [
        Self.port, Self.bind, Self.advertise, Self.data, Self.name, Self.cluster, Self.peers, Self.discover,
        Self.discoverInterface, Self.secretFile, Self.resolver, Self.durability, Self.mode, Self.acknowledgement,
        Self.onFollower,
        Self.minimumFree, Self.lagBudget, Self.allowFaults, Self.config, Self.logLevel, Self.logFormat,
    ]

    /// What may stand in a file: everything but the file itself.
    static let inFiles = Self.all.filter { $0.name != Self.config.name }
}
